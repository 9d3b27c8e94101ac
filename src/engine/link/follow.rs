//! References followed through modules, keys and repetitions to the instances that they mean.
//!
//! Terraform lists the references of an expression flat, each followed by its shorter forms:
//! `["aws_subnet.a[0].id", "aws_subnet.a[0]", "aws_subnet.a"]`. How they are combined is said by the
//! source alone, where it is at hand; `expression.rs` follows what it says.

use std::sync::Arc;

use super::expression;
use super::unsaid::Means;
use super::{Certainty, Index};
use crate::base::{InstanceKey, Mode, ModuleAddress, ModuleStep};
use crate::engine::derive::rebuild::DATA_SOURCE;
use crate::model::{Declaration, ModuleCall, References, Resource, Written};

/// How many modules and repetitions a reference is followed through.
pub(super) const LONGEST_WAY: usize = 32;

/// Where an expression stands: its module instance, the key of the instance it belongs to,
/// and what that instance is repeated over.
pub(super) struct Scope<'a> {
    pub(super) module: ModuleAddress,
    pub(super) key: Option<InstanceKey>,
    pub(super) repetition: &'a References,
    pub(super) repeated: Option<&'a Written>,
    /// How many instances it is repeated to.
    pub(super) instances: usize,
}

/// What references came to.
#[derive(Default)]
pub(super) struct Targets {
    pub(super) found: Vec<Target>,
    /// What the attributes that are referred to refer to themselves.
    pub(super) handed: Vec<Target>,
    /// Why something could not be followed.
    pub(super) stops: Vec<Stop>,
    /// Something chooses among what is referred to.
    pub(super) is_selective: bool,
    /// On the way there was an expression that refers to several things, or to a part of a thing.
    pub(super) is_mixed: bool,
}

/// An instance that is referred to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) to: usize,
    pub(super) certainty: Certainty,
    /// The attribute that is referred to is made during apply.
    pub(super) is_unknown: bool,
    pub(super) means: Means,
}

impl Target {
    /// One that may be meant.
    pub(super) fn perhaps(to: usize) -> Self {
        Target { to, certainty: Certainty::May, is_unknown: true, means: Means::Itself }
    }
}

/// Why a reference does not lead to an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stop {
    /// A variable of the root module, whose value comes from outside.
    Variable,
    /// A variable that the caller leaves to its default.
    Default,
    /// A local value, where the source is not at hand.
    Local,
    /// A module that the configuration does not hold.
    Module,
    /// A resource of which the plan holds no such instance.
    Absent,
    /// The same, for an attribute by which nothing but the resource itself can be meant.
    AbsentIdentity,
    /// A key, a count, a path, or the like: no resource.
    Plain,
    /// A constant.
    Constant,
    /// It goes on and on.
    Endless,
}

impl Stop {
    /// True when anything may stand behind it.
    fn is_opaque(self) -> bool {
        !matches!(self, Stop::Plain | Stop::Constant | Stop::AbsentIdentity)
    }
}

impl Targets {
    /// True when something could not be followed.
    pub(super) fn is_opaque(&self) -> bool {
        self.stops.iter().any(|stop| stop.is_opaque())
    }

    /// True when resources of the plan may stand behind what could not be followed. The variables of
    /// the root module come from outside.
    pub(super) fn is_doubtful(&self) -> bool {
        self.stops.iter().any(|stop| stop.is_opaque() && *stop != Stop::Variable)
    }

    /// Adds what was found besides.
    fn append(&mut self, mut other: Targets) {
        self.found.append(&mut other.found);
        self.handed.append(&mut other.handed);
        self.stops.append(&mut other.stops);
        self.is_selective |= other.is_selective;
        self.is_mixed |= other.is_mixed;
    }

    /// Takes those found from `before` on for perhaps meant.
    pub(super) fn weaken(&mut self, before: usize) {
        self.found.iter_mut().skip(before).for_each(|target| target.certainty = Certainty::May);
    }
}

impl<'a> Scope<'a> {
    /// Where the arguments of a resource stand.
    pub(super) fn of(index: &Index<'_>, resource: &'a Resource, none: &'a References) -> Self {
        let address = &resource.address;
        let block = format!("{}{}.{}", address.mode.prefix(), address.resource_type, address.name);
        let declaration = resource.declaration.as_ref();
        Scope {
            module: resource.address.module.clone(),
            key: resource.address.key.clone(),
            repetition: declaration.map_or(none, |declaration| &declaration.repetition),
            repeated: declaration.and_then(|declaration| declaration.repeated.as_ref()),
            instances: index.instances(&address.module, &block).count(),
        }
    }
}

