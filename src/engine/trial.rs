//! One policy on one resource of which something is unknown: the verdict that every world
//! agrees on, or what it waits for.

use regorus::Engine as Rego;

use super::compile::Compiled;
use super::completion::{self, Completion};
use super::judge::Subject;
use super::leaf::{self, Leaf};
use super::link::Certainty;
use super::verdict::Verdict;
use crate::finding::Outcome;
use crate::model::Value;

/// Links by the index of the other resource.
type Linked = Vec<(usize, Certainty)>;

/// At most so many links that may exist are tried alone.
const MOST_ALONE: usize = 8;

/// In the first completions, every choice of links is tried; then all and none of those that
/// may exist.
const FIRST: usize = 3;

/// What is to be tried.
pub(super) struct Trial<'a> {
    subject: &'a Subject<'a>,
    policy: &'a Compiled,
    leaves: &'a [Leaf],
    /// The choices of links: all, none of those that may exist, then each of these alone.
    links: Vec<Linked>,
}

impl<'a> Trial<'a> {
    /// `policy` on `subject`, where `leaves` are unknown and `linked` may be linked.
    pub(super) fn new(
        subject: &'a Subject<'a>,
        policy: &'a Compiled,
        linked: &[(usize, Certainty)],
        leaves: &'a [Leaf],
    ) -> Self {
        let is_exact = |certainty: Certainty| certainty == Certainty::Exact;
        let exact = || linked.iter().copied().filter(|(_, certainty)| is_exact(*certainty));
        let may: Vec<usize> = linked
            .iter()
            .filter(|(_, certainty)| !is_exact(*certainty))
            .map(|(to, _)| *to)
            .collect();
        let mut links = vec![linked.to_vec()];
        if !may.is_empty() {
            links.push(exact().collect());
        }
        if may.len() > 1 {
            let alone = may.iter().take(MOST_ALONE).map(|alone| {
                linked.iter().copied().filter(|(to, c)| is_exact(*c) || to == alone).collect()
            });
            links.extend(alone);
        }
        Trial { subject, policy, leaves, links }
    }

    /// Judges every world, until two differ.
    pub(super) fn judge(&self, rego: &mut Option<Rego>) -> Verdict {
        let mut base: Option<(Verdict, Completion)> = None;
        let mut error = None;
        let completions = completion::completions(self.leaves, &self.policy.candidates);
        for (number, completion) in completions.enumerate() {
            let links = self.links.iter().take(if number < FIRST { usize::MAX } else { 2 });
            for (choice, linked) in links.enumerate() {
                let verdict = self.evaluate(rego, linked, &completion);
                match &base {
                    // A completion of the wrong type is no world that could come true.
                    _ if verdict.outcome == Outcome::Error => {
                        error.get_or_insert(verdict);
                    }
                    None => base = Some((verdict, completion.clone())),
                    Some((base, plain)) if base.outcome != verdict.outcome => {
                        let reason = match choice {
                            1.. if *plain == completion => self.waits_for_links(),
                            _ => self.waits_for(&self.deciding(rego, linked, &completion, base)),
                        };
                        return Verdict::undetermined(base, &verdict, reason);
                    }
                    Some(_) => {}
                }
            }
        }
        match (base, error) {
            (Some((base, _)), _) => self.unless_blocks(base),
            (None, Some(error)) => error,
            (None, None) => Verdict::error("no world was judged".to_owned()),
        }
    }

    fn evaluate(
        &self,
        rego: &mut Option<Rego>,
        linked: &[(usize, Certainty)],
        completion: &[Option<Value>],
    ) -> Verdict {
        let input = self.subject.document(linked, self.leaves, completion);
        self.subject.evaluate(self.policy, rego, input)
    }

    /// The verdict, unless it is about nested blocks that nobody has counted.
    fn unless_blocks(&self, base: Verdict) -> Verdict {
        let blocks: Vec<&Leaf> = self
            .leaves
            .iter()
            .filter(|leaf| self.subject.resource(leaf.at).is_some_and(|r| leaf.are_blocks(r)))
            .collect();
        if blocks.is_empty() {
            return base;
        }
        let reason = self.waits_for(&blocks);
        Verdict::undetermined(&base, &base, reason)
    }

    /// Of a completion that changes the verdict, the one leaf that does so alone; all of them
    /// when it takes several.
    fn deciding(
        &self,
        rego: &mut Option<Rego>,
        linked: &[(usize, Certainty)],
        completion: &Completion,
        base: &Verdict,
    ) -> Vec<&Leaf> {
        let plain = completion::plain(self.leaves);
        let pairs = || completion.iter().zip(&plain).enumerate();
        let changed: Vec<usize> =
            pairs().filter(|(_, (value, plain))| value != plain).map(|(at, _)| at).collect();
        for &special in &changed {
            let alone: Completion = pairs()
                .map(|(at, (value, plain))| if at == special { value } else { plain }.clone())
                .collect();
            let verdict = self.evaluate(rego, linked, &alone);
            if verdict.outcome != Outcome::Error && verdict.outcome != base.outcome {
                return self.leaves.get(special).into_iter().collect();
            }
        }
        changed.into_iter().filter_map(|at| self.leaves.get(at)).collect()
    }

    /// Names what is not known, and what it refers to.
    fn waits_for(&self, leaves: &[&Leaf]) -> String {
        let parts = leaves.iter().filter_map(|leaf| {
            let resource = self.subject.resource(leaf.at)?;
            let owner = if leaf.at == self.subject.at() {
                String::new()
            } else {
                format!("{}.", resource.address)
            };
            let references = leaf::references(resource, &leaf.path);
            let source = references.first().map(|text| format!(" (refers to {text})"));
            let source = source.unwrap_or_default();
            Some(format!("{owner}{} is known after apply{source}", leaf.path))
        });
        listed(parts.collect())
    }

    /// Names what may be linked.
    fn waits_for_links(&self) -> String {
        let linked = self.links.first().into_iter().flatten();
        let may = linked.filter(|(_, certainty)| *certainty == Certainty::May);
        let parts = may.filter_map(|(to, _)| {
            Some(format!("{} may belong to it", self.subject.resource(*to)?.address))
        });
        listed(parts.collect())
    }
}

fn listed(mut parts: Vec<String>) -> String {
    const MOST_NAMED: usize = 4;
    let more = parts.len().saturating_sub(MOST_NAMED);
    parts.truncate(MOST_NAMED);
    let text = parts.join("; ");
    if more > 0 { format!("{text}; and {more} more") } else { text }
}
