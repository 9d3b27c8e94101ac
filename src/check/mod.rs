//! Floor 4: the use case `check`. Joins input, policies, engine and report.

pub mod conftest;
mod digest;
mod finding;
mod ground;
mod notice;
mod place;
mod policies;
mod prints;
mod raw;
mod selection;
mod tighten;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use miette::Diagnostic;

use crate::base::secret::{Scrubber, Secrets};
use crate::base::{AttributePath, Date, PolicyId};
use crate::config::{Config, Origin};
use crate::engine::raw::RawInput;
use crate::engine::{DEFAULT_TIME_LIMIT, Judgements};
use crate::finding::{Change, Counts, FailOn, Finding, Outcome};
use crate::input::{self, Commit, Directories, Document, InputError, Loaded};
use crate::model::{Kind, Model, Resource};
use crate::policy::{Need, Policy, PolicyError};
use crate::report::{
    self, Assumed, AssumedPass, Digests, Gate, Input, Problem, ProblemKind, Report, Trusted,
};
use crate::waiver::{Baseline, Ledger};
pub use ground::Grounds;
use place::Places;
pub use policies::Policies;
use raw::Addresses;
pub use raw::{namespaces, read_raw};
pub use tighten::tighten;

/// How to check.
#[derive(Debug, Clone)]
pub struct Options {
    /// Which findings close the gate.
    pub fail_on: FailOn,
    /// Judge plans that say themselves that they are errored or incomplete.
    pub allow_incomplete: bool,
    /// How long one policy may take on one resource.
    pub time_limit: Duration,
    /// The working directory, for writing paths relative to it.
    pub directory: Option<String>,
    /// The directory of the root module; None to look for it.
    pub source: Option<String>,
    /// Which policies are judged by, how strictly, and what is accepted.
    pub config: Config,
    /// The findings that are known, and do not close the gate.
    pub baseline: Option<Baseline>,
    /// The commit whose word counts; None where that of the working copy does.
    pub trusted: Option<Arc<Commit>>,
    /// The day of the run, in UTC: on it depends what is still accepted.
    pub today: Date,
    /// Keep what policies of the user's print.
    pub keep_prints: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            fail_on: FailOn::default(),
            allow_incomplete: false,
            time_limit: DEFAULT_TIME_LIMIT,
            directory: None,
            source: None,
            config: Config::default(),
            baseline: None,
            trusted: None,
            today: Date::default(),
            keep_prints: false,
        }
    }
}

/// Told how far a check is.
pub trait Progress: Sync {
    /// So many more judgements are to be made.
    fn more(&self, judgements: usize);
    /// So many more are made.
    fn done(&self, judgements: usize);
}

/// Checks `documents`, and takes the secrets out of the report. What could not be read stands in
/// `errors` and becomes part of the report.
///
/// # Panics
/// When the outcomes do not add up to the pairs that were to be judged: a bug.
#[must_use]
pub fn check(
    documents: Vec<Document>,
    errors: Vec<InputError>,
    policies: &Policies,
    options: &Options,
    progress: &dyn Progress,
) -> (Report, Vec<InputError>) {
    let (mut report, errors, secrets) = gather(documents, errors, policies, options, progress);
    report.hide(&secrets);
    (report, errors)
}