/// The longest form of each reference that is listed.
pub(super) fn longest(references: &References) -> impl Iterator<Item = &Arc<str>> {
    let mut longest: &str = "";
    references.iter().filter(move |reference| {
        let rest = longest.strip_prefix(&***reference);
        let is_shorter_form = rest.is_some_and(|rest| rest.starts_with(['.', '[']));
        if !is_shorter_form {
            longest = reference;
        }
        !is_shorter_form
    })
}

/// Follows references that are listed flat.
pub(super) fn all(
    index: &Index<'_>,
    scope: &Scope<'_>,
    references: &References,
    way: usize,
    targets: &mut Targets,
) {
    let (mut subjects, mut others) = (0, 0);
    for reference in longest(references).filter(|reference| !is_key(reference)) {
        subjects += 1;
        let before = targets.found.len();
        one(index, scope, references, reference, way, targets);
        others += usize::from(targets.found.len() == before);
    }
    if subjects == 0 {
        targets.stops.push(Stop::Constant);
    }
    targets.is_mixed |= subjects > 1;
    targets.is_selective |= subjects > 1 && others > 0;
}

/// Follows one reference. Where the way ends without a resource it is said why.
pub(super) fn one(
    index: &Index<'_>,
    scope: &Scope<'_>,
    siblings: &References,
    reference: &str,
    way: usize,
    targets: &mut Targets,
) {
    let Some(way) = way.checked_sub(1) else {
        targets.stops.push(Stop::Endless);
        return;
    };
    let (root, rest) = reference.split_once('.').unwrap_or((reference, ""));
    match root {
        "var" => variable(index, scope, rest, way, targets),
        "module" => module_output(index, scope, siblings, rest, way, targets),
        "each" if rest.starts_with("value") => {
            let rest = rest.strip_prefix("value").unwrap_or_default();
            each_value(index, scope, rest, way, targets);
        }
        "local" => targets.stops.push(Stop::Local),
        "each" | "count" | "path" | "self" | "terraform" | "tofu" => {
            targets.stops.push(Stop::Plain);
        }
        "data" => block(index, scope, siblings, reference, 3, way, targets),
        _ => block(index, scope, siblings, reference, 2, way, targets),
    }
}

/// `each.value`: what the repetition has at the key of the instance.
fn each_value(index: &Index<'_>, scope: &Scope<'_>, rest: &str, way: usize, targets: &mut Targets) {
    let at_key = scope.key.as_ref().map(|key| format!("{}{rest}", subscript(key)));
    if let (Some(repeated), Some(at_key)) = (scope.repeated, &at_key) {
        return expression::follow(index, scope, repeated, at_key, way, targets);
    }
    let mut subjects = longest(scope.repetition).filter(|reference| !is_key(reference));
    let (first, is_only) = (subjects.next(), subjects.next().is_none());
    let mut found = Targets::default();
    // `for_each = aws_subnet.a`, `for_each = module.network`: the instance with the same key.
    if let (Some(collection), Some(at_key), true) = (first, &at_key, is_only) {
        let none = References::new();
        one(index, scope, &none, &format!("{collection}{at_key}"), way, &mut found);
    }
    if found.found.is_empty() {
        found = Targets::default();
        all(index, scope, scope.repetition, way, &mut found);
        let is_mixed = found.is_mixed;
        keep_key(index, scope, 0, &mut found);
        if is_mixed {
            found.weaken(0);
        }
    }
    targets.append(found);
}

fn subscript(key: &InstanceKey) -> String {
    match key {
        InstanceKey::Index(index) => format!("[{index}]"),
        InstanceKey::Key(key) => format!("[\"{key}\"]"),
    }
}

/// `var.NAME`: what the caller passes.
fn variable(index: &Index<'_>, scope: &Scope<'_>, rest: &str, way: usize, targets: &mut Targets) {
    let Some((step, parents)) = scope.module.0.split_last() else {
        targets.stops.push(Stop::Variable);
        return;
    };
    let parent = ModuleAddress(parents.to_vec());
    let name = rest.split(['.', '[']).next().unwrap_or_default();
    let rest = rest.strip_prefix(name).unwrap_or_default();
    let Some(call) = call(index, &parent, &step.name) else {
        targets.stops.push(Stop::Module);
        return;
    };
    let scope = Scope {
        key: step.key.clone(),
        repetition: &call.repetition,
        repeated: call.repeated.as_ref(),
        instances: index.keys_of(&parent, &step.name).len(),
        module: parent,
    };
    match (call.written.get(name), call.arguments.get(name)) {
        (Some(written), _) => expression::follow(index, &scope, written, rest, way, targets),
        (None, Some(references)) => all(index, &scope, references, way, targets),
        (None, None) => targets.stops.push(Stop::Default),
    }
}

