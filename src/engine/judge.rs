//! One policy on one resource: the verdict, and why.

use std::cell::{Cell, OnceCell};
use std::collections::BTreeMap;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;

use regorus::{Engine as Rego, LimitError, Value as RegoValue};

use super::compile::Compiled;
use super::completion::{self, Completion, Leaf};
use super::document::Members;
use super::link::{Certainty, Links};
use super::reads::Reads;
use super::{document, fault_text};
use crate::base::{AttributePath, PathStep};
use crate::finding::Outcome;
use crate::model::{Model, Resource, Value, sounds_secret};

/// What a policy said of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The outcome.
    pub outcome: Outcome,
    /// The violations, for the outcome violation; those that may come true, for undetermined.
    pub violations: Vec<Violation>,
    /// What the verdict waits for, or what went wrong.
    pub reason: Option<String>,
}

/// A violation as the policy wrote it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// The fact.
    pub message: String,
    /// Where in the resource.
    pub attribute: Option<AttributePath>,
    /// Addresses of resources that have to do with it.
    pub related: Vec<String>,
}

thread_local! {
    static IS_JUDGING: Cell<bool> = const { Cell::new(false) };
}

/// True while this thread evaluates a policy. A panic then is caught and becomes an outcome;
/// a panic hook has nothing to print, and must not: its text may hold values.
#[must_use]
pub fn is_judging() -> bool {
    IS_JUDGING.get()
}

/// The resources around one subject, as its policies see them.
pub(super) struct Subject<'a> {
    model: &'a Model,
    at: usize,
    resource: &'a Resource,
    /// Linked resources by index.
    linked: Vec<(usize, Certainty)>,
    /// What the policies for its type read.
    reads: &'a Reads,
    /// Its document, and those of its links, as they are known: built when first needed.
    known: OnceCell<Members>,
    known_links: OnceCell<BTreeMap<usize, RegoValue>>,
}

impl<'a> Subject<'a> {
    /// The resource `at`, and those linked to it.
    pub(super) fn new(
        model: &'a Model,
        links: &Links,
        at: usize,
        reads: &'a Reads,
    ) -> Option<Self> {
        let resource = model.resources.get(at)?;
        let linked = links.of(at).iter().map(|link| (link.to, link.certainty)).collect();
        let (known, known_links) = (OnceCell::new(), OnceCell::new());
        Some(Subject { model, at, resource, linked, reads, known, known_links })
    }

    /// Judges the subject by `policy`, with `rego` a clone of its interpreter.
    pub(super) fn judge(&self, policy: &Compiled, rego: &mut Option<Rego>) -> Verdict {
        let is_judged = policy.policy.metadata.actions.contains(&self.resource.action);
        if !is_judged || self.resource.deposed.is_some() {
            return Verdict::plain(Outcome::NotApplicable);
        }
        let relevant: Vec<(usize, Certainty)> = self
            .linked
            .iter()
            .copied()
            .filter(|(to, _)| {
                let linked = self.model.resources.get(*to);
                linked.is_some_and(|r| policy.reads.words.contains(&*r.address.resource_type))
            })
            .collect();
        let mut leaves = completion::leaves(self.at, self.resource, &policy.reads);
        for (to, _) in &relevant {
            if let Some(linked) = self.model.resources.get(*to) {
                leaves.extend(completion::leaves(*to, linked, &policy.reads));
            }
        }
        let has_may_links = relevant.iter().any(|(_, certainty)| *certainty == Certainty::May);
        if leaves.is_empty() && !has_may_links {
            let input = self.document(&relevant, &Completion::new());
            return self.evaluate(policy, rego, input);
        }
        self.judge_completions(policy, rego, &relevant, &leaves, has_may_links)
    }

