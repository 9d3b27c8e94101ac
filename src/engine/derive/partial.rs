//! Documents of which a part is known only after apply, and what they may become.

use std::collections::HashSet;
use std::sync::Arc;

use super::super::completion;
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
    Object(Members),
    /// The parts of a text, one after the other.
    Text(Vec<Part>),
    /// The JSON text of a value.
    Encoded(Box<Part>),
}

/// Parts by name.
pub(in crate::engine) type Members = Vec<(Arc<str>, Part)>;

/// What is known of a value that is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum Unknown {
    /// The identity of a resource, or a text with it and nothing else unknown in it.
    Identity,
    /// The same, and nobody can tell what stands around it.
    Within,
    /// The effect of a statement: to allow or to deny.
    Effect,
    /// What a condition with a truth value asks for.
    Flag,
    /// A text, or any scalar.
    Text,
    /// A list of texts.
    List,
}

/// Which of the worlds of a document is the most open, if there are so many.
pub(in crate::engine) const OPEN_WORLD: usize = 2;

/// The most worlds that are made of one document.
const MOST_WORLDS: usize = 256;

/// The most unknown values of one document that are tried alone.
const MOST_ALONE: usize = 12;

/// So many identities are tried with something around them alone.
const MOST_AROUND: usize = 4;

/// So many of these combinations are tried with each unknown text alone.
const FEW_AROUND: usize = 2;

/// So many worlds besides in which every unknown value is something else.
const AT_RANDOM: usize = 24;

/// The first texts that the worlds at random choose among.
const FEW_TEXTS: usize = 8;

/// What stands for everybody and everything.
const EVERYTHING: &str = "*";

/// What a statement does that allows.
const ALLOW: &str = "Allow";

/// What a statement may do.
const EFFECTS: [&str; 2] = [ALLOW, "Deny"];

/// What a condition asks for that most statements have.
const FLAG: &str = "false";

/// What a condition with a truth value may ask for.
const FLAGS: [&str; 2] = [FLAG, "true"];

/// What anybody may put into a document that opens it.
const OPEN: [&str; 3] = [EVERYTHING, ALLOW, "Deny"];

impl Unknown {
    /// What it can be, where there is a choice of two.
    fn choices(self) -> Option<[&'static str; 2]> {
        match self {
            Unknown::Effect => Some(EFFECTS),
            Unknown::Flag => Some(FLAGS),
            Unknown::Identity | Unknown::Within | Unknown::Text | Unknown::List => None,
        }
    }
}

impl Part {
    /// A constant text.
    pub(in crate::engine) fn text(text: &str) -> Part {
        Part::Known(Value::String(Arc::from(text)))
    }

    /// An object. What a statement does is one of two things, and so is what some conditions ask for.
    pub(in crate::engine) fn object(mut members: Members) -> Part {
        for (name, part) in &mut members {
            let is_flag = ["Bool", "BoolIfExists"].iter().any(|op| name.eq_ignore_ascii_case(op));
            match part {
                Part::Unknown(Unknown::Text) if name.eq_ignore_ascii_case("Effect") => {
                    *part = Part::Unknown(Unknown::Effect);
                }
                Part::Object(keys) if is_flag => keys.iter_mut().for_each(|(_, part)| part.ask()),
                _ => {}
            }
        }
        Part::Object(members)
    }

    /// Takes what is unknown for truth values.
    fn ask(&mut self) {
        match self {
            Part::Unknown(Unknown::Text) => *self = Part::Unknown(Unknown::Flag),
            Part::Unknown(Unknown::List) => {
                *self = Part::List(vec![Part::Unknown(Unknown::Flag)]);
            }
            Part::List(parts) => parts.iter_mut().for_each(Part::ask),
            _ => {}
        }
    }

    /// The documents, as texts, that this may become: the first says the least; `texts` are what
    /// the policy compares with. None where it would not be a document.
    pub(in crate::engine) fn worlds(&self, kind: Kind, texts: &[Arc<str>]) -> Option<Vec<Value>> {
        let mut kinds = Vec::new();
        self.note_kinds(&mut kinds);
        let around = around(&kinds);
        // Where effects are known as such, nothing else can be one.
        let is_effect = kinds.contains(&Unknown::Effect);
        let open = if is_effect { &OPEN[..1] } else { &OPEN };
        let open: Vec<&str> = open.iter().copied().chain(texts.iter().map(|t| &**t)).collect();
        let mut worlds = vec![self.fill(&|_| FRESH, &mut 0)];
        if !kinds.is_empty() {
            worlds.push(self.fill(&|_| IDENTITY, &mut 0));
            for (text, around) in pairs(&open, &around) {
                worlds.push(self.world(&kinds, around, &|_| text));
            }
        }
        let is_text = |kind: &&Unknown| matches!(kind, Unknown::Text | Unknown::List);
        let are_several = kinds.iter().filter(is_text).count() > 1;
        if are_several {
            self.push_alone(&kinds, &open, &around, &mut worlds);
        }
        worlds.truncate(MOST_WORLDS);
        if are_several {
            self.push_at_random(&kinds, &open, &mut worlds);
        }
        let mut seen = HashSet::new();
        worlds.retain(|world| seen.insert(world.clone()));
        let is_document =
            |world: &Value| world.as_str().is_some_and(|text| parse(text, Some(kind)).is_ok());
        let is_one = worlds.first().is_some_and(is_document);
        worlds.retain(is_document);
        is_one.then_some(worlds)
    }

