//! The document that a policy sees as `input`: a public contract, built here alone.
//!
//! `address`, `type`, `name`, `index`, `module`, `mode`, `provider`, `action`, `action_reason`,
//! `replace_paths`, `previous_address`, `importing`, `deposed`, `tainted`, `lifecycle`, `values`,
//! `unset`, `before`, `configured`, `constants`, `references`, `unknown`, `sensitive`, `derived` and
//! `linked`. In `values`, members that are null or unknown are absent; `unset` names those that are
//! null. In `derived` are the documents of strings, at the paths of these. In `linked` are the documents
//! of linked resources by type, each with `via`: the attributes that link it (`attribute`, a path with
//! dots and without indexes) and whose they are (`side`: `subject` names the linked, `linked` names the
//! subject, `provider` for a setting of the whole provider configuration). A linked document has
//! `linked` of its own where a policy asks for it.

use std::collections::BTreeMap;
use std::sync::Arc;

use regorus::Value as Rego;

use super::derive;
use super::link::Via;
use super::reads::Reads;
use crate::base::{AttributePath, InstanceKey, PathStep};
use crate::model::{References, Resource, Value};

/// The members that hold attributes, of which only those are shown that somebody reads.
pub(super) const BY_ATTRIBUTE: [&str; 5] =
    ["before", "configured", "derived", "references", "values"];

type Members = BTreeMap<Rego, Rego>;

/// The documents of links by type.
pub(super) type ByType = BTreeMap<Arc<str>, Vec<Rego>>;

/// What to put in the place of unknown attributes of one resource.
pub(super) type Changes<'a> = Vec<(&'a AttributePath, &'a Value)>;

/// The document of one resource, without links. What is known that nobody reads is left out.
#[derive(Debug)]
pub(super) struct Document {
    value: Rego,
    /// Strings that must hold documents and hold none, with the reason.
    pub(super) faults: Vec<(AttributePath, String)>,
}

impl Document {
    /// The document of `resource` for those who read `reads`.
    pub(super) fn of(resource: &Resource, reads: &Reads) -> Self {
        Document::holding(resource, resource.values.as_ref(), reads)
    }

    /// The document of a companion. One that is forgotten is still there.
    pub(super) fn of_companion(resource: &Resource, reads: &Reads) -> Self {
        Document::holding(resource, resource.lasting(), reads)
    }

    fn holding(resource: &Resource, values: Option<&Value>, reads: &Reads) -> Self {
        let read = values.filter(|_| reads.may_read("derived"));
        let resource_type = &resource.address.resource_type;
        let derived = read.map(|values| derive::documents(resource_type, values));
        let derived = derived.unwrap_or_default();
        let members = members(resource, values, derived.found.as_ref(), reads);
        Document { value: Rego::from(members), faults: derived.faults }
    }

    /// The same document of `resource` with `changes`. Only the attributes that they are of are
    /// made anew.
    pub(super) fn with(&self, resource: &Resource, changes: &Changes<'_>, reads: &Reads) -> Self {
        let mut document = Document { value: self.value.clone(), faults: Vec::new() };
        let resource_type = &resource.address.resource_type;
        let nothing = Value::default();
        let values = resource.values.as_ref().unwrap_or(&nothing);
        let mut changed: BTreeMap<&Arc<str>, Value> = BTreeMap::new();
        for (path, value) in changes {
            let Some((PathStep::Key(root), rest)) = path.0.split_first() else {
                // Everything is unknown.
                let derived = derive::documents(resource_type, value).found;
                let members = members(resource, Some(value), derived.as_ref(), reads);
                return Document { value: Rego::from(members), ..document };
            };
            let now = changed
                .entry(root)
                .or_insert_with(|| values.get(root).cloned().unwrap_or_default());
            *now = now.with(rest, value);
        }
        for (root, value) in changed.iter().filter(|(root, _)| reads.may_read(root)) {
            put(&mut document.value, "values", root, Some(value));
            if reads.may_read("derived") {
                let derived = derive::documents_of(resource_type, root, value).found;
                put(&mut document.value, "derived", root, derived.as_ref());
            }
        }
        document
    }

    /// The document as a value.
    pub(super) fn value(&self) -> &Rego {
        &self.value
    }

    /// The same, for good.
    pub(super) fn into_value(self) -> Rego {
        self.value
    }