fn call<'a>(index: &Index<'a>, module: &ModuleAddress, name: &str) -> Option<&'a ModuleCall> {
    let configuration = index.model.configuration.as_ref()?;
    configuration.module(module)?.calls.get(name)
}

/// `module.NAME[KEY].OUTPUT`: what the module's output refers to. A module as a whole may mean
/// any of its outputs.
fn module_output(
    index: &Index<'_>,
    scope: &Scope<'_>,
    siblings: &References,
    rest: &str,
    way: usize,
    targets: &mut Targets,
) {
    let Some((name, key, rest)) = name_and_key(rest) else { return };
    let output = rest.trim_start_matches('.').split(['.', '[']).next().unwrap_or_default();
    let after = rest.trim_start_matches('.').strip_prefix(output).unwrap_or_default();
    let Some(call) = call(index, &scope.module, name) else {
        targets.stops.push(Stop::Module);
        return;
    };
    let is_known = call.module.outputs.contains_key(output);
    if !is_known && !output.is_empty() {
        targets.stops.push(Stop::Module);
        return;
    }
    let (keys, is_many) = match key {
        Some(key) => (vec![Some(key)], false),
        None if follows_key(siblings) => (vec![scope.key.clone()], false),
        None => {
            let keys = index.keys_of(&scope.module, name);
            let is_many = keys.len() > 1;
            (keys, is_many)
        }
    };
    for key in keys {
        let before = targets.found.len();
        let mut module = scope.module.clone();
        module.0.push(ModuleStep { name: Arc::from(name), key });
        let none = References::new();
        let inner = Scope { module, key: None, repetition: &none, repeated: None, instances: 1 };
        let outputs = call.module.outputs.iter();
        for (name, references) in outputs.filter(|(name, _)| !is_known || ***name == *output) {
            match call.module.written.get(name) {
                Some(written) => expression::follow(index, &inner, written, after, way, targets),
                None => all(index, &inner, references, way, targets),
            }
        }
        if is_many || !is_known {
            targets.weaken(before);
        }
    }
    targets.is_mixed |= is_many || !is_known;
}

/// `TYPE.NAME[KEY]…`, with `data.` before it for data sources.
fn block(
    index: &Index<'_>,
    scope: &Scope<'_>,
    siblings: &References,
    reference: &str,
    words: usize,
    way: usize,
    targets: &mut Targets,
) {
    let mut rest = reference;
    let mut names = Vec::new();
    let mut key = None;
    for _ in 0..words {
        let Some((name, found, after)) = name_and_key(rest) else { return };
        names.push(name);
        key = found;
        rest = after.strip_prefix('.').unwrap_or(after);
    }
    let attribute = rest.split(['.', '[']).next().unwrap_or_default();
    // Its own identity leads nowhere else; any other attribute may hand on what it refers to.
    let is_identity = words == 2 && matches!(attribute, "" | "id" | "arn" | "name" | "self_link");
    let before = targets.found.len();
    for at in index.instances(&scope.module, &names.join(".")) {
        let Some(resource) = index.resource(at) else { continue };
        let is_unknown = is_made(resource, attribute);
        let means = Means::of(resource, rest);
        targets.found.push(Target { to: at, certainty: Certainty::Exact, is_unknown, means });
    }
    if let Some(key) = &key {
        let has_key =
            |at: usize| index.resource(at).is_some_and(|r| r.address.key.as_ref() == Some(key));
        let mut position = 0;
        targets.found.retain(|target| {
            position += 1;
            position <= before || has_key(target.to)
        });
    } else if follows_key(siblings) {
        keep_key(index, scope, before, targets);
    }
    if targets.found.len() == before {
        targets.stops.push(if is_identity { Stop::AbsentIdentity } else { Stop::Absent });
    }
    let documents = targets.found.iter().skip(before);
    if documents.clone().any(|target| index.resource(target.to).is_some_and(is_document)) {
        let is_text = match attribute {
            "json" | "minified_json" => true,
            // Behind a computed key the attribute is not said.
            other => other.is_empty() && follows_key(siblings),
        };
        targets.is_mixed |= !is_text;
    }
    // A part of a bucket has the name of the bucket as its id.
    let is_part = attribute == "id" && reference.starts_with("aws_s3_bucket_");
    if !is_identity || is_part {
        hand_on(index, before, if is_part { "bucket" } else { rest }, way, targets);
    }
}

