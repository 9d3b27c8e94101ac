//! Expressions, as far as places and links need them: constants, lists, objects, and what
//! anything else refers to. Nothing is evaluated.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use crate::base::{Mode, Span};
use crate::model::{Object, Value};

/// An expression in a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub shape: Shape,
}

/// What an expression is, whichever syntax it was written in.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as written.
    Number(Arc<str>),
    /// A string without templates.
    Text(Arc<str>),
    /// A list of expressions.
    List(Vec<Expression>),
    /// An object of expressions.
    Object(Vec<Member>),
    /// Nothing but a reference.
    Reference(Reference),
    /// The parts of a text, one after the other.
    Template(Vec<Expression>),
    /// A function of its arguments.
    Call {
        /// The name, with its namespace.
        name: Arc<str>,
        /// The arguments.
        arguments: Vec<Expression>,
    },
    /// `condition ? yes : no`, in this order.
    Choice(Vec<Expression>),
    /// `of[key]` where the key is no constant, or `of.key` where the whole is no reference.
    Item {
        /// The collection, then the key.
        parts: Box<[Expression; 2]>,
        /// The steps that follow.
        rest: Vec<Step>,
    },
    /// `of[*]`: of every element.
    Each {
        /// The collection.
        of: Box<Expression>,
        /// The steps that follow.
        rest: Vec<Step>,
    },
    /// `[for value in of : …]`, or `{ for key, value in of : … }`.
    For {
        /// The collection, the new key, the new value, the condition: those that are there.
        parts: Vec<Expression>,
        /// The part of each value that is kept under the key it has, where it is no more than that.
        rest: Option<Vec<Step>>,
        /// There is a condition.
        is_filtered: bool,
    },
    /// Something computed from these references, in the order in which Terraform lists them.
    Computed(Vec<Reference>),
}

/// A member of an object expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// The key, unless it is computed.
    pub key: Option<Arc<str>>,
    /// Where the key stands.
    pub key_span: Span,
    /// What a computed key refers to.
    pub key_references: Vec<Reference>,
    /// The value.
    pub value: Expression,
}

/// A name and the constant steps after it, such as `aws_subnet.a[0].id`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reference {
    /// The first word.
    pub root: Arc<str>,
    /// What follows it.
    pub steps: Vec<Step>,
}

/// One step of a reference.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Step {
    /// `.name`.
    Attribute(Arc<str>),
    /// `["key"]`.
    Key(Arc<str>),
    /// `[0]`.
    Index(u64),
}

impl Expression {
    /// An expression of which only the references are known.
    #[must_use]
    pub fn computed(span: Span, references: Vec<Reference>) -> Self {
        Expression { span, shape: Shape::Computed(references) }
    }

    /// Everything it refers to, in the order in which Terraform lists it.
    #[must_use]
    pub fn references(&self) -> Vec<&Reference> {
        let mut found = Vec::new();
        self.collect_references(&mut found);
        found
    }