    /// Adds the worlds in which one unknown value is special, beside others that say nothing and
    /// beside others that open the document.
    fn push_alone(
        &self,
        kinds: &[Unknown],
        open: &[&str],
        around: &[Vec<&str>],
        worlds: &mut Vec<Value>,
    ) {
        let is_either = kinds.iter().any(|kind| kind.choices().is_some());
        let few = if is_either { 2 * FEW_AROUND } else { FEW_AROUND };
        let few = around.get(..few).unwrap_or(around);
        for text in open.iter().take(MOST_ALONE) {
            for special in 0..kinds.len().min(MOST_ALONE) {
                for (other, around) in pairs(&[FRESH, EVERYTHING], few) {
                    let choose = |at| if at == special { *text } else { other };
                    worlds.push(self.world(kinds, around, &choose));
                }
            }
        }
    }

    /// Adds worlds in which each of the unknown values is something else.
    fn push_at_random(&self, kinds: &[Unknown], open: &[&str], worlds: &mut Vec<Value>) {
        let special = [FRESH, IDENTITY, WITHIN];
        let texts: Vec<&str> = special.iter().chain(open).copied().take(FEW_TEXTS).collect();
        for number in 0..AT_RANDOM {
            let pick = |at: usize| {
                let choices = kinds.get(at).and_then(|kind| kind.choices());
                let among: &[&str] = choices.as_ref().map_or(&texts, |choices| choices);
                let mixed = completion::mix(number * kinds.len() + at);
                among.get(mixed % among.len().max(1)).copied().unwrap_or(FRESH)
            };
            worlds.push(self.fill(&pick, &mut 0));
        }
    }

    /// The world in which identities have around them what `around` says, and effects are so, and texts
    /// become what `choose` says. The one has nothing to do with the other.
    fn world<'a>(
        &self,
        kinds: &[Unknown],
        around: &[&'a str],
        choose: &dyn Fn(usize) -> &'a str,
    ) -> Value {
        let is_fixed = |at: usize| {
            let kind = kinds.get(at);
            kind.is_some_and(|kind| *kind == Unknown::Within || kind.choices().is_some())
        };
        let fixed = |at| around.get(at).copied().filter(|_| is_fixed(at));
        self.fill(&|at| fixed(at).unwrap_or_else(|| choose(at)), &mut 0)
    }

    /// Adds what is known of each unknown value it holds, in the order in which they are filled.
    fn note_kinds(&self, kinds: &mut Vec<Unknown>) {
        match self {
            Part::Known(_) => {}
            Part::Unknown(unknown) => kinds.push(*unknown),
            Part::Encoded(part) => part.note_kinds(kinds),
            Part::List(parts) | Part::Text(parts) => {
                parts.iter().for_each(|part| part.note_kinds(kinds));
            }
            Part::Object(members) => members.iter().for_each(|(_, part)| part.note_kinds(kinds)),
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
                let (can_be, otherwise) = match unknown {
                    Unknown::Identity => (chosen == IDENTITY, FRESH),
                    Unknown::Within => ([IDENTITY, WITHIN].contains(&chosen), FRESH),
                    Unknown::Effect => (EFFECTS.contains(&chosen), ALLOW),
                    Unknown::Flag => (FLAGS.contains(&chosen), FLAG),
                    Unknown::Text | Unknown::List => (true, FRESH),
                };
                let text = Value::String(Arc::from(if can_be { chosen } else { otherwise }));
                if *unknown == Unknown::List { Value::Array(vec![text].into()) } else { text }
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

/// What may stand around the identities among `kinds`, and which of two things the others are of which
/// there are but two: one list for each combination that is tried. Around identities is nothing in any,
/// then something in one of them alone, then in all.
fn around(kinds: &[Unknown]) -> Vec<Vec<&'static str>> {
    let within = kinds.iter().enumerate().filter(|(_, kind)| **kind == Unknown::Within);
    let within: Vec<usize> = within.map(|(at, _)| at).collect();
    let alone = within.iter().take(MOST_AROUND).map(|at| vec![*at]);
    let all = (within.len() > 1).then(|| within.clone());
    let places: Vec<Vec<usize>> = std::iter::once(Vec::new()).chain(alone).chain(all).collect();
    let turns = |of: Unknown| if kinds.contains(&of) { 2 } else { 1 };
    let either: Vec<[usize; 2]> = (0..turns(Unknown::Effect))
        .flat_map(|effect| (0..turns(Unknown::Flag)).map(move |flag| [effect, flag]))
        .collect();
    let combine = |places: &[usize], [effect, flag]: [usize; 2]| -> Vec<&'static str> {
        let choose = |(at, kind): (usize, &Unknown)| match kind {
            Unknown::Effect => EFFECTS.get(effect).copied().unwrap_or(ALLOW),
            Unknown::Flag => FLAGS.get(flag).copied().unwrap_or(FLAG),
            _ if places.contains(&at) => WITHIN,
            _ => FRESH,
        };
        kinds.iter().enumerate().map(choose).collect()
    };
    places.iter().flat_map(|places| either.iter().map(move |turn| combine(places, *turn))).collect()
}

/// Every text with everything that may stand around identities.
fn pairs<'a, 'b>(
    texts: &'b [&'a str],
    around: &'b [Vec<&'a str>],
) -> impl Iterator<Item = (&'a str, &'b [&'a str])> {
    texts.iter().flat_map(move |text| around.iter().map(move |around| (*text, &**around)))
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