    fn judge_completions(
        &self,
        policy: &Compiled,
        rego: &mut Option<Rego>,
        relevant: &[(usize, Certainty)],
        leaves: &[Leaf],
        has_may_links: bool,
    ) -> Verdict {
        let exact: Vec<(usize, Certainty)> =
            relevant.iter().copied().filter(|(_, c)| *c == Certainty::Exact).collect();
        let mut worlds: Vec<&[(usize, Certainty)]> = vec![relevant];
        if has_may_links {
            worlds.push(&exact);
        }
        let completions = completion::completions(leaves, &policy.reads);
        let base = self.evaluate(policy, rego, self.document(relevant, &absent(leaves)));
        if base.outcome == Outcome::Error {
            return base;
        }
        for completion in &completions {
            for world in &worlds {
                let verdict = self.evaluate(policy, rego, self.document(world, completion));
                // A completion of the wrong type is no world that could come true.
                if verdict.outcome != Outcome::Error && verdict.outcome != base.outcome {
                    let is_about_links = completion.iter().all(|(_, value)| value.is_none());
                    let reason = if is_about_links {
                        self.waits_for(&[], relevant)
                    } else {
                        let leaves = self.deciding(policy, rego, relevant, completion, &base);
                        self.waits_for(&leaves, &[])
                    };
                    return undetermined(&base, &verdict, reason);
                }
            }
        }
        let blocks: Vec<Leaf> = leaves
            .iter()
            .filter(|leaf| {
                let resource = self.model.resources.get(leaf.at);
                resource.is_some_and(|resource| completion::are_blocks(resource, &leaf.path))
            })
            .cloned()
            .collect();
        if blocks.is_empty() {
            return base;
        }
        let reason = self.waits_for(&blocks, &[]);
        undetermined(&base, &base, reason)
    }

    /// Of a completion that changes the verdict, the one leaf that does so alone; all of them
    /// when it takes several.
    fn deciding(
        &self,
        policy: &Compiled,
        rego: &mut Option<Rego>,
        linked: &[(usize, Certainty)],
        completion: &Completion,
        base: &Verdict,
    ) -> Vec<Leaf> {
        let changed: Vec<&Leaf> =
            completion.iter().filter(|(_, value)| value.is_some()).map(|(leaf, _)| leaf).collect();
        for special in &changed {
            let alone: Completion = completion
                .iter()
                .map(|(leaf, value)| (leaf.clone(), value.clone().filter(|_| leaf == *special)))
                .collect();
            let verdict = self.evaluate(policy, rego, self.document(linked, &alone));
            if verdict.outcome != Outcome::Error && verdict.outcome != base.outcome {
                return vec![(*special).clone()];
            }
        }
        changed.into_iter().cloned().collect()
    }

    /// Names what is not known, and what it refers to.
    fn waits_for(&self, leaves: &[Leaf], relevant: &[(usize, Certainty)]) -> String {
        let mut parts: Vec<String> = Vec::new();
        for leaf in leaves {
            let Some(resource) = self.model.resources.get(leaf.at) else { continue };
            let owner =
                if leaf.at == self.at { String::new() } else { format!("{}.", resource.address) };
            let references = references(resource, &leaf.path);
            let source = references.map(|text| format!(" (refers to {text})")).unwrap_or_default();
            parts.push(format!("{owner}{} is known after apply{source}", leaf.path));
        }
        for (to, certainty) in relevant {
            if *certainty == Certainty::May
                && let Some(resource) = self.model.resources.get(*to)
            {
                parts.push(format!("{} may belong to it", resource.address));
            }
        }
        const MOST_NAMED: usize = 4;
        let more = parts.len().saturating_sub(MOST_NAMED);
        parts.truncate(MOST_NAMED);
        let text = parts.join("; ");
        if more > 0 { format!("{text}; and {more} more") } else { text }
    }

    fn document(&self, linked: &[(usize, Certainty)], completion: &Completion) -> RegoValue {
        let mut by_type: BTreeMap<Arc<str>, Vec<RegoValue>> = BTreeMap::new();
        for (to, _) in linked {
            if let Some(resource) = self.model.resources.get(*to) {
                let document = match self.completed(resource, *to, completion) {
                    Some(members) => RegoValue::from(members),
                    None => self.known_link(*to),
                };
                let resource_type = resource.address.resource_type.clone();
                by_type.entry(resource_type).or_default().push(document);
            }
        }
        let members = self.completed(self.resource, self.at, completion);
        let members = members.unwrap_or_else(|| self.known().clone());
        document::with_links(members, &by_type)
    }

