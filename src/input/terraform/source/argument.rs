//! The arguments of a block as the model has them: what is written, and what it refers to.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::block::{Attribute, Block, Body, Nested};
use super::expression::{Expression, Member, Reference, Shape, Step};
use super::local::{self, Locals};
use crate::model::{Object, References, Value, Written};

/// What a resource block may hold that is no argument of the resource.
const META: [&str; 7] =
    ["count", "for_each", "provider", "depends_on", "lifecycle", "provisioner", "connection"];

/// How many local values and functions an expression is followed through.
const LONGEST_WAY: usize = 48;

/// Nested blocks that are one object wherever they occur, not a list.
const SINGLE: &str = "timeouts";

/// Collects the arguments of one block.
pub(super) struct Arguments<'a, 'b> {
    pub(super) locals: &'b mut Locals<'a>,
    /// What each argument refers to, by its path without indexes.
    pub(super) references: Vec<(Arc<str>, References)>,
    /// How those are put together that are more than a reference.
    pub(super) written: Vec<(Arc<str>, Written)>,
    /// The iterators of the `dynamic` blocks around.
    iterators: Vec<Iterator>,
}

/// The iterator of a `dynamic` block.
struct Iterator {
    name: Arc<str>,
    /// What it iterates over refers to.
    behind: Vec<Reference>,
    /// What it iterates over.
    over: Written,
}

/// Everything that a body says under one name.
#[derive(Default)]
struct Named<'a> {
    attribute: Option<&'a Attribute>,
    nested: Vec<Nested<'a>>,
}

impl<'a, 'b> Arguments<'a, 'b> {
    pub(super) fn new(locals: &'b mut Locals<'a>) -> Self {
        Arguments { locals, references: Vec::new(), written: Vec::new(), iterators: Vec::new() }
    }

    /// The arguments of a resource block, as a tree whose leaves are `true`.
    pub(super) fn resource(&mut self, block: &Block) -> Value {
        self.body(&block.body, "", &META)
    }

    /// What an expression refers to.
    pub(super) fn references_of(&mut self, expression: Option<&Expression>) -> References {
        let listed = expression.map(Expression::references).unwrap_or_default();
        let resolved: Vec<Reference> =
            listed.into_iter().flat_map(|reference| self.resolve(reference)).collect();
        resolved.iter().flat_map(Reference::forms).collect()
    }

    /// A local or an iterator comes to what stands behind it. The key of an iterator says
    /// nothing of other resources.
    fn resolve(&mut self, reference: &Reference) -> Vec<Reference> {
        match self.iterator(reference) {
            Some(_) if reference.name().is_some_and(|name| &**name == "key") => Vec::new(),
            Some(iterator) => iterator.behind.clone(),
            None => self.locals.resolve(reference),
        }
    }

    fn iterator(&self, reference: &Reference) -> Option<&Iterator> {
        self.iterators.iter().rev().find(|iterator| iterator.name == reference.root)
    }

    fn body(&mut self, body: &Body, path: &str, meta: &[&str]) -> Value {
        let mut names: BTreeMap<&str, Named<'_>> = BTreeMap::new();
        for attribute in &body.attributes {
            names.entry(&attribute.name).or_default().attribute = Some(attribute);
        }
        for nested in body.blocks.iter().filter_map(Block::as_nested) {
            names.entry(nested.name()).or_default().nested.push(nested);
        }
        let mut members = Vec::new();
        for (name, named) in names.into_iter().filter(|(name, _)| !meta.contains(name)) {
            let path = joined(path, name);
            let written = match named.attribute {
                Some(attribute) => self.attribute(attribute, &path),
                None => Some(self.nested(name, &named.nested, &path)),
            };
            members.extend(written.map(|written| (Arc::from(name), written)));
        }
        object(members)
    }