    /// Gives the resource another address.
    pub(super) fn call(&mut self, alias: Rego) {
        if let Ok(members) = self.value.as_object_mut() {
            members.insert("address".into(), alias);
        }
    }

    /// The document of a linked resource, with what links it.
    pub(super) fn via(mut self, via: &[&Via], reads: &Reads) -> Rego {
        if reads.may_read("via")
            && let Ok(members) = self.value.as_object_mut()
        {
            let via = via.iter().map(|via| {
                let side = ("side".into(), via.side.as_str().into());
                Rego::from(Members::from([side, ("attribute".into(), string(&via.attribute))]))
            });
            members.insert("via".into(), Rego::from(via.collect::<Vec<_>>()));
        }
        self.value
    }

    /// The document of a subject: with the documents of its links, by type.
    pub(super) fn linked(mut self, by_type: &ByType) -> Rego {
        self.hold(by_type);
        self.value
    }

    /// Takes in the documents of links, by type.
    pub(super) fn hold(&mut self, by_type: &ByType) {
        let by_type = by_type.iter().map(|(resource_type, documents)| {
            (string(resource_type), Rego::from(documents.clone()))
        });
        if let Ok(members) = self.value.as_object_mut() {
            members.insert("linked".into(), Rego::from(by_type.collect::<Members>()));
        }
    }
}

/// Puts `value` at `key` of the member `name`, or removes what is there.
fn put(document: &mut Rego, name: &str, key: &Arc<str>, value: Option<&Value>) {
    let member = document.as_object_mut().ok().and_then(|members| members.get_mut(&name.into()));
    let Some(Ok(member)) = member.map(Rego::as_object_mut) else { return };
    match value.filter(|value| **value != Value::Null) {
        Some(value) => drop(member.insert(string(key), convert(value))),
        None => drop(member.remove(&string(key))),
    }
}

fn members(
    resource: &Resource,
    values: Option<&Value>,
    derived: Option<&Value>,
    reads: &Reads,
) -> Members {
    let address = &resource.address;
    let mut members = Members::new();
    let mut insert = |key: &str, value: Rego| members.insert(key.into(), value);
    insert("address", resource.label().into());
    insert("type", string(&address.resource_type));
    insert("name", string(&address.name));
    insert("module", address.module.to_string().into());
    insert("mode", mode(resource).into());
    insert("provider", string(&resource.provider));
    insert("action", resource.action.as_str().into());
    match &address.key {
        Some(InstanceKey::Index(index)) => drop(insert("index", (*index).into())),
        Some(InstanceKey::Key(key)) => drop(insert("index", string(key))),
        None => {}
    }
    circumstances(resource, reads, &mut insert);
    insert("values", values.map_or_else(Rego::new_object, |values| attributes(values, reads)));
    if reads.may_read("unset") {
        insert("unset", unset(values, reads));
    }
    if let Some(before) = resource.before.as_ref().filter(|_| reads.may_read("before")) {
        insert("before", attributes(before, reads));
    }
    if let Some(declaration) = &resource.declaration
        && reads.may_read("configured")
    {
        insert("configured", attributes(&declaration.arguments, reads));
    }
    if let Some(declaration) = &resource.declaration
        && reads.may_read("constants")
    {
        let constants: Vec<Rego> = declaration.constants.iter().map(string).collect();
        insert("constants", constants.into());
    }
    if let Some(declaration) = &resource.declaration
        && reads.may_read("references")
    {
        insert("references", references(&declaration.references));
    }
    if reads.may_read("unknown") {
        insert("unknown", paths(&resource.unknown));
    }
    if reads.may_read("sensitive") {
        insert("sensitive", paths(&resource.sensitive));
    }
    if reads.may_read("derived") {
        insert("derived", derived.map_or_else(Rego::new_object, convert));
    }
    members
}

/// What else the input says of a resource, as far as it is read.
fn circumstances(
    resource: &Resource,
    reads: &Reads,
    insert: &mut dyn FnMut(&str, Rego) -> Option<Rego>,
) {
    let mut insert = |name: &str, value: &dyn Fn() -> Option<Rego>| {
        if let Some(value) = reads.may_read(name).then(value).flatten() {
            insert(name, value);
        }
    };
    insert("action_reason", &|| resource.action_reason.as_ref().map(string));
    insert("replace_paths", &|| Some(paths(&resource.replace_paths)));
    insert("previous_address", &|| Some(resource.previous_address.as_ref()?.to_string().into()));
    insert("importing", &|| Some(resource.importing.into()));
    insert("deposed", &|| resource.deposed.as_ref().map(string));
    insert("tainted", &|| Some(resource.tainted.into()));
    insert("lifecycle", &|| {
        let prevents = resource.declaration.as_ref()?.prevent_destroy?;
        Some(Rego::from(Members::from([("prevent_destroy".into(), prevents.into())])))
    });
}

