//! Documents of which a part is known only after apply, and what they may become.

use std::collections::HashSet;
use std::sync::Arc;

use super::super::leaf::FRESH;
use super::parse;
use super::table::Kind;
use crate::model::{Object, Value};

/// A value that may be known in part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::engine) enum Part {
    /// Known.
    Known(Value),
    /// Known only after apply.
    Unknown(Unknown),
    /// A list of values.
    List(Vec<Part>),
    /// An object.
    Object(Vec<(Arc<str>, Part)>),
    /// The parts of a text, one after the other.
    Text(Vec<Part>),
    /// The JSON text of a value.
    Encoded(Box<Part>),
}

/// What is known of a value that is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum Unknown {
    /// The identity of a resource, or a text with it and nothing else unknown in it.
    Identity,
    /// The same, and nobody can tell what stands around it.
    Within,
    /// A text, or any scalar.
    Text,
    /// A list of texts.
    List,
}

/// Which of the worlds of a document is the most open, if there are so many.
pub(in crate::engine) const OPEN_WORLD: usize = 2;

/// The most worlds that are made of one document.
const MOST_WORLDS: usize = 96;

/// The most unknown values of one document that are tried alone.
const MOST_ALONE: usize = 12;

/// What anybody may put into a document that opens it.
const OPEN: [&str; 3] = ["*", "Allow", "Deny"];

impl Part {
    /// A constant text.
    pub(in crate::engine) fn text(text: &str) -> Part {
        Part::Known(Value::String(Arc::from(text)))
    }

    /// The documents, as texts, that this may become: the first says the least; `texts` are what
    /// the policy compares with. None where it would not be a document.
    pub(in crate::engine) fn worlds(&self, kind: Kind, texts: &[Arc<str>]) -> Option<Vec<Value>> {
        let unknown = self.count();
        let mut worlds = vec![self.fill(&|_| FRESH, &mut 0)];
        let within = self.has_within().then_some(WITHIN);
        let open = || OPEN.into_iter().chain(within).chain(texts.iter().map(|text| &**text));
        if unknown > 0 {
            worlds.push(self.fill(&|_| IDENTITY, &mut 0));
            worlds.extend(open().map(|text| self.fill(&|_| text, &mut 0)));
        }
        if unknown > 1 {
            for special in 0..unknown.min(MOST_ALONE) {
                let alone = open().take(MOST_ALONE);
                worlds.extend(
                    alone.map(|text| {
                        self.fill(&|at| if at == special { text } else { FRESH }, &mut 0)
                    }),
                );
            }
        }
        let mut seen = HashSet::new();
        worlds.retain(|world| seen.insert(world.clone()));
        worlds.truncate(MOST_WORLDS);
        let is_document =
            |world: &Value| world.as_str().is_some_and(|text| parse(text, Some(kind)).is_ok());
        let is_one = worlds.first().is_some_and(is_document);
        worlds.retain(is_document);
        is_one.then_some(worlds)
    }

    /// True when nobody can tell what stands around one of the identities in it.
    fn has_within(&self) -> bool {
        match self {
            Part::Known(_) => false,
            Part::Unknown(unknown) => *unknown == Unknown::Within,
            Part::Encoded(part) => part.has_within(),
            Part::List(parts) | Part::Text(parts) => parts.iter().any(Part::has_within),
            Part::Object(members) => members.iter().any(|(_, part)| part.has_within()),
        }
    }

    /// How many unknown values it holds.
    fn count(&self) -> usize {
        match self {
            Part::Known(_) => 0,
            Part::Unknown(_) => 1,
            Part::Encoded(part) => part.count(),
            Part::List(parts) | Part::Text(parts) => parts.iter().map(Part::count).sum(),
            Part::Object(members) => members.iter().map(|(_, part)| part.count()).sum(),
        }
    }

