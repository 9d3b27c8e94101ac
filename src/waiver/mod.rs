//! Floor 3: what somebody accepts. Waivers of the configuration and comments in source, each
//! with its reason and its end; which of them count, which findings they cover, and what is to be
//! said of the others. Nothing here reads a file or asks for the time.

mod baseline;
mod comment;
mod directive;
mod past;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::base::likeness::{self, folded};
use crate::base::{Date, Enforcement, Place, Source, Span};
use crate::config::{Config, ConfigError, ConfigFault, Origin, Waiver};
use crate::finding::{Acceptance, AcceptanceKind, Finding, Outcome};
use crate::input::Commit;
use crate::input::terraform::source::{Comments, SourceTree};
use crate::policy::Policy;
pub use baseline::Baseline;
use comment::Note;
pub use directive::{Tool, ToolError};
use past::Past;

/// The names of policies: ids and aliases.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// Of all policies there are.
    pub known: BTreeSet<String>,
    /// Of those that judge in this run.
    pub judging: BTreeSet<String>,
}

impl Names {
    /// These policies exist.
    pub fn know<'a>(&mut self, policies: impl Iterator<Item = &'a Policy>) {
        self.known.extend(policies.flat_map(Policy::names).map(folded));
    }

    /// These policies judge in this run.
    pub fn judge_by<'a>(&mut self, policies: impl Iterator<Item = &'a Policy>) {
        self.judging.extend(policies.flat_map(Policy::names).map(folded));
    }

    fn is_known(&self, name: &str) -> bool {
        self.known.contains(&folded(name))
    }

    fn is_judging(&self, name: &str) -> bool {
        self.judging.contains(&folded(name))
    }

    /// What somebody may have meant by an unknown name.
    fn help(&self, name: &str) -> String {
        let offers = likeness::meant(self.known.iter().map(String::as_str), name);
        let question = likeness::question(&offers);
        question.unwrap_or_else(|| "`plangate policies list` shows what there is".to_owned())
    }
}

/// Everything that is accepted in a run, and what became of it.
#[derive(Debug, Clone)]
pub struct Ledger {
    terms: Terms,
    names: Names,
    waivers: Vec<Entry>,
    baseline: Option<Baseline>,
    comments: Vec<Note>,
    /// The comments that count, where those of a commit do.
    past: Option<Past>,
    /// Whose comments count.
    tools: Vec<Tool>,
    /// The files whose comments are known.
    files: Vec<Source>,
    /// What is to be said, by file and line.
    notices: BTreeSet<(String, usize, String)>,
}

/// A waiver, and whether a finding needed it.
#[derive(Debug, Clone)]
struct Entry {
    waiver: Waiver,
    is_used: bool,
}

/// What a finding is about.
#[derive(Debug)]
pub struct Subject<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// Where the modules that hold the resource are called.
    pub calls: &'a [(Source, Span)],
}

/// When something that was accepted ends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terms {
    today: Date,
    last: Date,
    max_days: u64,
}

impl Terms {
    /// Why nothing that ends on `until` counts, if so.
    fn refusal(self, until: Date) -> Option<String> {
        if until < self.today {
            return Some(format!("it ended on {until}"));
        }
        (until > self.last).then(|| {
            let (days, last) = (self.max_days, self.last);
            format!(
                "it ends more than {days} days ahead, on {until}; {last} is the last day allowed"
            )
        })
    }
}

