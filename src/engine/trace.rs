//! Why a verdict is what it is: what was read, what was followed, what is not known, and which lines
//! were evaluated.

use std::collections::BTreeSet;

use super::alias::Aliases;
use super::compile::Compiled;
use super::completion::{self, Completion};
use super::coverage::FileCoverage;
use super::document;
use super::documents::Documents;
use super::evaluate::evaluate_and_print;
use super::hop::{Around, Linked};
use super::inspect::Inspector;
use super::judge::Subject;
use super::leaf::{self, Leaf};
use super::link::{Certainty, Link};
use super::print::Print;
use super::reads::Reads;
use super::referred;
use super::verdict::{self, Verdict};
use crate::base::{PolicyId, Source};
use crate::finding::Outcome;
use crate::model::{Resource, Value};

/// At most so many worlds are tried to find two that differ.
const MOST_WORLDS: usize = 512;

/// The most characters of a value that are shown.
const MOST_SHOWN: usize = 160;

/// Everything that can be said of one verdict.
#[derive(Debug)]
pub struct Trace {
    /// The verdict.
    pub verdict: Verdict,
    /// The attributes that were read, and their values without secrets.
    pub values: Vec<(String, String)>,
    /// The linked resources that the policy asks for.
    pub links: Vec<TracedLink>,
    /// What the policy may read and nobody knows yet.
    pub unknown: Vec<String>,
    /// Two worlds in which the verdicts differ.
    pub split: Option<[Imagined; 2]>,
    /// The policy, and its lines that were evaluated while everything unknown was absent.
    pub source: Source,
    /// Those lines.
    pub lines: FileCoverage,
}

/// A linked resource.
#[derive(Debug)]
pub struct TracedLink {
    /// Its address.
    pub address: String,
    /// What makes the link.
    pub via: Vec<String>,
    /// It exists for sure.
    pub is_certain: bool,
    /// Its attributes that were read.
    pub values: Vec<(String, String)>,
}

/// What could come true, and what the verdict would be.
#[derive(Debug)]
pub struct Imagined {
    /// What is the case in it.
    pub facts: Vec<String>,
    /// The verdict.
    pub outcome: Outcome,
}