/// As [`check`], but the texts of the report are as policies wrote them: it is not to be printed
/// before the secrets are taken out of it.
///
/// # Panics
/// As [`check`].
#[must_use]
pub fn gather(
    documents: Vec<Document>,
    mut errors: Vec<InputError>,
    policies: &Policies,
    options: &Options,
    progress: &dyn Progress,
) -> (Report, Vec<InputError>, Secrets) {
    let directories = Directories::default();
    let report = empty(policies, options);
    let ledger = policies.ledger.clone();
    let (errored, secrets) = (Vec::new(), Secrets::default());
    let mut run =
        Run { policies, options, progress, directories, ledger, report, errored, secrets };
    for document in documents {
        match input::load(&document, options.source.as_deref()) {
            Ok(loaded) => {
                let sha256 = report::sha256(&document.bytes);
                match policies.raw.input(&document).transpose() {
                    Ok(raw) => {
                        drop(document);
                        run.judge(loaded, sha256, raw.as_ref());
                    }
                    Err(error) => errors.push(error),
                }
            }
            Err(error) => errors.push(error),
        }
    }
    run.settle();
    run.refuse_errored();
    let Run { mut report, secrets, .. } = run;
    report.gate.bad_inputs += errors.len();
    report.problems.extend(errors.iter().map(input_problem));
    report.problems.sort_by(|a, b| (a.kind, &a.path, a.place).cmp(&(b.kind, &b.path, b.place)));
    report.assumed.retain(|assumed| !assumed.passes.is_empty());
    report.assumed.iter_mut().for_each(|assumed| assumed.passes.sort());
    report.findings.sort_by(|a, b| order(a).cmp(&order(b)));
    report.fixed.sort_by(|a, b| order(a).cmp(&order(b)));
    note_forgiven(&mut report, policies, options);
    report.gate.blocking = report.findings.iter().filter(|finding| finding.blocks).count();
    let failed = report.findings.iter().filter(|finding| finding.outcome == Outcome::Error);
    report.gate.bad_policies +=
        failed.map(|finding| &finding.policy).collect::<BTreeSet<_>>().len();
    (report, errors, secrets)
}

/// The order of findings: by input, address, policy, attribute and message.
fn order(finding: &Finding) -> (&str, &str, &PolicyId, Option<&AttributePath>, &str) {
    (
        &finding.input,
        &finding.address,
        &finding.policy,
        finding.attribute.as_ref(),
        &finding.message,
    )
}

/// Says how many findings do not block because they were there before.
fn note_forgiven(report: &mut Report, policies: &Policies, options: &Options) {
    let is_forgiven = |finding: &&Finding| {
        is_forgiven(options.fail_on, finding.change)
            && !finding.in_baseline
            && policies.strictness.blocks(finding.outcome, &finding.policy, finding.severity)
    };
    let text = match report.findings.iter().filter(is_forgiven).count() {
        0 => return,
        1 => "1 finding was there before and does not block".to_owned(),
        number => format!("{number} findings were there before and do not block"),
    };
    report.notices.push(text);
}

fn empty(policies: &Policies, options: &Options) -> Report {
    let mut loaded: Vec<Policy> = policies.iter().cloned().collect();
    loaded.sort_by(|a, b| a.id.cmp(&b.id));
    let mut problems: Vec<Problem> = policies.errors.iter().map(policy_problem).collect();
    let mut gate = Gate { bad_policies: policies.errors.len(), ..Gate::default() };
    if loaded.is_empty() && problems.is_empty() {
        gate.bad_policies = 1;
        problems.push(Problem {
            kind: ProblemKind::Policy,
            path: String::new(),
            place: None,
            message: "no policy was selected".to_owned(),
            help: Some("give policies with `--policy DIR`, or select others".to_owned()),
        });
    }
    Report {
        inputs: Vec::new(),
        policies: loaded,
        findings: Vec::new(),
        fixed: Vec::new(),
        counts: Counts::default(),
        by_policy: BTreeMap::default(),
        problems,
        enforcement: policies
            .iter()
            .map(|policy| (policy.id.clone(), policies.enforcement(&policy.id)))
            .collect(),
        assumed: options.config.assumptions.iter().map(Assumed::new).collect(),
        notices: notices(policies, options),
        prints: Vec::new(),
        gate,
        directory: options.directory.clone(),
        scrubber: Scrubber::default(),
        digests: Digests {
            policies: policies.digest.clone(),
            configuration: digest::configuration(&options.config, options.baseline.as_ref()),
        },
        trusted: options.trusted.as_ref().map(|commit| Trusted {
            name: commit.name().to_owned(),
            commit: commit.id().to_owned(),
        }),
    }
}

