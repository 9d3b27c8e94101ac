//! Which resources belong together: one index for a whole model, built once.
//!
//! Two resources are linked when the configuration of one refers to the other, when a value
//! of one is the known identity of the other, or when a type holds for a whole provider
//! configuration (an account-wide setting). A link is *exact*, or it *may* exist: the
//! engine judges with and without it.

mod expression;
mod follow;
mod identity;
mod listing;
mod origin;
mod reference;
mod unsaid;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

pub(super) use follow::name_and_key;
pub(super) use identity::speaks_of;
pub use listing::{Followed, Pair, links, references};
pub(super) use origin::Origin;
use rayon::prelude::*;
use regorus::Value as RegoValue;

use super::reads::Reads;
use crate::base::{Action, InstanceKey, Mode, ModuleAddress, ModuleStep};
use crate::model::{Model, Resource};

/// How certain a link is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Certainty {
    /// It may exist.
    May,
    /// It exists.
    Exact,
}

/// A link to another resource of the model, by its index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) to: usize,
    /// How certain it is altogether.
    pub(super) certainty: Certainty,
    /// Everything that makes it.
    pub(super) via: Vec<Via>,
}

/// One attribute that makes a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Via {
    pub(super) side: Side,
    /// The path of the attribute, without indexes; empty for a provider configuration.
    pub(super) attribute: Arc<str>,
    pub(super) certainty: Certainty,
}

/// Which of two linked resources has the attribute that links them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    /// The resource under judgement: it names the other.
    Subject,
    /// The other: it names the resource under judgement.
    Linked,
    /// Neither: one holds for the provider configuration of the other.
    Provider,
}

impl Side {
    /// The word that policies see.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Side::Subject => "subject",
            Side::Linked => "linked",
            Side::Provider => "provider",
        }
    }
}

/// The links of every resource of a model.
#[derive(Debug)]
pub(super) struct Links {
    of: Vec<Vec<Link>>,
    /// Where documents that are not known come from, by resource and argument.
    origins: HashMap<(usize, String), Vec<Origin>>,
}

/// What the policies want to know of links.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    /// Types that are judged by a policy that reads links.
    pub(super) subjects: HashSet<Arc<str>>,
    /// Types that such a policy may read as linked.
    pub(super) linked: HashSet<Arc<str>>,
    /// Types of linked resources, with the types that are asked for behind them.
    pub(super) further: HashSet<(Arc<str>, Arc<str>)>,
    /// Types that hold for a whole provider configuration.
    pub(super) provider_wide: HashSet<Arc<str>>,
    /// Some policy reads the documents in strings.
    pub(super) documents: bool,
    /// Links between any two types.
    everything: bool,
    /// Arguments that a policy asks links for, and that are called after none of its types.
    attributes: HashSet<Arc<str>>,
}

impl Wanted {
    /// Links between any two types.
    pub(super) fn all() -> Self {
        Wanted { everything: true, ..Wanted::default() }
    }

    /// True when a link between two types is of use.
    fn pair(&self, a: &str, b: &str) -> bool {
        let is_wanted = |a, b| self.subjects.contains(a) && self.linked.contains(b);
        let is_further =
            |a: &str, b: &str| self.further.iter().any(|(of, other)| **of == *a && **other == *b);
        let is_either = is_wanted(a, b) || is_wanted(b, a);
        self.everything || is_either || is_further(a, b) || is_further(b, a)
    }

    /// Takes note of the arguments that a policy for `judged` asks links for, if it reads `reads`.
    pub(super) fn note_attributes(&mut self, judged: &[String], reads: &Reads) {
        if !reads.may_read("via") {
            return;
        }
        let types = judged.iter().map(String::as_str).chain(reads.words.iter().map(|word| &**word));
        let types = types.filter(|word| word.contains('_'));
        let last_words: HashSet<&str> = types.map(identity::last_word).collect();
        let is_path = |text: &&Arc<str>| {
            !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || "._".contains(c))
        };
        let texts = reads.literals.iter().filter_map(|literal| match literal {
            RegoValue::String(text) => Some(text),
            _ => None,
        });
        let is_unsaid =
            |text: &&Arc<str>| !identity::subject_words(text).any(|word| last_words.contains(word));
        self.attributes.extend(texts.filter(is_path).filter(is_unsaid).cloned());
    }

    fn concerns(&self, resource_type: &str) -> bool {
        self.everything
            || self.subjects.contains(resource_type)
            || self.linked.contains(resource_type)
            || self.further.iter().any(|(_, other)| **other == *resource_type)
    }
}

/// The mentions of resources in others; the more certain of two in one attribute wins.
type Found = Vec<Mention>;

/// The attribute of one resource that names another.
struct Mention {
    from: usize,
    to: usize,
    /// Its path, without indexes; None where one holds for the provider configuration of the other.
    attribute: Option<Arc<str>>,
    certainty: Certainty,
}