impl Ledger {
    /// What `config` and `baseline` accept on the day `today`.
    ///
    /// # Errors
    /// What it names and is not there, each at its place.
    pub fn new(
        config: &Config,
        baseline: Option<Baseline>,
        names: Names,
        today: Date,
    ) -> Result<Self, Vec<ConfigError>> {
        let mut errors = Vec::new();
        for waiver in &config.waivers {
            let name = &waiver.policy.value;
            if !names.is_known(name) {
                let help = names.help(name);
                let fault = ConfigFault::UnknownName { what: "policy", name: name.clone(), help };
                errors.push(ConfigError::new(&waiver.policy.origin, fault));
            }
        }
        let mut tools = Vec::new();
        for tool in &config.ignores.tools {
            match tool.value.parse::<Tool>() {
                Ok(tool) => tools.push(tool),
                Err(error) => {
                    let (reason, help) = (error.to_string(), String::new());
                    let fault = ConfigFault::BadValue { reason, help };
                    errors.push(ConfigError::new(&tool.origin, fault));
                }
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        if config.ignores.comments {
            tools.push(Tool::Plangate);
        } else {
            tools.clear();
        }
        let max_days = config.waiver_settings.max_days;
        let entry = |waiver: &Waiver| Entry { waiver: waiver.clone(), is_used: false };
        Ok(Ledger {
            terms: Terms { today, last: today.plus_days(max_days), max_days },
            names,
            waivers: config.waivers.iter().map(entry).collect(),
            baseline,
            comments: Vec::new(),
            past: None,
            tools,
            files: Vec::new(),
            notices: BTreeSet::new(),
        })
    }

    /// Lets only those comments count that `commit` holds.
    #[must_use]
    pub fn with_trusted(mut self, commit: Option<Arc<Commit>>) -> Self {
        self.past = commit.map(Past::new);
        self
    }

    /// Reads the comments in the user's own files of `tree`.
    pub fn read_comments(&mut self, tree: &SourceTree) {
        let found = Comments::in_tree(tree, directive::WORDS);
        for path in found.unreadable {
            let text = "the file cannot be read wholly, so no comment in it counts";
            self.notices.insert((path, 1, text.to_owned()));
        }
        let known = self.files.len();
        for comment in found.comments {
            let before = self.files.iter().take(known);
            if before.into_iter().any(|file| file.is_same(&comment.source)) {
                continue;
            }
            if !self.files.iter().any(|file| file.is_same(&comment.source)) {
                self.files.push(comment.source.clone());
            }
            let place = comment.source.place(comment.span.start);
            let refusal = self.past.as_mut().and_then(|past| past.refusal(&comment));
            match Note::read(comment, refusal, &self.names) {
                Ok(notes) => self.comments.extend(notes),
                Err((path, reason)) => {
                    let text = format!("this comment does not count: {reason}");
                    self.notices.insert((path, place.line, text));
                }
            }
        }
    }

    /// Takes `finding` for accepted if a waiver or a comment covers it, and says whether it does.
    pub fn accept(&mut self, subject: &Subject<'_>, finding: &mut Finding) -> bool {
        if !matches!(finding.outcome, Outcome::Violation | Outcome::Undetermined) {
            return false;
        }
        let accepted = self.waived(subject, finding).or_else(|| self.ignored(subject, finding));
        let Some(acceptance) = accepted else { return false };
        finding.outcome = Outcome::Waived;
        finding.blocks = false;
        finding.acceptance = Some(acceptance);
        true
    }

    fn waived(&mut self, subject: &Subject<'_>, finding: &Finding) -> Option<Acceptance> {
        let Ledger { terms, waivers, notices, .. } = self;
        for entry in waivers {
            let waiver = &entry.waiver;
            let is_here = waiver.address.matches(&finding.address);
            let previous = finding
                .previous_address
                .as_ref()
                .filter(|address| !is_here && waiver.address.matches(address));
            if !subject.policy.is_called(&waiver.policy.value)
                || !(is_here || previous.is_some())
                || !covers_attribute(waiver, finding)
            {
                continue;
            }
            if terms.refusal(waiver.until).is_some() {
                continue;
            }
            let (path, place) = place_of(&waiver.origin);
            let mut say = |text: String| {
                notices.insert((path.clone(), place.line, text));
            };
            let (policy, address) = (&finding.policy, &finding.address);
            if finding.enforcement == Enforcement::HardMandatory {
                say(format!("{policy} is hard-mandatory, so {address} cannot be waived"));
                entry.is_used = true;
                continue;
            }
            if let Some(previous) = previous {
                say(format!(
                    "the waiver of {policy} followed {previous} to {address}, where it was moved; \
                     it does so in this run only: write the new address"
                ));
            }
            entry.is_used = true;
            return Some(Acceptance {
                kind: AcceptanceKind::Waiver,
                outcome: finding.outcome,
                reason: waiver.reason.clone(),
                owner: Some(waiver.owner.clone()),
                ticket: waiver.ticket.clone(),
                until: Some(waiver.until),
                path,
                place,
            });
        }
        None
    }

    fn ignored(&mut self, subject: &Subject<'_>, finding: &Finding) -> Option<Acceptance> {
        let Ledger { terms, comments, tools, notices, .. } = self;
        for note in comments {
            if !note.covers(subject, finding) {
                continue;
            }
            note.is_used = true;
            let refusal = note.refusal(tools, *terms).or_else(|| {
                let is_hard = finding.enforcement == Enforcement::HardMandatory;
                is_hard.then(|| format!("{} is hard-mandatory", finding.policy))
            });
            match refusal {
                None => return Some(note.acceptance(finding.outcome)),
                Some(reason) => {
                    let (path, place) = note.place();
                    let text = format!("this comment does not count: {reason}");
                    notices.insert((path, place.line, text));
                }
            }
        }
        None
    }

    /// Compares all findings of the run with the baseline, if there is one; returns what is to be
    /// said of it.
    #[must_use]
    pub fn settle(&self, findings: &mut [Finding]) -> Vec<String> {
        let baseline = self.baseline.as_ref();
        baseline.map(|baseline| baseline.apply(findings, &self.names)).unwrap_or_default()
    }

    /// What the reader should know of what was accepted, and of what does not count.
    #[must_use]
    pub fn notices(&self) -> Vec<String> {
        let mut notices = self.notices.clone();
        for entry in &self.waivers {
            let waiver = &entry.waiver;
            let (path, place) = place_of(&waiver.origin);
            let what = format!("the waiver of {} for {}", waiver.policy.value, waiver.address);
            if let Some(reason) = self.terms.refusal(waiver.until) {
                notices.insert((path, place.line, format!("{what} does not count: {reason}")));
            } else if !entry.is_used && self.names.is_judging(&waiver.policy.value) {
                let text = format!("{what} is not needed: nothing was found there");
                notices.insert((path, place.line, text));
            }
        }
        for note in &self.comments {
            if let Some(text) = note.remark(&self.tools, self.terms, &self.names) {
                let (path, place) = note.place();
                notices.insert((path, place.line, text));
            }
        }
        notices.into_iter().map(|(path, line, text)| format!("{path}:{line}: {text}")).collect()
    }
}

/// True when the waiver is for the whole resource, or for the attribute of the finding.
fn covers_attribute(waiver: &Waiver, finding: &Finding) -> bool {
    let Some(wanted) = &waiver.attribute else { return true };
    let Some(path) = &finding.attribute else { return false };
    [path.to_string(), path.argument()].iter().any(|path| {
        let rest = path.strip_prefix(wanted.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    })
}

/// The file and the place of what was configured.
fn place_of(origin: &Origin) -> (String, Place) {
    match origin {
        Origin::File(source, span) => (source.name().to_owned(), source.place(span.start)),
        other => (other.to_string(), Place { line: 1, column: 1 }),
    }
}