/// True for an attribute that the provider makes during apply.
pub(super) fn is_made(resource: &Resource, attribute: &str) -> bool {
    let is_written =
        |declaration: &Arc<Declaration>| declaration.arguments.get(attribute).is_some();
    resource.unknown.iter().any(|path| path.root() == Some(attribute))
        && resource.declaration.as_ref().is_some_and(|declaration| !is_written(declaration))
}

/// Follows what the attribute at `path` of the targets from `before` on was made of.
fn hand_on(index: &Index<'_>, before: usize, path: &str, way: usize, targets: &mut Targets) {
    let path = without_indexes(path);
    let none = References::new();
    let mut handed = Targets::default();
    for target in targets.found.iter().skip(before) {
        let Some(resource) = index.resource(target.to) else { continue };
        let Some(declaration) = &resource.declaration else { continue };
        let scope = Scope::of(index, resource, &none);
        let named = declaration.references.iter().filter(|(argument, _)| {
            let longer = argument.strip_prefix(&*path).or_else(|| path.strip_prefix(&**argument));
            longer.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        });
        let start = handed.found.len();
        named.for_each(|(_, references)| all(index, &scope, references, way, &mut handed));
        if target.certainty == Certainty::May {
            handed.weaken(start);
        }
    }
    targets.stops.append(&mut handed.stops);
    targets.is_selective |= handed.is_selective;
    targets.handed.append(&mut handed.found);
    targets.handed.append(&mut handed.handed);
}

/// `vpc_config[0].subnet_ids` as `vpc_config.subnet_ids`.
fn without_indexes(path: &str) -> String {
    let names = path.split('.').map(|name| name.split('[').next().unwrap_or_default());
    names.collect::<Vec<_>>().join(".")
}

/// True for the data sources that documents are made with.
pub(super) fn is_document(resource: &Resource) -> bool {
    resource.address.mode == Mode::Data && *resource.address.resource_type == *DATA_SOURCE
}

/// True when the expression picks an instance by the key of its own.
fn follows_key(siblings: &References) -> bool {
    siblings.iter().any(|reference| is_key(reference))
}

pub(super) fn is_key(reference: &str) -> bool {
    matches!(reference, "each.key" | "count.index")
}

/// Of the targets from `before` on, keeps those with the key of the scope; when there are none, any
/// of them may be meant. A count means the same instance on both sides where both have as many.
fn keep_key(index: &Index<'_>, scope: &Scope<'_>, before: usize, targets: &mut Targets) {
    let key = scope.key.as_ref();
    let has_key =
        |at: usize| index.resource(at).is_some_and(|resource| resource.address.key.as_ref() == key);
    let tail = targets.found.split_off(before);
    let kept: Vec<Target> = tail.iter().copied().filter(|target| has_key(target.to)).collect();
    let is_count = matches!(key, Some(InstanceKey::Index(_)));
    if kept.is_empty() || is_count && tail.len() != scope.instances {
        targets.found.extend(tail);
        if targets.found.len() > before + 1 {
            targets.weaken(before);
        }
    } else {
        targets.found.extend(kept);
    }
}

/// Splits `name[key]rest`.
pub(in crate::engine) fn name_and_key(text: &str) -> Option<(&str, Option<InstanceKey>, &str)> {
    let end = text.find(['.', '[']).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if name.is_empty() {
        return None;
    }
    match subscript_of(rest) {
        Some((key, rest)) => Some((name, Some(key), rest)),
        None if rest.starts_with('[') => None,
        None => Some((name, None, rest)),
    }
}

/// Splits `[key]rest`.
pub(super) fn subscript_of(text: &str) -> Option<(InstanceKey, &str)> {
    let inner = text.strip_prefix('[')?;
    if let Some(quoted) = inner.strip_prefix('"') {
        let end = quoted.find("\"]")?;
        let (key, after) = quoted.split_at(end);
        return Some((InstanceKey::Key(Arc::from(key)), after.get(2..)?));
    }
    let (digits, after) = inner.split_once(']')?;
    Some((InstanceKey::Index(digits.parse().ok()?), after))
}