    fn nested(&mut self, name: &str, nested: &[Nested<'_>], path: &str) -> Value {
        let mut written = Vec::new();
        for nested in nested {
            let Nested::Dynamic { name, block, content } = nested else {
                written.push(self.body(nested.body(), path, &[]));
                continue;
            };
            let iterator = match block.body.value("iterator").map(|value| &value.shape) {
                Some(Shape::Reference(iterator)) => iterator.root.clone(),
                Some(Shape::Text(iterator)) => iterator.clone(),
                _ => Arc::clone(name),
            };
            let each = block.body.value("for_each");
            let listed = each.map(Expression::references).unwrap_or_default();
            let mut behind: Vec<_> =
                listed.into_iter().flat_map(|reference| self.resolve(reference)).collect();
            // Blocks in blocks would multiply what is there twice.
            local::keep_first(&mut behind);
            self.found(path, behind.iter().flat_map(Reference::forms).collect());
            let over = each.map(|each| self.written(each));
            let over = over.unwrap_or_else(|| Written::Other(References::new()));
            self.iterators.push(Iterator { name: iterator, behind, over });
            written.push(self.body(content, path, &[]));
            self.iterators.pop();
        }
        match written.pop() {
            Some(only) if name == SINGLE && written.is_empty() => only,
            last => Value::Array(written.into_iter().chain(last).collect()),
        }
    }

    /// A constant `null` is not written. In the JSON syntax a list of objects are nested blocks.
    fn attribute(&mut self, attribute: &Attribute, path: &str) -> Option<Value> {
        let is_json = attribute.source.name().ends_with(".json");
        self.expression(&attribute.value, path, is_json)
    }

    fn expression(&mut self, value: &Expression, path: &str, is_json: bool) -> Option<Value> {
        match &value.shape {
            Shape::Null => None,
            Shape::List(elements) if is_json && are_objects(elements) => {
                let blocks = elements.iter().map(|element| self.members(element, path));
                Some(Value::Array(blocks.collect()))
            }
            _ => {
                let references = self.references_of(Some(value));
                if !references.is_empty() {
                    self.note_written(value, path);
                }
                self.found(path, references);
                Some(Value::Bool(true))
            }
        }
    }

    /// Keeps how an argument is written, unless its references say it.
    fn note_written(&mut self, value: &Expression, path: &str) {
        let written = self.written(value);
        if !matches!(written, Written::Constant(_) | Written::Reference(_)) {
            self.written.push((Arc::from(path), written));
        }
    }

    /// How an expression is written.
    pub(super) fn written(&mut self, value: &Expression) -> Written {
        self.written_of(value, LONGEST_WAY)
    }

    /// The same through at most `way` local values and functions.
    fn written_of(&mut self, value: &Expression, way: usize) -> Written {
        let Some(way) = way.checked_sub(1).filter(|_| self.locals.spend()) else {
            return Written::Other(self.references_of(Some(value)));
        };
        let all = |this: &mut Self, parts: &[Expression]| -> Vec<Written> {
            parts.iter().map(|part| this.written_of(part, way)).collect()
        };
        match &value.shape {
            Shape::Null => Written::Constant(Value::Null),
            Shape::Bool(truth) => Written::Constant(Value::Bool(*truth)),
            Shape::Number(number) => Written::Constant(match number.parse() {
                Ok(integer) => Value::Integer(integer),
                Err(_) => Value::Number(number.clone()),
            }),
            Shape::Text(text) => Written::Constant(Value::String(text.clone())),
            Shape::List(elements) => Written::List(all(self, elements)),
            Shape::Template(parts) => Written::Text(all(self, parts)),
            Shape::Choice(parts) => Written::Choice(all(self, parts.get(1..).unwrap_or_default())),
            Shape::Call { name, arguments } => match (&**name, arguments.as_slice()) {
                ("jsonencode", [only]) => Written::Encoded(Box::new(self.written_of(only, way))),
                ("tolist" | "toset" | "tostring" | "sensitive" | "nonsensitive", [only]) => {
                    self.written_of(only, way)
                }
                _ => Written::Call { name: name.clone(), arguments: all(self, arguments) },
            },
            Shape::Item { parts, rest } => {
                let [of, key] = &**parts;
                let of = Box::new(self.written_of(of, way));
                let key = Box::new(self.written_of(key, way));
                Written::Item { of, key, rest: steps(rest) }
            }
            Shape::Each { of, rest } => {
                let of = Box::new(self.written_of(of, way));
                Written::Each { of, rest: steps(rest) }
            }
            Shape::For { parts, rest: Some(rest), is_filtered } => match parts.split_first() {
                Some((of, others)) if others.iter().all(|part| part.references().is_empty()) => {
                    let of = Box::new(self.written_of(of, way));
                    Written::Map { of, rest: steps(rest), is_filtered: *is_filtered }
                }
                _ => Written::Other(self.references_of(Some(value))),
            },
            Shape::Object(members) => self
                .written_members(members, way)
                .unwrap_or_else(|| Written::Other(self.references_of(Some(value)))),
            Shape::Reference(reference) => self.written_reference(reference, way),
            Shape::For { .. } | Shape::Computed(_) => {
                Written::Other(self.references_of(Some(value)))
            }
        }
    }

    /// An object whose keys are constant. Of a key that occurs twice the last counts.
    fn written_members(&mut self, members: &[Member], way: usize) -> Option<Written> {
        let mut written: BTreeMap<Arc<str>, Written> = BTreeMap::new();
        for member in members {
            written.insert(member.key.clone()?, self.written_of(&member.value, way));
        }
        Some(Written::Object(written.into_iter().collect()))
    }

    /// What a local value is, and of an iterator that it is no plain reference.
    fn written_reference(&mut self, reference: &Reference, way: usize) -> Written {
        let Some(way) = way.checked_sub(1) else { return Written::Other(reference.forms()) };
        if let Some(iterator) = self.iterator(reference) {
            let is_value = reference.name().is_some_and(|name| &**name == "value");
            let rest = reference.steps.get(1..).unwrap_or_default();
            return match is_value {
                true => Written::Each { of: Box::new(iterator.over.clone()), rest: steps(rest) },
                false => Written::Constant(Value::Null),
            };
        }
        if &*reference.root != "local" {
            return Written::Reference(reference.forms());
        }
        let Some((expression, rest)) = self.locals.expression(reference) else {
            let behind = self.resolve(reference);
            return Written::Other(behind.iter().flat_map(Reference::forms).collect());
        };
        let Some((step, after)) = rest.split_first() else {
            return self.written_of(expression, way);
        };
        if let Shape::Reference(inner) = &expression.shape {
            return self.written_reference(&inner.extended(rest), way);
        }
        let key = match step {
            Step::Attribute(name) | Step::Key(name) => Value::String(name.clone()),
            Step::Index(index) => Value::Integer(i64::try_from(*index).unwrap_or(i64::MAX)),
        };
        let of = Box::new(self.written_of(expression, way));
        Written::Item { of, key: Box::new(Written::Constant(key)), rest: steps(after) }
    }

    fn members(&mut self, expression: &Expression, path: &str) -> Value {
        let mut members: BTreeMap<Arc<str>, Value> = BTreeMap::new();
        for member in expression.members() {
            let Some(key) = &member.key else { continue };
            let written = self.expression(&member.value, &joined(path, key), true);
            members.extend(written.map(|written| (key.clone(), written)));
        }
        object(members.into_iter().collect())
    }

    fn found(&mut self, path: &str, references: References) {
        if !references.is_empty() {
            self.references.push((Arc::from(path), references));
        }
    }
}

/// Constant steps as text: `["key"].id`.
fn steps(steps: &[Step]) -> Arc<str> {
    let mut text = String::new();
    steps.iter().for_each(|step| step.write(&mut text));
    Arc::from(text)
}

fn joined(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn object(members: Vec<(Arc<str>, Value)>) -> Value {
    Value::Object(Object::new(members).unwrap_or_default())
}

fn are_objects(elements: &[Expression]) -> bool {
    !elements.is_empty() && elements.iter().all(|e| matches!(e.shape, Shape::Object(_)))
}

#[cfg(test)]
mod tests {
    use super::super::file::SourceFile;
    use super::super::module::SourceModule;
    use super::*;
    use crate::base::Mode;

    /// The arguments and references of `resource "a" "b"`, as JSON.
    fn read(name: &str, text: &str) -> (String, Vec<String>) {
        let file = SourceFile::parse(name, text.as_bytes().to_vec());
        assert_eq!(file.notice, None);
        read_file(file)
    }

    fn read_file(file: SourceFile) -> (String, Vec<String>) {
        let module = SourceModule::new("", vec![file]);
        let mut locals = Locals::new(&module);
        let mut arguments = Arguments::new(&mut locals);
        let written = arguments.resource(&module.resource(Mode::Managed, "a", "b")[0]);
        let show = |(path, forms): &(Arc<str>, References)| format!("{path}: {}", forms.join(" "));
        let references = arguments.references.iter().map(show).collect();
        (serde_json::to_string(&written).unwrap(), references)
    }

    #[test]
    fn dynamic_blocks_are_written_with_what_they_iterate_over() {
        let (written, references) = read(
            "main.tf",
            r#"
locals { buckets = [aws_s3_bucket.a.id] }
resource "a" "b" {
  count    = var.n
  provider = aws.west
  rule { z = null }
  dynamic "rule" {
    for_each = local.buckets
    iterator = it
    content {
      target = it.value
      key    = it.key
      dynamic "inner" {
        for_each = var.more
        content { both = "${it.value}-${inner.value.x}-${rule.value}" }
      }
    }
  }
  timeouts { create = "5m" }
  lifecycle { prevent_destroy = true }
}
"#,
        );
        assert_eq!(
            written,
            r#"{"rule":[{},{"inner":[{"both":true}],"key":true,"target":true}],"timeouts":{"create":true}}"#
        );
        let bucket = "aws_s3_bucket.a.id aws_s3_bucket.a";
        assert_eq!(
            references,
            [
                format!("rule: {bucket}"),
                "rule.inner: var.more".to_owned(),
                format!("rule.inner.both: {bucket} var.more rule.value"),
                format!("rule.target: {bucket}"),
            ]
        );
    }

    #[test]
    fn names_of_for_expressions_refer_to_nothing() {
        let text = r#"
resource "a" "b" {
  x = { for k, v in var.m : k => v.id if v.on && var.all }
  y = [for s in aws_subnet.a : s.id]
  z = "%{ for n in var.names }${n}%{ endfor }%{ if var.c }x%{ endif }"
  w = aws_subnet.b[each.key].id
  v = aws_subnet.c.*.id
  t = !var.c.d ? -var.d.e + var.f.g : (var.h).i
  u = provider::aws::arn(var.u, [{ (var.k) = 1, v = null }])
}
"#;
        let expected = [
            "t: var.c.d var.c var.d.e var.d var.f.g var.f var.h",
            "u: var.u var.k",
            "v: aws_subnet.c",
            "w: aws_subnet.b each.key",
            "x: var.m var.all",
            "y: aws_subnet.a",
            "z: var.names var.c",
        ];
        assert_eq!(read("main.tf", text).1, expected);
        // The second parser lists the same; a key that occurs twice makes the first refuse.
        let text = text.replace("v = null", "v = null, v = null");
        let file = SourceFile::parse("main.tf", text.into_bytes());
        assert!(matches!(file.notice, Some(super::super::FileNotice::SecondParser { .. })));
        assert_eq!(read_file(file).1, expected);
    }

    #[test]
    fn lists_of_objects_are_nested_blocks_in_json() {
        let (written, references) = read(
            "main.tf.json",
            r#"{"resource":{"a":{"b":{"n":[{"x":"${var.x}","y":null}],"m":{"k":"${var.y}"},
            "l":["${var.z}"],"dynamic":{"d":{"for_each":"${var.f}","content":{"e":"${d.value}"}}}}}}}"#,
        );
        assert_eq!(written, r#"{"d":[{"e":true}],"l":true,"m":true,"n":[{"x":true}]}"#);
        assert_eq!(references, ["d: var.f", "d.e: var.f", "l: var.z", "m: var.y", "n.x: var.x"]);
    }
}