/// What the reader should know of the way this run was asked for.
fn notices(policies: &Policies, options: &Options) -> Vec<String> {
    let settings = &options.config.policies;
    let is_narrowed = !(settings.only.is_empty()
        && settings.exclude.is_empty()
        && settings.frameworks.is_empty()
        && settings.severity.as_ref().is_none_or(|severity| severity.origin.is_default()));
    let number = policies.left_out;
    let verb = if number == 1 { "policy is" } else { "policies are" };
    let left_out = (is_narrowed && number > 0)
        .then(|| format!("{number} {verb} left out by the configuration or options"));
    let origins = options.config.settings.iter().flat_map(|set| set.nodes.iter());
    let mut variables: Vec<&str> = origins
        .filter_map(|node| match &node.origin {
            Origin::Variable(name) => Some(name.as_str()),
            _ => None,
        })
        .collect();
    variables.dedup();
    let set = (!variables.is_empty())
        .then(|| format!("set by the environment: {}", variables.join(", ")));
    let ended =
        options.config.assumptions.iter().filter(|assumption| assumption.until < options.today);
    let ended = ended.map(|assumption| {
        let (name, until) = (&assumption.name.value, assumption.until);
        format!("the assumption {name} ended on {until} and counts no more")
    });
    let raw = policies.raw.notices().cloned();
    left_out.into_iter().chain(set).chain(ended).chain(raw).collect()
}

/// A check under way.
struct Run<'a> {
    policies: &'a Policies,
    options: &'a Options,
    progress: &'a dyn Progress,
    directories: Directories,
    ledger: Option<Ledger>,
    report: Report,
    /// Errored plans that were accepted.
    errored: Vec<String>,
    secrets: Secrets,
}