/// What the arguments refer to, by the argument: of nested blocks all together.
fn references(references: &[(Arc<str>, References)]) -> Rego {
    let mut found: BTreeMap<&str, Vec<Rego>> = BTreeMap::new();
    for (path, referred) in references {
        let argument = path.split('.').next().unwrap_or(path);
        found.entry(argument).or_default().extend(referred.iter().map(string));
    }
    let found = found.into_iter().map(|(argument, all)| (argument.into(), Rego::from(all)));
    Rego::from(found.collect::<Members>())
}

/// The attributes that may be read.
fn attributes(values: &Value, reads: &Reads) -> Rego {
    let Value::Object(object) = values else { return convert(values) };
    let read = object.iter().filter(|(key, value)| *value != Value::Null && reads.may_read(key));
    Rego::from(read.map(|(key, value)| (string(key), convert(value))).collect::<Members>())
}

/// The attributes that may be read and are null.
fn unset(values: Option<&Value>, reads: &Reads) -> Rego {
    let members = values.and_then(Value::as_object).into_iter().flatten();
    let null = members.filter(|(key, value)| *value == Value::Null && reads.may_read(key));
    Rego::from(null.map(|(key, _)| string(key)).collect::<Vec<_>>())
}

fn mode(resource: &Resource) -> &'static str {
    match resource.address.mode {
        crate::base::Mode::Managed => "managed",
        crate::base::Mode::Data => "data",
        crate::base::Mode::Ephemeral => "ephemeral",
    }
}

/// The data of a policy: `params`, and `assumptions`, in which what is assumed is true.
pub(super) fn data<'a>(
    params: impl Iterator<Item = (&'a String, &'a Value)>,
    assumed: &[String],
) -> Rego {
    let params: Members =
        params.map(|(name, value)| (name.as_str().into(), convert(value))).collect();
    let assumed: Members =
        assumed.iter().map(|name| (name.as_str().into(), Rego::Bool(true))).collect();
    let data = [("params".into(), params.into()), ("assumptions".into(), assumed.into())];
    Rego::from(Members::from(data))
}

/// A value of the model as one of the interpreter; strings are shared, null members dropped.
pub(super) fn convert(value: &Value) -> Rego {
    match value {
        Value::Null => Rego::Null,
        Value::Bool(value) => Rego::Bool(*value),
        Value::Integer(value) => (*value).into(),
        Value::Number(text) => number(text),
        Value::String(text) => string(text),
        Value::Array(elements) => Rego::from(elements.iter().map(convert).collect::<Vec<_>>()),
        Value::Object(object) => {
            let known = object.iter().filter(|(_, value)| *value != Value::Null);
            Rego::from(known.map(|(key, value)| (string(key), convert(value))).collect::<Members>())
        }
    }
}

/// A number of any size. One whose exponent would fill the memory stays a string.
fn number(text: &Arc<str>) -> Rego {
    const LARGEST_EXPONENT: u32 = 4096;
    let exponent = text
        .split(['e', 'E'])
        .nth(1)
        .map_or(Ok(0), |exponent| exponent.trim_start_matches(['+', '-']).parse::<u32>());
    match exponent {
        Ok(0..=LARGEST_EXPONENT) => {
            Rego::from_numeric_string(text).unwrap_or_else(|_| string(text))
        }
        _ => string(text),
    }
}

fn string(text: &Arc<str>) -> Rego {
    Rego::String(text.clone())
}

fn paths(paths: &[AttributePath]) -> Rego {
    let step = |step: &PathStep| match step {
        PathStep::Key(key) => string(key),
        PathStep::Index(index) => (*index).into(),
    };
    let path = |path: &AttributePath| Rego::from(path.0.iter().map(step).collect::<Vec<_>>());
    Rego::from(paths.iter().map(path).collect::<Vec<_>>())
}
