//! A document that is not known yet, rebuilt from the `aws_iam_policy_document` it comes from,
//! or from how it is written.
//!
//! A single unknown ARN makes the whole text unknown; the data source still says every statement. How
//! statements come together is the AWS provider's: the source documents, then the data source's own
//! statements, then the override documents, a later statement taking the place of an earlier one
//! with its `sid`.

use std::sync::Arc;

use super::partial::{Members, Part, Unknown};
use super::table::Kind;
use super::{iam, written};
use crate::base::{AttributePath, PathStep};
use crate::engine::link::Links;
use crate::engine::referred;
use crate::model::{Model, Resource, Value, Written};

/// The data source that makes IAM documents.
pub(in crate::engine) const DATA_SOURCE: &str = "aws_iam_policy_document";

/// Its arguments that take other documents, in the order in which their statements are merged; its
/// own statements stand in the middle.
pub(in crate::engine) const OTHERS: [&str; 4] =
    ["source_json", "source_policy_documents", "override_json", "override_policy_documents"];

/// How many documents are followed one through another.
const LONGEST_WAY: usize = 16;

/// What the text of argument `argument` of resource `at` will hold: one document for each that it
/// may be. None where the plan and the source do not say it.
pub(in crate::engine) fn origins(
    model: &Model,
    links: &Links,
    at: usize,
    argument: &str,
    kind: Kind,
) -> Option<Vec<Part>> {
    let resource = model.resources.get(at)?;
    let mut parts = Vec::new();
    for origin in links.origins(at, argument) {
        match &origin.written {
            Some(written) => parts.extend(written::parts(model, resource, kind, written)?),
            None => {
                let only = origin.documents.first().filter(|_| origin.is_alone)?;
                parts.push(rebuilt(model, links, *only)?);
            }
        }
    }
    if parts.is_empty() { None } else { Some(parts) }
}

/// The document that the data source `at` will make, as far as the plan says it.
fn rebuilt(model: &Model, links: &Links, at: usize) -> Option<Part> {
    let statements = document(model, links, at, LONGEST_WAY)?;
    let document = Part::Object(vec![(Arc::from("Statement"), Part::List(statements))]);
    Some(Part::Encoded(Box::new(document)))
}

fn document(model: &Model, links: &Links, at: usize, way: usize) -> Option<Vec<Part>> {
    let way = way.checked_sub(1)?;
    let data = model.resources.get(at)?;
    let source = Source { model, links, data, at, way };
    let mut merged = Vec::new();
    for (position, argument) in OTHERS.into_iter().enumerate() {
        if position == OTHERS.len() / 2 {
            source.own(&mut merged)?;
        }
        source.others(argument, &mut merged)?;
    }
    Some(merged)
}

/// One data source.
struct Source<'a> {
    model: &'a Model,
    links: &'a Links,
    data: &'a Resource,
    at: usize,
    way: usize,
}