    fn known(&self) -> &Members {
        self.known
            .get_or_init(|| document::of(self.resource, self.resource.values.as_ref(), self.reads))
    }

    fn known_link(&self, to: usize) -> RegoValue {
        let links = self.known_links.get_or_init(|| {
            let resources = self
                .linked
                .iter()
                .filter_map(|(to, _)| Some((*to, self.model.resources.get(*to)?)));
            let document = |resource: &Resource| {
                RegoValue::from(document::of(resource, resource.values.as_ref(), self.reads))
            };
            resources.map(|(to, resource)| (to, document(resource))).collect()
        });
        links.get(&to).cloned().unwrap_or(RegoValue::Undefined)
    }

    /// The document of a resource under a completion that changes it.
    fn completed(
        &self,
        resource: &Resource,
        at: usize,
        completion: &Completion,
    ) -> Option<Members> {
        let mut changed: Option<Value> = None;
        for (leaf, value) in completion {
            if let (true, Some(value)) = (leaf.at == at, value) {
                let known = changed.as_ref().or(resource.values.as_ref()).unwrap_or(&Value::Null);
                changed = Some(known.with(&leaf.path.0, value));
            }
        }
        changed.map(|values| document::of(resource, Some(&values), self.reads))
    }

    /// Runs the policy once. A panic, an error or a timeout stays within this pair.
    fn evaluate(&self, policy: &Compiled, rego: &mut Option<Rego>, input: RegoValue) -> Verdict {
        let interpreter = rego.get_or_insert_with(|| policy.rego.clone());
        let was_judging = IS_JUDGING.replace(true);
        let result = panic::catch_unwind(AssertUnwindSafe(|| {
            interpreter.set_input(input);
            interpreter.eval_rule(policy.entry.clone())
        }));
        IS_JUDGING.set(was_judging);
        match result {
            Ok(Ok(value)) => self.verdict(&value),
            Ok(Err(error)) => {
                let limit = error.downcast_ref::<LimitError>().copied();
                Verdict::error(describe(policy, limit, &error.to_string()))
            }
            Err(_) => {
                // Its state is unknown now: the next pair gets a new one.
                *rego = None;
                Verdict::error("the interpreter panicked".to_owned())
            }
        }
    }

    fn verdict(&self, value: &RegoValue) -> Verdict {
        let RegoValue::Set(found) = value else {
            return Verdict::error("`deny` has no value: it must be a set".to_owned());
        };
        if found.is_empty() {
            return Verdict::plain(Outcome::Pass);
        }
        let secrets = self.secrets();
        let violations: Result<Vec<Violation>, String> =
            found.iter().map(|value| violation(value, &secrets)).collect();
        match violations {
            Ok(mut violations) => {
                violations.sort();
                Verdict { outcome: Outcome::Violation, violations, reason: None }
            }
            Err(reason) => Verdict::error(reason),
        }
    }

    /// The secret strings that a message could hold: those of the subject and its links.
    fn secrets(&self) -> Vec<Arc<str>> {
        let linked = self.linked.iter().filter_map(|(to, _)| self.model.resources.get(*to));
        let mut secrets = Vec::new();
        for resource in linked.chain([self.resource]) {
            for value in [&resource.values, &resource.before].into_iter().flatten() {
                for path in &resource.sensitive {
                    if let Some(secret) = value.at(&path.0) {
                        secret.for_each_string(&mut |text| secrets.push(text.clone()));
                    }
                }
                if !self.model.marks_every_secret {
                    unmarked_secrets(value, &mut secrets);
                }
            }
        }
        secrets.retain(|secret| !secret.is_empty());
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        secrets
    }
}

impl Verdict {
    fn plain(outcome: Outcome) -> Self {
        Verdict { outcome, violations: Vec::new(), reason: None }
    }

    fn error(reason: String) -> Self {
        Verdict { outcome: Outcome::Error, violations: Vec::new(), reason: Some(reason) }
    }
}

fn absent(leaves: &[Leaf]) -> Completion {
    leaves.iter().map(|leaf| (leaf.clone(), None)).collect()
}

