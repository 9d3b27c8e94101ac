//! Documents of which a part is known only after apply, and what they may become.

use std::sync::Arc;

use super::super::leaf::FRESH;
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
}

/// What is known of a value that is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum Unknown {
    /// A text with the identity of a resource in it.
    Identity,
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
    /// the policy compares with.
    pub(in crate::engine) fn worlds(&self, texts: &[Arc<str>]) -> Vec<Value> {
        let unknown = self.count();
        let mut worlds = vec![self.filled(&|_| FRESH)];
        let open = || OPEN.into_iter().chain(texts.iter().map(|text| &**text));
        if unknown > 0 {
            worlds.push(self.filled(&|_| IDENTITY));
            worlds.extend(open().map(|text| self.filled(&|_| text)));
        }
        if unknown > 1 {
            for special in 0..unknown.min(MOST_ALONE) {
                let alone = open().take(MOST_ALONE);
                worlds.extend(
                    alone.map(|text| self.filled(&|at| if at == special { text } else { FRESH })),
                );
            }
        }
        let mut seen = std::collections::HashSet::new();
        worlds.retain(|world| seen.insert(world.clone()));
        worlds.truncate(MOST_WORLDS);
        worlds
    }

    /// How many unknown values it holds.
    fn count(&self) -> usize {
        match self {
            Part::Known(_) => 0,
            Part::Unknown(_) => 1,
            Part::List(elements) => elements.iter().map(Part::count).sum(),
            Part::Object(members) => members.iter().map(|(_, part)| part.count()).sum(),
        }
    }

    /// The text of the document with `choose` in the place of what is unknown, by its number.
    fn filled<'a>(&self, choose: &impl Fn(usize) -> &'a str) -> Value {
        Value::String(Arc::from(self.fill(choose, &mut 0).to_json()))
    }

    fn fill<'a>(&self, choose: &impl Fn(usize) -> &'a str, at: &mut usize) -> Value {
        match self {
            Part::Known(value) => value.clone(),
            Part::Unknown(unknown) => {
                let chosen = choose(*at);
                *at += 1;
                // What holds an identity is never a text that a policy compares with.
                let is_identity = *unknown == Unknown::Identity && chosen != IDENTITY;
                let text = Value::String(Arc::from(if is_identity { FRESH } else { chosen }));
                match unknown {
                    Unknown::List => Value::Array(vec![text].into()),
                    Unknown::Identity | Unknown::Text => text,
                }
            }
            Part::List(elements) => {
                Value::Array(elements.iter().map(|part| part.fill(choose, at)).collect())
            }
            Part::Object(members) => {
                let members =
                    members.iter().map(|(key, part)| (key.clone(), part.fill(choose, at)));
                Value::Object(Object::new(members.collect()).unwrap_or_default())
            }
        }
    }
}

/// How an identity may look, for policies that take it apart.
const IDENTITY: &str = "arn:aws:iam::123456789012:role/a value known after apply";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worlds_fill_what_is_unknown() {
        let part = Part::Object(vec![
            (Arc::from("a"), Part::List(vec![Part::text("x"), Part::Unknown(Unknown::Text)])),
            (Arc::from("b"), Part::Unknown(Unknown::Identity)),
            (Arc::from("c"), Part::Unknown(Unknown::List)),
        ]);
        let worlds = part.worlds(&[Arc::from("p")]);
        let texts: Vec<&str> = worlds.iter().filter_map(Value::as_str).collect();
        assert_eq!(texts[0], format!(r#"{{"a":["x","{FRESH}"],"b":"{FRESH}","c":["{FRESH}"]}}"#));
        assert!(texts.contains(&&*format!(r#"{{"a":["x","*"],"b":"{FRESH}","c":["*"]}}"#)));
        assert!(texts.contains(&&*format!(r#"{{"a":["x","p"],"b":"{FRESH}","c":["{FRESH}"]}}"#)));
        assert!(!texts.iter().any(|text| text.contains(r#""b":"*""#)));
        assert_eq!(Part::text("x").worlds(&[]), [Value::String(Arc::from("\"x\""))]);
    }
}