impl Source<'_> {
    fn value(&self, path: &[PathStep]) -> Option<&Value> {
        self.data.values.as_ref()?.at(path).filter(|value| **value != Value::Null)
    }

    fn is_unknown(&self, path: &[PathStep]) -> bool {
        self.data.unknown.iter().any(|unknown| path.starts_with(&unknown.0))
    }

    /// Merges the documents that an argument names. Those that are not known must be as many as the
    /// data sources that it refers to and that are not known either.
    fn others(&self, argument: &str, merged: &mut Vec<Part>) -> Option<()> {
        let path = [PathStep::from(argument)];
        let mut unknown = self.unknown_documents(argument).into_iter();
        let mut next = || document(self.model, self.links, unknown.next()?, self.way);
        if self.is_unknown(&path) {
            let is_list = argument.ends_with('s');
            let only = (!is_list).then(&mut next).flatten()?;
            return merge(only, merged);
        }
        let elements = match self.value(&path) {
            None => return Some(()),
            Some(Value::Array(elements)) => elements.to_vec(),
            Some(other) => vec![other.clone()],
        };
        for (index, text) in elements.iter().enumerate() {
            let [name] = path.clone();
            let is_unknown = self.is_unknown(&[name, PathStep::Index(index)]);
            merge(if is_unknown { next()? } else { statements_of(text)? }, merged)?;
        }
        unknown.next().is_none().then_some(())
    }

    /// The data sources that an argument refers to and that are read during apply.
    fn unknown_documents(&self, argument: &str) -> Vec<usize> {
        let origins = self.links.origins(self.at, argument).iter();
        let documents = origins.flat_map(|origin| origin.documents.iter().copied());
        let is_known = |at: usize| {
            let values = self.model.resources.get(at).and_then(|data| data.values.as_ref());
            values.and_then(|values| values.get("json")).is_some_and(|json| *json != Value::Null)
        };
        documents.filter(|at| !is_known(*at)).collect()
    }

    /// Merges the data source's own statements.
    fn own(&self, merged: &mut Vec<Part>) -> Option<()> {
        let path = [PathStep::from("statement")];
        if self.is_unknown(&path) {
            return None;
        }
        let statements = self.value(&path).and_then(Value::as_array).unwrap_or_default();
        let statements = (0..statements.len()).map(|index| self.statement(index));
        merge(statements.collect::<Option<_>>()?, merged)
    }

    fn statement(&self, index: usize) -> Option<Part> {
        let at = [PathStep::from("statement"), PathStep::Index(index)];
        let below =
            |name: &str| -> Vec<PathStep> { at.iter().cloned().chain([name.into()]).collect() };
        let effect = self.part(&below("effect"));
        let mut members = vec![("Effect", effect.unwrap_or_else(|| Part::text("Allow")))];
        members.extend(self.part(&below("sid")).map(|sid| ("Sid", sid)));
        for (argument, element) in [
            ("actions", "Action"),
            ("not_actions", "NotAction"),
            ("resources", "Resource"),
            ("not_resources", "NotResource"),
        ] {
            members
                .extend(self.part(&below(argument)).filter(is_given).map(|list| (element, list)));
        }
        for (argument, element) in [("principals", "Principal"), ("not_principals", "NotPrincipal")]
        {
            members.extend(self.principals(&below(argument))?.map(|kinds| (element, kinds)));
        }
        members.extend(self.conditions(&below("condition"))?.map(|all| ("Condition", all)));
        let members = members.into_iter().map(|(name, part)| (Arc::from(name), part));
        Some(Part::object(members.collect()))
    }

    /// The blocks `principals` by their type; the outer None where they cannot be told.
    fn principals(&self, path: &[PathStep]) -> Option<Option<Part>> {
        let mut kinds: Vec<(Arc<str>, Vec<Part>)> = Vec::new();
        for block in self.blocks(path)? {
            let kind = self.known_text(&block, "type")?;
            let identifiers = self.elements(&block, "identifiers")?;
            match kinds.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, known)) => known.extend(identifiers),
                None => kinds.push((kind, identifiers)),
            }
        }
        let kinds: Vec<_> = kinds.into_iter().map(|(kind, all)| (kind, Part::List(all))).collect();
        Some(if kinds.is_empty() { None } else { Some(Part::Object(kinds)) })
    }

    /// The blocks `condition` by operator and key.
    fn conditions(&self, path: &[PathStep]) -> Option<Option<Part>> {
        let mut operators: Vec<(Arc<str>, Members)> = Vec::new();
        for block in self.blocks(path)? {
            let test = self.known_text(&block, "test")?;
            let key = self.known_text(&block, "variable")?;
            let values = Part::List(self.elements(&block, "values")?);
            match operators.iter_mut().find(|(known, _)| *known == test) {
                Some((_, keys)) if keys.iter().any(|(known, _)| *known == key) => return None,
                Some((_, keys)) => keys.push((key, values)),
                None => operators.push((test, vec![(key, values)])),
            }
        }
        let operators = operators.into_iter().map(|(test, keys)| (test, Part::Object(keys)));
        let operators: Vec<_> = operators.collect();
        Some(if operators.is_empty() { None } else { Some(Part::object(operators)) })
    }

    /// The paths of nested blocks; None where their number is not known.
    fn blocks(&self, path: &[PathStep]) -> Option<Vec<Vec<PathStep>>> {
        if self.is_unknown(path) {
            return None;
        }
        let blocks = self.value(path).and_then(Value::as_array).map_or(0, <[Value]>::len);
        let block = |index| path.iter().cloned().chain([PathStep::Index(index)]).collect();
        Some((0..blocks).map(block).collect())
    }

    fn known_text(&self, block: &[PathStep], name: &str) -> Option<Arc<str>> {
        let path: Vec<PathStep> = block.iter().cloned().chain([name.into()]).collect();
        match self.value(&path)? {
            Value::String(text) => Some(text.clone()),
            _ => None,
        }
    }

    /// The elements of a list of texts; None where there is no such list.
    fn elements(&self, block: &[PathStep], name: &str) -> Option<Vec<Part>> {
        let path: Vec<PathStep> = block.iter().cloned().chain([name.into()]).collect();
        match self.part(&path)? {
            Part::List(elements) => Some(elements),
            // Of how many texts a list will be does not matter: one may be anything.
            Part::Unknown(_) => Some(vec![self.unknown_text(&path)]),
            _ => None,
        }
    }

    /// The text or the list of texts at `path`; None where it is not given.
    fn part(&self, path: &[PathStep]) -> Option<Part> {
        if self.is_unknown(path) {
            let is_list = !matches!(path.last(), Some(PathStep::Key(name)) if matches!(&**name, "effect" | "sid"));
            return Some(match self.unknown_text(path) {
                Part::Unknown(Unknown::Text) if is_list => Part::Unknown(Unknown::List),
                other => other,
            });
        }
        match self.value(path)? {
            Value::Array(elements) => {
                let element = |(index, value): (usize, &Value)| {
                    let path: Vec<PathStep> =
                        path.iter().cloned().chain([PathStep::Index(index)]).collect();
                    if self.is_unknown(&path) { self.unknown_text(&path) } else { text(value) }
                };
                let known = || elements.iter().enumerate().map(element).collect();
                Some(Part::List(self.written(path, elements).unwrap_or_else(known)))
            }
            value => Some(text(value)),
        }
    }

    fn unknown_text(&self, path: &[PathStep]) -> Part {
        let path = AttributePath(path.to_vec());
        let is_identity = referred::holds_identity(self.data, &path);
        Part::Unknown(if is_identity { Unknown::Within } else { Unknown::Text })
    }

    /// The texts of `elements`, the list at `path`, as the source writes them; None where it is not at
    /// hand, or where more than one list in it may be this one. Providers may order them anew.
    fn written(&self, path: &[PathStep], elements: &[Value]) -> Option<Vec<Part>> {
        let argument = AttributePath(path.to_vec()).argument();
        let declaration = self.data.declaration.as_ref()?;
        let is_unknown = |index| {
            let path: Vec<_> = path.iter().cloned().chain([PathStep::Index(index)]).collect();
            self.is_unknown(&path)
        };
        let all = elements.iter().enumerate();
        let (unknown, known): (Vec<_>, Vec<_>) = all.partition(|(index, _)| is_unknown(*index));
        let fits = |list: &[Written]| {
            let is_constant = |part: &&Written| matches!(part, Written::Constant(_));
            let constants = list.iter().filter(is_constant).count();
            let is_there =
                |value| list.iter().any(|part| matches!(part, Written::Constant(c) if c == value));
            constants == known.len()
                && list.len() == elements.len()
                && known.iter().all(|(_, value)| is_there(*value))
        };
        let lists = declaration.written.iter().filter(|(name, _)| **name == *argument);
        let mut fitting = lists.filter_map(|(_, written)| match written {
            Written::List(list) if fits(list) => Some(&**list),
            _ => None,
        });
        let first = fitting.next().filter(|_| !unknown.is_empty())?;
        let part = |written| written::element(self.model, self.data, written);
        fitting.all(|other| other == first).then(|| first.iter().map(part).collect())?
    }
}