    fn collect_references<'a>(&'a self, found: &mut Vec<&'a Reference>) {
        match &self.shape {
            Shape::List(parts)
            | Shape::Template(parts)
            | Shape::Choice(parts)
            | Shape::For { parts, .. }
            | Shape::Call { arguments: parts, .. } => {
                parts.iter().for_each(|part| part.collect_references(found));
            }
            Shape::Item { parts, .. } => {
                parts.iter().for_each(|part| part.collect_references(found));
            }
            Shape::Each { of, .. } => of.collect_references(found),
            Shape::Object(members) => {
                for member in members {
                    found.extend(&member.key_references);
                    member.value.collect_references(found);
                }
            }
            Shape::Reference(reference) => found.push(reference),
            Shape::Computed(references) => found.extend(references),
            Shape::Null | Shape::Bool(_) | Shape::Number(_) | Shape::Text(_) => {}
        }
    }

    /// The value that is written out: of a list or an object what its constants say.
    #[must_use]
    pub fn constant(&self) -> Option<Value> {
        match &self.shape {
            Shape::Null => Some(Value::Null),
            Shape::Bool(truth) => Some(Value::Bool(*truth)),
            Shape::Number(text) => {
                Some(text.parse().map_or_else(|_| Value::Number(text.clone()), Value::Integer))
            }
            Shape::Text(text) => Some(Value::String(text.clone())),
            Shape::List(elements) => {
                let elements = elements.iter().map(|e| e.constant().unwrap_or_default());
                Some(Value::Array(elements.collect()))
            }
            Shape::Object(members) => {
                let known =
                    members.iter().filter_map(|m| Some((m.key.clone()?, m.value.constant()?)));
                let known: BTreeMap<Arc<str>, Value> = known.collect();
                Object::new(known.into_iter().collect()).ok().map(Value::Object)
            }
            _ => None,
        }
    }

    /// The text that is written out, with `${…}` in the place of whatever is put into it.
    #[must_use]
    pub fn literal(&self) -> Option<Arc<str>> {
        match &self.shape {
            Shape::Text(text) => Some(text.clone()),
            Shape::Template(parts) => {
                let part = |part: &Expression| part.literal().unwrap_or_else(|| "${…}".into());
                Some(parts.iter().map(part).collect::<Vec<_>>().concat().into())
            }
            _ => None,
        }
    }

    /// The text of a constant string.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match &self.shape {
            Shape::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The members of an object expression.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        match &self.shape {
            Shape::Object(members) => members,
            _ => &[],
        }
    }

    /// The member of an object expression with a constant key; the last, as Terraform has it.
    #[must_use]
    pub fn member(&self, key: &str) -> Option<&Member> {
        self.members().iter().rev().find(|member| member.key.as_deref() == Some(key))
    }
}

impl Member {
    /// From the key to the end of the value.
    #[must_use]
    pub fn span(&self) -> Span {
        Span { start: self.key_span.start, end: self.value.span.end }
    }
}

impl Reference {
    /// The name that the first step gives, such as `x` of `var.x`.
    #[must_use]
    pub fn name(&self) -> Option<&Arc<str>> {
        match self.steps.first() {
            Some(Step::Attribute(name)) => Some(name),
            _ => None,
        }
    }

    /// The same reference with more steps.
    #[must_use]
    pub fn extended(&self, steps: &[Step]) -> Reference {
        let steps = self.steps.iter().chain(steps).cloned().collect();
        Reference { root: self.root.clone(), steps }
    }

    /// The forms in which a plan's `configuration` lists it, the longest first; none for what
    /// Terraform does not take as a reference.
    #[must_use]
    pub fn forms(&self) -> Vec<Arc<str>> {
        let Some(subject) = self.subject() else { return Vec::new() };
        let mut text = subject.text;
        let mut forms = vec![Arc::from(&*text)];
        for step in self.steps.iter().skip(subject.steps) {
            step.write(&mut text);
            forms.push(Arc::from(&*text));
        }
        forms.reverse();
        forms.extend(subject.whole);
        forms
    }

    /// What the reference is about, and how many steps say so.
    fn subject(&self) -> Option<Subject> {
        match &*self.root {
            "var" | "local" | "path" | "each" | "count" | "terraform" | "tofu" => {
                let name = self.name()?;
                Some(Subject { text: format!("{}.{name}", self.root), steps: 1, whole: None })
            }
            "self" => Some(Subject { text: "self".to_owned(), steps: 0, whole: None }),
            "module" => self.module_subject(),
            "data" => self.resource_subject(Mode::Data, &self.steps),
            "ephemeral" => self.resource_subject(Mode::Ephemeral, &self.steps),
            "resource" => self.resource_subject(Mode::Managed, &self.steps),
            "template" | "lazy" | "arg" => None,
            _ => {
                let first = Step::Attribute(self.root.clone());
                let steps: Vec<Step> =
                    std::iter::once(first).chain(self.steps.iter().take(2).cloned()).collect();
                let mut subject = self.resource_subject(Mode::Managed, &steps)?;
                subject.steps -= 1;
                Some(subject)
            }
        }
    }