impl Links {
    /// Finds the links between the resources of `model` that policies want.
    pub(super) fn new(model: &Model, wanted: &Wanted) -> Self {
        let mut pairs = Found::new();
        let mut origins = HashMap::new();
        if wanted.everything || !wanted.linked.is_empty() || wanted.documents {
            let index = Index::new(model, wanted);
            if wanted.documents {
                origins = origin::all(&index);
            }
            let identities = identity::Identities::new(&index);
            let found: Vec<Found> = (0..model.resources.len())
                .into_par_iter()
                .filter(|&at| index.takes_part(at) && index.concerns(at))
                .map(|at| {
                    let mut found = reference::links(&index, at);
                    found.extend(identities.links(&index, at, &found));
                    found
                })
                .collect();
            pairs.extend(found.into_iter().flatten());
            pairs.extend(provider_wide(&index));
        }
        Links { of: both_ways(model, pairs), origins }
    }

    /// Where the document in an argument of resource `at` comes from, if it is not known: one entry
    /// for each time that the argument is written.
    pub(super) fn origins(&self, at: usize, argument: &str) -> &[Origin] {
        let found = self.origins.get(&(at, argument.to_owned()));
        found.map(Vec::as_slice).unwrap_or_default()
    }

    /// The links of one resource, by the index of the other.
    pub(super) fn of(&self, at: usize) -> &[Link] {
        self.of.get(at).map(Vec::as_slice).unwrap_or_default()
    }
}

fn both_ways(model: &Model, mentions: Found) -> Vec<Vec<Link>> {
    let mut of: Vec<Vec<(usize, Via)>> = vec![Vec::new(); model.resources.len()];
    for Mention { from, to, attribute, certainty } in mentions {
        let forgotten = [from, to].iter().any(|&at| {
            model.resources.get(at).is_some_and(|resource| resource.action == Action::Forget)
        });
        // What is forgotten lives on, unmanaged: nobody knows for how long.
        let certainty = if forgotten { Certainty::May } else { certainty };
        let is_named = attribute.is_some();
        let attribute = attribute.unwrap_or_default();
        for (at, other, side) in [(from, to, Side::Subject), (to, from, Side::Linked)] {
            let side = if is_named { side } else { Side::Provider };
            let via = Via { side, attribute: attribute.clone(), certainty };
            if let Some(links) = of.get_mut(at) {
                links.push((other, via));
            }
        }
    }
    of.into_iter().map(joined).collect()
}

/// The links of one resource: one for each other, with everything that makes it.
fn joined(mut mentions: Vec<(usize, Via)>) -> Vec<Link> {
    let key = |(to, via): &(usize, Via)| (*to, via.side, via.attribute.clone());
    mentions.sort_by(|a, b| key(a).cmp(&key(b)).then(b.1.certainty.cmp(&a.1.certainty)));
    mentions.dedup_by(|later, kept| key(later) == key(kept));
    let mut links: Vec<Link> = Vec::new();
    for (to, via) in mentions {
        match links.last_mut().filter(|link| link.to == to) {
            Some(link) => {
                link.certainty = link.certainty.max(via.certainty);
                link.via.push(via);
            }
            None => links.push(Link { to, certainty: via.certainty, via: vec![via] }),
        }
    }
    links
}

/// Account-wide settings are linked to everything under the same provider configuration.
fn provider_wide(index: &Index<'_>) -> Found {
    let mut found = Found::new();
    let settings: Vec<usize> = index.of_types(&index.wanted.provider_wide).collect();
    for setting in settings {
        let Some(from) = index.resource(setting) else { continue };
        for subject in index.of_types(&index.wanted.subjects) {
            let Some(to) = index.resource(subject) else { continue };
            let certainty = match (provider_key(from), provider_key(to)) {
                (Some(a), Some(b)) if a == b => Certainty::Exact,
                (Some(_), Some(_)) => continue,
                _ if from.provider == to.provider => Certainty::May,
                _ => continue,
            };
            if index.wanted.pair(&from.address.resource_type, &to.address.resource_type) {
                found.push(Mention { from: setting, to: subject, attribute: None, certainty });
            }
        }
    }
    found
}

fn provider_key(resource: &Resource) -> Option<&str> {
    resource.declaration.as_ref()?.provider_key.as_deref()
}

/// The steps below each module that lead to resources.
fn calls(model: &Model) -> HashMap<&[ModuleStep], BTreeSet<&ModuleStep>> {
    let modules: HashSet<&ModuleAddress> =
        model.resources.iter().map(|resource| &resource.address.module).collect();
    let mut calls: HashMap<&[ModuleStep], BTreeSet<&ModuleStep>> = HashMap::new();
    for module in modules {
        for (depth, step) in module.0.iter().enumerate() {
            let parent = module.0.get(..depth).unwrap_or_default();
            calls.entry(parent).or_default().insert(step);
        }
    }
    calls
}