fn is_given(part: &Part) -> bool {
    !matches!(part, Part::List(elements) if elements.is_empty())
}

fn text(value: &Value) -> Part {
    written::plain(Part::Known(value.clone()))
}

/// The statements of a document that is known.
fn statements_of(text: &Value) -> Option<Vec<Part>> {
    let text = text.as_str()?;
    if text.is_empty() {
        return Some(Vec::new());
    }
    let document = iam::canonical(&serde_json::from_str(text).ok()?).ok()?;
    let statements = document.get("Statement")?.as_array()?.iter();
    Some(statements.map(|statement| Part::Known(statement.clone())).collect())
}

/// Adds statements; one with the `sid` of another takes its place.
fn merge(statements: Vec<Part>, merged: &mut Vec<Part>) -> Option<()> {
    for statement in statements {
        let sid = sid(&statement)?;
        let same = sid.as_ref().and_then(|sid| {
            merged.iter().position(|known| self::sid(known).flatten().as_ref() == Some(sid))
        });
        match same.and_then(|at| merged.get_mut(at)) {
            Some(known) => *known = statement,
            None => merged.push(statement),
        }
    }
    Some(())
}

/// The `sid` of a statement, if it has one; the outer None where it is not known.
fn sid(statement: &Part) -> Option<Option<Arc<str>>> {
    let given = |value: &Value| match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        _ => None,
    };
    match statement {
        Part::Known(statement) => Some(statement.get("Sid").and_then(given)),
        Part::Object(members) => match members.iter().find(|(name, _)| &**name == "Sid") {
            None => Some(None),
            Some((_, Part::Known(sid))) => Some(given(sid)),
            Some(_) => None,
        },
        Part::Unknown(_) | Part::List(_) | Part::Text(_) | Part::Encoded(_) => None,
    }
}