    /// The value with `choose` in the place of what is unknown, by its number.
    fn fill<'a>(&self, choose: &dyn Fn(usize) -> &'a str, at: &mut usize) -> Value {
        match self {
            Part::Known(value) => value.clone(),
            Part::Unknown(unknown) => {
                let chosen = choose(*at);
                *at += 1;
                // What holds an identity is never a text that a policy compares with.
                let can_be = match unknown {
                    Unknown::Identity => chosen == IDENTITY,
                    Unknown::Within => [IDENTITY, WITHIN].contains(&chosen),
                    Unknown::Text | Unknown::List => true,
                };
                let text = Value::String(Arc::from(if can_be { chosen } else { FRESH }));
                match unknown {
                    Unknown::List => Value::Array(vec![text].into()),
                    Unknown::Identity | Unknown::Within | Unknown::Text => text,
                }
            }
            Part::List(elements) => {
                Value::Array(elements.iter().map(|part| part.fill(choose, at)).collect())
            }
            Part::Text(parts) => {
                // Where something stands before it, an identity is a name and no ARN.
                let inner = |at| Some(choose(at)).filter(|text| *text != IDENTITY).unwrap_or(FRESH);
                let mut texts = Vec::with_capacity(parts.len());
                for (index, part) in parts.iter().enumerate() {
                    let filled =
                        if index == 0 { part.fill(choose, at) } else { part.fill(&inner, at) };
                    texts.push(scalar(&filled));
                }
                Value::String(Arc::from(texts.concat()))
            }
            Part::Encoded(part) => Value::String(Arc::from(part.fill(choose, at).to_json())),
            Part::Object(members) => {
                let members =
                    members.iter().map(|(key, part)| (key.clone(), part.fill(choose, at)));
                Value::Object(Object::new(members.collect()).unwrap_or_default())
            }
        }
    }
}

/// A value as a part of a text.
fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => text.to_string(),
        other => other.to_json(),
    }
}

/// How an identity may look, for policies that take it apart.
const IDENTITY: &str = "arn:aws:iam::123456789012:role/a value known after apply";

/// An identity, and what stands for everything in it.
const WITHIN: &str = "a value known after apply/*";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worlds_fill_what_is_unknown() {
        let part = Part::Encoded(Box::new(Part::Object(vec![
            (Arc::from("a"), Part::List(vec![Part::text("x"), Part::Unknown(Unknown::Text)])),
            (Arc::from("b"), Part::Unknown(Unknown::Identity)),
            (Arc::from("c"), Part::Unknown(Unknown::List)),
        ])));
        let worlds = part.worlds(Kind::Json, &[Arc::from("p")]).unwrap();
        let texts: Vec<&str> = worlds.iter().filter_map(Value::as_str).collect();
        assert_eq!(texts[0], format!(r#"{{"a":["x","{FRESH}"],"b":"{FRESH}","c":["{FRESH}"]}}"#));
        assert!(texts.contains(&&*format!(r#"{{"a":["x","*"],"b":"{FRESH}","c":["*"]}}"#)));
        assert!(texts.contains(&&*format!(r#"{{"a":["x","p"],"b":"{FRESH}","c":["{FRESH}"]}}"#)));
        assert!(!texts.iter().any(|text| text.contains(r#""b":"*""#)));
        let around = Part::Encoded(Box::new(Part::List(vec![
            Part::Unknown(Unknown::Identity),
            Part::Unknown(Unknown::Within),
        ])));
        let worlds = around.worlds(Kind::Json, &[Arc::from("p")]).unwrap();
        let worlds: Vec<&str> = worlds.iter().filter_map(Value::as_str).collect();
        assert!(worlds.contains(&&*format!(r#"["{FRESH}","{WITHIN}"]"#)));
        assert!(!worlds.iter().any(|world| world.contains(r#""p""#)));
        let text = Part::Text(vec![
            Part::text("[\"x-"),
            Part::Known(Value::Integer(7)),
            Part::text("\"]"),
        ]);
        assert_eq!(text.worlds(Kind::Json, &[]).unwrap(), [Value::String(Arc::from("[\"x-7\"]"))]);
        assert_eq!(text.worlds(Kind::Iam, &[]), None);
    }
}