    /// `TYPE.NAME` and a key; with a key, the resource as a whole is listed last.
    fn resource_subject(&self, mode: Mode, steps: &[Step]) -> Option<Subject> {
        let [Step::Attribute(resource_type), Step::Attribute(name), rest @ ..] = steps else {
            return None;
        };
        let whole = format!("{}{resource_type}.{name}", mode.prefix());
        Some(match rest.first() {
            Some(key @ (Step::Key(_) | Step::Index(_))) => {
                let mut text = whole.clone();
                key.write(&mut text);
                Subject { text, steps: 3, whole: Some(whole.into()) }
            }
            _ => Subject { text: whole, steps: 2, whole: None },
        })
    }

    /// `module.NAME`, its key and its output; the call is listed after the output.
    fn module_subject(&self) -> Option<Subject> {
        let (Step::Attribute(name), rest) = self.steps.split_first()? else { return None };
        let call = format!("module.{name}");
        let (key, rest) = match rest.split_first() {
            Some((key @ (Step::Key(_) | Step::Index(_)), rest)) => (Some(key), rest),
            _ => (None, rest),
        };
        let mut instance = call.clone();
        if let Some(key) = key {
            key.write(&mut instance);
        }
        let steps = 1 + usize::from(key.is_some());
        match rest.first() {
            None if key.is_some() => {
                Some(Subject { text: instance, steps, whole: Some(call.into()) })
            }
            None => Some(Subject { text: call, steps, whole: None }),
            Some(Step::Attribute(output)) => {
                let text = format!("{instance}.{output}");
                Some(Subject { text, steps: steps + 1, whole: Some(instance.into()) })
            }
            Some(_) => None,
        }
    }
}

/// The part of a reference that names a thing; what follows are attributes of the thing.
struct Subject {
    text: String,
    steps: usize,
    /// What the thing is an instance or a part of.
    whole: Option<Arc<str>>,
}

impl Step {
    pub(super) fn write(&self, text: &mut String) {
        let _ = match self {
            Step::Attribute(name) => write!(text, ".{name}"),
            Step::Key(key) => write!(text, "[{key:?}]"),
            Step::Index(index) => write!(text, "[{index}]"),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(root: &str, steps: &[Step]) -> Vec<String> {
        let reference = Reference { root: Arc::from(root), steps: steps.to_vec() };
        reference.forms().iter().map(ToString::to_string).collect()
    }

    fn name(name: &str) -> Step {
        Step::Attribute(Arc::from(name))
    }

    #[test]
    fn references_are_listed_as_terraform_does() {
        let zero = Step::Index(0);
        let key = Step::Key(Arc::from("k"));
        for (root, steps, expected) in [
            ("aws_subnet", vec![name("a")], vec!["aws_subnet.a"]),
            ("aws_subnet", vec![name("a"), name("id")], vec!["aws_subnet.a.id", "aws_subnet.a"]),
            (
                "aws_subnet",
                vec![name("a"), zero.clone(), name("id")],
                vec!["aws_subnet.a[0].id", "aws_subnet.a[0]", "aws_subnet.a"],
            ),
            ("module", vec![name("m")], vec!["module.m"]),
            ("module", vec![name("m"), key.clone()], vec!["module.m[\"k\"]", "module.m"]),
            ("module", vec![name("m"), name("out")], vec!["module.m.out", "module.m"]),
            (
                "module",
                vec![name("m"), key.clone(), name("out"), name("id")],
                vec!["module.m[\"k\"].out.id", "module.m[\"k\"].out", "module.m[\"k\"]"],
            ),
            ("var", vec![name("x"), key], vec!["var.x[\"k\"]", "var.x"]),
            ("each", vec![name("value"), name("id")], vec!["each.value.id", "each.value"]),
            (
                "data",
                vec![name("a"), name("b"), name("c"), zero],
                vec!["data.a.b.c[0]", "data.a.b.c", "data.a.b"],
            ),
            ("resource", vec![name("a"), name("b"), name("c")], vec!["a.b.c", "a.b"]),
            ("string", vec![], vec![]),
            ("var", vec![], vec![]),
        ] {
            assert_eq!(forms(root, &steps), expected);
        }
    }
}