fn undetermined(a: &Verdict, b: &Verdict, reason: String) -> Verdict {
    let violated = if a.outcome == Outcome::Violation { a } else { b };
    Verdict {
        outcome: Outcome::Undetermined,
        violations: violated.violations.clone(),
        reason: Some(reason),
    }
}

/// The longest reference of the argument that `path` lies in.
fn references<'a>(resource: &'a Resource, path: &AttributePath) -> Option<&'a str> {
    let names: Vec<&str> = path
        .0
        .iter()
        .filter_map(|step| match step {
            PathStep::Key(key) => Some(&**key),
            PathStep::Index(_) => None,
        })
        .collect();
    let declared = &resource.declaration.as_ref()?.references;
    let (_, references) = declared
        .iter()
        .find(|(argument, _)| argument.split('.').zip(&names).all(|(a, b)| a == *b))?;
    references.first().map(|reference| &**reference)
}

/// A member of `deny`: `{"message": …, "attribute"?: […], "related"?: […]}`.
fn violation(value: &RegoValue, secrets: &[Arc<str>]) -> Result<Violation, String> {
    let RegoValue::Object(members) = value else {
        return Err("a violation must be an object with a `message`".to_owned());
    };
    let mut message = None;
    let mut attribute = None;
    let mut related = Vec::new();
    for (key, value) in members.iter() {
        match (key.as_string().map(AsRef::as_ref), value) {
            (Ok("message"), RegoValue::String(text)) => message = Some(text),
            (Ok("attribute"), RegoValue::Array(steps)) => {
                let steps: Option<Vec<PathStep>> = steps.iter().map(step).collect();
                let steps = steps.ok_or("`attribute` must hold names and indexes alone")?;
                attribute = Some(AttributePath(steps)).filter(|path| !path.0.is_empty());
            }
            (Ok("related"), RegoValue::Array(addresses)) => {
                let texts = addresses.iter().filter_map(|address| address.as_string().ok());
                related = texts.map(|text| hide(text, secrets)).collect();
            }
            (Ok(key), _) => return Err(format!("a violation has no member `{key}` of this type")),
            (Err(_), _) => return Err("the members of a violation are named by strings".to_owned()),
        }
    }
    let message = message.ok_or("a violation needs a `message`, a string")?;
    Ok(Violation { message: hide(message, secrets), attribute, related })
}

fn step(value: &RegoValue) -> Option<PathStep> {
    match value {
        RegoValue::String(key) => Some(PathStep::Key(key.clone())),
        RegoValue::Number(_) => {
            value.as_u64().ok().and_then(|n| usize::try_from(n).ok()).map(PathStep::Index)
        }
        _ => None,
    }
}

/// The strings below members that are called like secrets.
fn unmarked_secrets(value: &Value, secrets: &mut Vec<Arc<str>>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                if sounds_secret(key) {
                    value.for_each_string(&mut |text| secrets.push(text.clone()));
                } else {
                    unmarked_secrets(value, secrets);
                }
            }
        }
        Value::Array(elements) => elements.iter().for_each(|v| unmarked_secrets(v, secrets)),
        _ => {}
    }
}

/// `text` without the secrets that stand in it.
fn hide(text: &str, secrets: &[Arc<str>]) -> String {
    secrets.iter().fold(text.to_owned(), |text, secret| {
        if text.contains(&**secret) { text.replace(&**secret, "(sensitive)") } else { text }
    })
}

/// An error of the interpreter: where in the policy, and what, without values.
fn describe(policy: &Compiled, limit: Option<LimitError>, text: &str) -> String {
    if let Some(LimitError::TimeLimitExceeded { limit, .. }) = limit {
        return format!("the policy took longer than {} ms", limit.as_millis());
    }
    let sources: Vec<_> = policy.sources.iter().collect();
    let fault = fault_text::read(text, &sources);
    let message = fault_text::without_values(&fault.message);
    match fault.place.and_then(|(index, place)| Some((sources.get(index)?, place))) {
        Some((source, place)) => {
            format!("{}:{}:{}: {message}", source.name(), place.line, place.column)
        }
        None => message,
    }
}