impl Run<'_> {
    fn judge(&mut self, loaded: Loaded, sha256: String, raw: Option<&RawInput>) {
        let (model, tree) = self.directories.complete(loaded, self.options.source.as_deref());
        if let Some(ledger) = &mut self.ledger {
            ledger.read_comments(&tree);
        }
        let model = &model;
        self.secrets.merge(&model.secrets);
        self.judge_completeness(model);
        self.report.notices.extend(notice::notices(model));
        self.progress.more(self.policies.engine.pairs(model));
        let judgements = self.policies.engine.judge(model, &|done| self.progress.done(done));
        assert_eq!(judgements.counts.total(), judgements.pairs, "every pair has one outcome");
        let said = raw.map(|raw| self.policies.raw.judge(raw, model)).unwrap_or_default();
        if self.options.keep_prints {
            self.report.prints.extend(prints::of(model, self.policies));
        }
        self.count(&judgements);
        self.count_raw(model, &said);
        self.note_assumed(model, &judgements);
        self.note_needs(model, &judgements);
        let is_said = said.iter().any(|verdict| verdict.outcome != Outcome::Pass);
        if is_said || !judgements.verdicts.is_empty() || !judgements.fixed.is_empty() {
            let places = Places::new(model, tree);
            self.note_places(model, &places);
            for judgement in &judgements.verdicts {
                self.add_findings(model, &places, judgement);
            }
            for fixed in &judgements.fixed {
                self.add_fixed(model, &places, fixed);
            }
            let addresses = Addresses::new(model);
            for verdict in &said {
                self.add_raw(model, &places, &addresses, verdict);
            }
        }
        let report = &mut self.report;
        if judgements.resources == 0 {
            let path = model.source.name();
            report.notices.push(format!("{path} holds no managed resource: nothing was judged"));
        }
        report.inputs.push(Input {
            path: model.source.name().to_owned(),
            kind: model.kind.as_str(),
            format_version: model.format_version.clone(),
            tool_version: model.tool_version.clone(),
            resources: judgements.resources,
            sha256,
        });
    }

    /// A plan that does not tell the whole story is no ground for an open gate.
    fn judge_completeness(&mut self, model: &Model) {
        let completeness = &model.completeness;
        let path = model.source.name();
        let what = match (completeness.errored, completeness.incomplete) {
            (true, _) => "is an errored plan: planning stopped, and resources are missing from it",
            (_, true) => "is an incomplete plan: resources were targeted or deferred",
            _ => return,
        };
        let deferred = completeness.deferred.iter();
        let missing = deferred.map(|(address, reason)| format!("{address} ({reason})"));
        let missing: Vec<String> = missing.chain(completeness.unplanned.iter().cloned()).collect();
        if !missing.is_empty() {
            let missing = notice::named(missing);
            self.report.notices.push(format!("{path} does not say what becomes of {missing}"));
        }
        if self.options.allow_incomplete {
            let notice = format!("{path} {what}; only what it holds was judged");
            self.report.notices.push(notice);
            self.errored.extend(completeness.errored.then(|| path.to_owned()));
            return;
        }
        let help = "plan again without errors and without `-target`, or accept it with `--allow-incomplete`";
        self.refuse(path, format!("{path} {what}"), help);
    }

    /// Says that a document cannot be trusted.
    fn refuse(&mut self, path: &str, message: String, help: &str) {
        self.report.gate.bad_inputs += 1;
        self.report.problems.push(Problem {
            kind: ProblemKind::Input,
            path: path.to_owned(),
            place: None,
            message,
            help: Some(help.to_owned()),
        });
    }

    /// Nobody knows what an errored plan would have come to: where nothing it holds closes the
    /// gate, that does.
    fn refuse_errored(&mut self) {
        if self.report.findings.iter().any(|finding| finding.blocks) {
            return;
        }
        for path in std::mem::take(&mut self.errored) {
            let message = format!("{path} is an errored plan, and opens no gate");
            self.refuse(&path, message, "plan again without errors");
        }
    }

    fn count(&mut self, judgements: &Judgements) {
        self.report.counts.merge(&judgements.counts);
        for (policy, counts) in &judgements.by_policy {
            self.report.by_policy.entry(policy.clone()).or_default().merge(counts);
        }
    }

    /// Says how many policies did not apply to a plan because something is not at hand.
    fn note_needs(&mut self, model: &Model, judgements: &Judgements) {
        let path = model.source.name();
        let ways = [
            (Need::Configuration, "its `configuration`", "judge the saved plan file"),
            (
                Need::Source,
                "its Terraform source",
                "judge the saved plan file, or name the directory of the root module with `--source DIR`",
            ),
        ];
        for (need, what, way) in ways {
            let unmet = judgements.unmet.get(&need).filter(|_| model.kind == Kind::Plan);
            if let Some(policies) = unmet {
                let number = policies.len();
                let policies = if number == 1 { "policy needs" } else { "policies need" };
                self.report.notices.push(format!(
                    "{number} {policies} {what}, which was not found, and did not judge {path}: {way}"
                ));
            }
        }
    }

    /// Notes which passes rest on assumptions.
    fn note_assumed(&mut self, model: &Model, judgements: &Judgements) {
        for pass in &judgements.assumed {
            let resource = pass.resource.and_then(|at| model.resources.get(at));
            let pass_of = || AssumedPass {
                policy: pass.policy.clone(),
                input: model.source.name().to_owned(),
                address: resource.map(Resource::label).unwrap_or_default(),
            };
            let assumed = self.report.assumed.iter_mut();
            let used = assumed.filter(|assumed| pass.assumptions.contains(&assumed.name));
            used.for_each(|assumed| assumed.passes.push(pass_of()));
        }
    }

    fn note_places(&mut self, model: &Model, places: &Places<'_>) {
        if !places.have_source() {
            let path = model.source.name();
            self.report.notices.push(format!(
                "the Terraform source of {path} was not found, so findings point at its own lines: \
                 name the directory of the root module with `--source DIR`"
            ));
        }
        self.report.notices.extend(places.notices().iter().cloned());
    }
}

/// True for what was there before, where only what is new is to block.
fn is_forgiven(fail_on: FailOn, change: Option<Change>) -> bool {
    fail_on == FailOn::Introduced && change == Some(Change::Persisting)
}

fn input_problem(error: &InputError) -> Problem {
    Problem {
        kind: ProblemKind::Input,
        path: error.label.clone(),
        place: error.place,
        message: error.to_string(),
        help: error.help().map(|help| help.to_string()),
    }
}

fn policy_problem(error: &PolicyError) -> Problem {
    let place = error.span.map(|span| error.source.place(span.start));
    let name = error.source.name();
    let message = match place {
        Some(place) => format!("{name}:{}:{}: {}", place.line, place.column, error.fault),
        None => error.to_string(),
    };
    Problem {
        kind: ProblemKind::Policy,
        path: name.to_owned(),
        place,
        message,
        help: error.help().map(|help| help.to_string()),
    }
}