impl Inspector<'_> {
    /// Why `policy` says what it says of a resource, or of the input as a whole. None where there is no
    /// such policy or resource.
    #[must_use]
    pub fn trace(&self, policy: &PolicyId, subject: Option<usize>) -> Option<Trace> {
        let compiled = self.compiled(policy)?;
        let (verdict, coverage) = self.judge(policy, subject)?;
        let documents = Documents::new(self.model);
        let source = compiled.policy.source.clone();
        let mut trace = Trace {
            values: Vec::new(),
            links: Vec::new(),
            unknown: Vec::new(),
            split: None,
            lines: coverage.file(&source),
            source,
            verdict,
        };
        let Some(at) = subject else { return Some(trace) };
        let subject = self.subject(compiled, at)?;
        let reads = reached(compiled, &subject);
        let relevant = subject.relevant(compiled);
        trace.values = documents.brief(at).map(|own| values(&own, &reads)).unwrap_or_default();
        let linked = relevant.linked.iter().map(|link| (None, *link));
        let further = relevant.further.iter().map(|further| (Some(further.of), further.link));
        let links = linked.chain(further).filter_map(|(of, link)| {
            let other = self.model.resources.get(link.to)?;
            let of = of.and_then(|of| self.model.resources.get(of));
            let read = documents.brief(link.to).map(|document| values(&document, &reads));
            Some(traced(of, link, other, read.unwrap_or_default()))
        });
        trace.links = links.collect();
        let leaves = subject.leaves(compiled, &relevant);
        trace.unknown = leaves.iter().map(|leaf| self.named(&subject, leaf)).collect();
        if trace.verdict.outcome == Outcome::Undetermined {
            let split = self.split(compiled, &subject, &relevant, &leaves);
            let hidden = |mut world: Imagined| {
                world.facts.iter_mut().for_each(|fact| *fact = documents.hide(fact));
                world
            };
            trace.split = split.map(|worlds| worlds.map(hidden));
        }
        Some(trace)
    }

    /// What `policy` prints about a resource, or about the input as a whole, of which it sees no
    /// secrets and nothing unknown.
    #[must_use]
    pub fn prints(
        &self,
        policy: &PolicyId,
        subject: Option<usize>,
        documents: &Documents<'_>,
    ) -> Vec<Print> {
        let Some(compiled) = self.compiled(policy) else { return Vec::new() };
        if !compiled.sources.iter().any(|source| source.text().contains("print(")) {
            return Vec::new();
        }
        let input = match subject {
            None => Some(documents.plan()),
            Some(at) => documents.deep(at, &compiled.reads.links_of),
        };
        input
            .map(|input| evaluate_and_print(compiled, document::convert(&input)))
            .unwrap_or_default()
    }

    fn named(&self, subject: &Subject<'_>, leaf: &Leaf) -> String {
        let owner = self.model.resources.get(leaf.at);
        let prefix = owner.filter(|_| leaf.at != subject.at()).map(|owner| owner.label() + ".");
        let references =
            owner.map(|owner| referred::references(owner, &leaf.path)).unwrap_or_default();
        let refers = references.first().map(|text| format!(", which refers to {text}"));
        format!("{}{}{}", prefix.unwrap_or_default(), leaf.path, refers.unwrap_or_default())
    }

    /// Two worlds in which the verdicts differ: with and without links that may exist, or with other
    /// values in the place of unknown ones, as few as it takes.
    fn split(
        &self,
        policy: &Compiled,
        subject: &Subject<'_>,
        relevant: &Around<'_>,
        leaves: &[Leaf],
    ) -> Option<[Imagined; 2]> {
        let mut rego = None;
        let mut judge = |linked: &Linked<'_>, completion: &Completion| {
            let input = subject.document(linked, &Aliases::default(), leaves, completion);
            let said = subject.evaluate(policy, &mut rego, input);
            said.map_or(Outcome::Error, |said| verdict::outcome(&said))
        };
        let parts = relevant.parts(true);
        let all = Linked::of(parts.iter());
        let exact = Linked::of(parts.iter().filter(|part| part.is_exact()));
        let plain = completion::plain(leaves);
        let base = judge(&all, &plain);
        let without = judge(&exact, &plain);
        if base != without && ![base, without].contains(&Outcome::Error) {
            let may = parts.iter().filter(|part| !part.is_exact()).map(|part| part.to);
            let may: BTreeSet<usize> = may.collect();
            let may = may.into_iter().filter_map(|to| self.model.resources.get(to));
            let may = may.map(Resource::label).collect::<Vec<_>>().join(", ");
            return Some([
                Imagined { facts: vec![format!("{may} belongs to it")], outcome: base },
                Imagined { facts: vec![format!("{may} does not belong to it")], outcome: without },
            ]);
        }
        let completions = completion::completions(leaves, &policy.candidates).take(MOST_WORLDS);
        let special = completions
            .map(|completion| (judge(&all, &completion), completion))
            .find(|(outcome, _)| *outcome != base && ![base, *outcome].contains(&Outcome::Error));
        let (outcome, special) = special?;
        // One of several values may be enough.
        let changed = |at: usize| special.get(at) != plain.get(at);
        let alone = (0..leaves.len()).filter(|at| changed(*at)).find_map(|at| {
            let mut alone = plain.clone();
            *alone.get_mut(at)? = special.get(at)?.clone();
            (judge(&all, &alone) == outcome).then_some(alone)
        });
        let special = alone.unwrap_or(special);
        let facts = |completion: &Completion| {
            let pairs = leaves.iter().zip(completion).enumerate();
            let told = pairs.filter(|(at, _)| special.get(*at) != plain.get(*at));
            told.map(|(_, (leaf, value))| self.fact(subject, leaf, value.as_ref())).collect()
        };
        Some([
            Imagined { facts: facts(&plain), outcome: base },
            Imagined { facts: facts(&special), outcome },
        ])
    }

    fn fact(&self, subject: &Subject<'_>, leaf: &Leaf, value: Option<&Value>) -> String {
        let owner = self.model.resources.get(leaf.at);
        let is_secret = |owner: &Resource| owner.is_sensitive(&leaf.path);
        let prefix = owner.filter(|_| leaf.at != subject.at()).map(|owner| owner.label() + ".");
        let value = match value {
            None => "absent".to_owned(),
            Some(_) if owner.is_some_and(is_secret) => "something else".to_owned(),
            Some(Value::String(text)) if **text == *leaf::FRESH => "any other text".to_owned(),
            Some(value) => shortened(&value.to_json()),
        };
        format!("{}{} is {value}", prefix.unwrap_or_default(), leaf.path)
    }
}

/// What the policy came to read.
fn reached(policy: &Compiled, subject: &Subject<'_>) -> Reads {
    let mut rego = Some(policy.rego.clone());
    let (_, reads) = subject.trace(policy, &mut rego, subject.known_document());
    reads.unwrap_or_else(|| policy.reads.clone())
}

/// The attributes of a document that may have been read.
fn values(document: &Value, reads: &Reads) -> Vec<(String, String)> {
    let attributes = document.get("values").and_then(Value::as_object).into_iter().flatten();
    let read = attributes.filter(|(name, _)| reads.may_read(name));
    read.map(|(name, value)| (name.to_string(), shortened(&value.to_json()))).collect()
}

fn traced(
    of: Option<&Resource>,
    link: &Link,
    other: &Resource,
    values: Vec<(String, String)>,
) -> TracedLink {
    let owner = of.map(Resource::label);
    let it = owner.as_deref().unwrap_or("it");
    let whose = owner.as_ref().map_or_else(|| "its".to_owned(), |owner| format!("{owner}'s"));
    let via = link.via.iter().map(|via| match via.side.as_str() {
        "subject" => format!("{whose} {} names it", via.attribute),
        "linked" => format!("{} of the other names {it}", via.attribute),
        _ => "it holds for the whole provider".to_owned(),
    });
    TracedLink {
        address: other.label(),
        via: via.collect(),
        is_certain: link.certainty == Certainty::Exact,
        values,
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(MOST_SHOWN) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}