/// The resources of a model by block and by type.
struct Index<'a> {
    model: &'a Model,
    wanted: &'a Wanted,
    by_block: HashMap<String, Vec<usize>>,
    by_type: HashMap<&'a str, Vec<usize>>,
    /// Resources by the last word of their type.
    by_word: HashMap<&'a str, Vec<usize>>,
    /// The instances of module calls that hold resources, by their parent.
    calls: HashMap<&'a [ModuleStep], BTreeSet<&'a ModuleStep>>,
}

impl<'a> Index<'a> {
    fn new(model: &'a Model, wanted: &'a Wanted) -> Self {
        let mut index = Index {
            model,
            wanted,
            by_block: HashMap::new(),
            by_type: HashMap::new(),
            by_word: HashMap::new(),
            calls: calls(model),
        };
        for (at, resource) in model.resources.iter().enumerate() {
            if !index.takes_part(at) {
                continue;
            }
            let resource_type = &*resource.address.resource_type;
            index.by_type.entry(resource_type).or_default().push(at);
            // A reference may lead through a resource that nobody wants to the one that is wanted.
            index.by_block.entry(resource.address.block()).or_default().push(at);
            if wanted.concerns(resource_type) {
                let word = identity::last_word(resource_type);
                index.by_word.entry(word).or_default().push(at);
            }
        }
        index
    }

    fn resource(&self, at: usize) -> Option<&'a Resource> {
        self.model.resources.get(at)
    }

    /// Links hold after apply: what is destroyed then, or was before, has none.
    fn takes_part(&self, at: usize) -> bool {
        self.resource(at).is_some_and(|resource| {
            resource.deposed.is_none()
                && resource.action != Action::Delete
                && resource.address.mode != Mode::Ephemeral
        })
    }

    fn concerns(&self, at: usize) -> bool {
        let resource = self.resource(at);
        resource.is_some_and(|resource| self.wanted.concerns(&resource.address.resource_type))
    }

    /// The instances of a block, `TYPE.NAME` or `data.TYPE.NAME`, in one instance of a module.
    fn instances(&self, module: &ModuleAddress, block: &str) -> impl Iterator<Item = usize> + '_ {
        let mut path = String::new();
        module.names().for_each(|name| {
            path.push_str("module.");
            path.push_str(name);
            path.push('.');
        });
        path.push_str(block);
        let all = self.by_block.get(&path).map(Vec::as_slice).unwrap_or_default();
        let module = module.clone();
        let is_inside = move |at: &usize| {
            self.resource(*at).is_some_and(|resource| resource.address.module == module)
        };
        all.iter().copied().filter(is_inside)
    }

    /// The resources that an argument is called after.
    fn called(&self, argument: &str) -> impl Iterator<Item = usize> + '_ {
        let words = identity::subject_words(argument);
        let lists: Vec<&Vec<usize>> = words.filter_map(|word| self.by_word.get(word)).collect();
        lists.into_iter().flatten().copied()
    }

    /// The keys of the instances of the module call `name` in `parent`.
    fn keys_of(&self, parent: &ModuleAddress, name: &str) -> Vec<Option<InstanceKey>> {
        let steps = self.calls.get(parent.0.as_slice()).into_iter().flatten();
        steps.filter(|step| *step.name == *name).map(|step| step.key.clone()).collect()
    }

    /// The resources that `argument` may name where its own name does not say it and a policy asks.
    fn asked_for(&self, argument: &str) -> impl Iterator<Item = usize> + '_ {
        let is_asked = self.wanted.attributes.contains(argument);
        let types = is_asked.then(|| self.wanted.subjects.union(&self.wanted.linked));
        let lists = types.into_iter().flatten().filter_map(|name| self.by_type.get(&**name));
        lists.flatten().copied()
    }

    /// True when `argument` is called after the type of `resource`, or a policy looks for that behind it.
    fn may_mean(&self, argument: &str, resource: &Resource) -> bool {
        let resource_type = &*resource.address.resource_type;
        let wanted = self.wanted;
        let is_wanted =
            || wanted.subjects.contains(resource_type) || wanted.linked.contains(resource_type);
        identity::speaks_of(argument, resource_type)
            || wanted.attributes.contains(argument) && is_wanted()
    }

    fn of_types<'b>(&'b self, types: &'b HashSet<Arc<str>>) -> impl Iterator<Item = usize> + 'b {
        let lists = types.iter().filter_map(|name| self.by_type.get(&**name));
        lists.flatten().copied()
    }

    fn wants(&self, from: usize, to: usize) -> bool {
        match (self.resource(from), self.resource(to)) {
            (Some(a), Some(b)) => {
                from != to && self.wanted.pair(&a.address.resource_type, &b.address.resource_type)
            }
            _ => false,
        }
    }
}
