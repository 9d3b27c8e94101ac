//! Expressions of the source followed to the instances that they mean: what a condition chooses
//! among, what stands at a key, what a function makes of its arguments.

use super::follow::{self, Scope, Targets};
use super::{Certainty, Index};
use crate::base::InstanceKey;
use crate::model::{References, Value, Written};

/// Functions whose result holds everything that their arguments hold.
const WHOLE: [&str; 25] = [
    "base64encode",
    "chomp",
    "compact",
    "concat",
    "distinct",
    "flatten",
    "format",
    "formatlist",
    "join",
    "lower",
    "nonsensitive",
    "one",
    "replace",
    "reverse",
    "sensitive",
    "setunion",
    "sort",
    "tolist",
    "tomap",
    "toset",
    "tostring",
    "trimspace",
    "tuple",
    "upper",
    "values",
];

/// Follows the part of an expression at `rest`, such as `["key"].id`.
pub(super) fn follow(
    index: &Index<'_>,
    scope: &Scope<'_>,
    written: &Written,
    rest: &str,
    way: usize,
    targets: &mut Targets,
) {
    let Some(way) = way.checked_sub(1) else {
        targets.stops.push(follow::Stop::Endless);
        return;
    };
    let each = |parts: &[Written], rest: &str, targets: &mut Targets| {
        parts.iter().for_each(|part| follow(index, scope, part, rest, way, targets));
    };
    targets.is_mixed |= !matches!(written, Written::Constant(_) | Written::Reference(_));
    match written {
        Written::Constant(_) => targets.stops.push(follow::Stop::Constant),
        Written::Reference(references) => {
            if let Some(longest) = references.first() {
                let reference = format!("{longest}{rest}");
                follow::one(index, scope, references, &reference, way, targets);
            }
        }
        Written::List(elements) => match first_step(rest) {
            Some((Step::Index(at), rest)) => {
                let element = elements.get(at).map(std::slice::from_ref);
                each(element.unwrap_or_default(), rest, targets);
            }
            _ => each(elements, rest, targets),
        },
        Written::Object(members) => match first_step(rest) {
            Some((Step::Name(name), rest)) => {
                let member = members.iter().find(|(known, _)| **known == *name);
                each(
                    member.map(|(_, part)| std::slice::from_ref(part)).unwrap_or_default(),
                    rest,
                    targets,
                );
            }
            _ => members.iter().for_each(|(_, part)| {
                follow(index, scope, part, "", way, targets);
            }),
        },
        Written::Text(parts) => each(parts, "", targets),
        Written::Encoded(inner) => follow(index, scope, inner, "", way, targets),
        Written::Choice(all) => {
            each(all, rest, targets);
            targets.is_selective = true;
        }
        Written::Item { of, key, rest: inner } => {
            item(index, scope, of, key, &format!("{inner}{rest}"), way, targets);
        }
        Written::Each { of, rest: inner } => {
            every(index, scope, of, inner, way, targets);
            targets.is_selective |= !rest.is_empty();
        }
        Written::Map { of, rest: inner, is_filtered } => match first_step(rest) {
            Some((Step::Name(key), rest)) => {
                let at = format!("[\"{key}\"]{inner}{rest}");
                follow(index, scope, of, &at, way, targets);
            }
            _ => {
                every(index, scope, of, inner, way, targets);
                targets.is_selective |= *is_filtered || !rest.is_empty();
            }
        },
        Written::Call { name, arguments } => {
            call(index, scope, name, arguments, rest, way, targets);
        }
        Written::Other(references) => {
            follow::all(index, scope, references, way, targets);
            targets.is_selective = true;
        }
    }
}

/// `of[key]rest`.
fn item(
    index: &Index<'_>,
    scope: &Scope<'_>,
    of: &Written,
    key: &Written,
    rest: &str,
    way: usize,
    targets: &mut Targets,
) {
    let key = match key {
        Written::Reference(references) => own_key(scope, references),
        Written::Constant(Value::String(text)) => Some(InstanceKey::Key(text.clone())),
        Written::Constant(Value::Integer(number)) => {
            u64::try_from(*number).ok().map(InstanceKey::Index)
        }
        _ => None,
    };
    match key {
        Some(InstanceKey::Key(key)) => {
            follow(index, scope, of, &format!("[\"{key}\"]{rest}"), way, targets);
        }
        Some(InstanceKey::Index(at)) => {
            follow(index, scope, of, &format!("[{at}]{rest}"), way, targets)
        }
        None => {
            every(index, scope, of, rest, way, targets);
            targets.is_selective = true;
        }
    }
}

/// The key that `each.key`, `count.index` or a constant below `each.value` is.
fn own_key(scope: &Scope<'_>, references: &References) -> Option<InstanceKey> {
    let longest = references.first()?;
    if follow::is_key(longest) {
        return scope.key.clone();
    }
    let path = longest.strip_prefix("each.value")?;
    let (Some(InstanceKey::Key(key)), Some(repeated)) = (&scope.key, scope.repeated) else {
        return None;
    };
    let members = match repeated {
        Written::Object(members) => members,
        // The values of a set are its keys.
        Written::List(_) if path.is_empty() => return scope.key.clone(),
        _ => return None,
    };
    let mut part = members.iter().find(|(name, _)| name == key).map(|(_, part)| part)?;
    let mut rest = path;
    while let Some((Step::Name(name), after)) = first_step(rest) {
        let Written::Object(members) = part else { return None };
        part = members.iter().find(|(known, _)| **known == *name).map(|(_, part)| part)?;
        rest = after;
    }
    match part {
        Written::Constant(Value::String(text)) => Some(InstanceKey::Key(text.clone())),
        Written::Constant(Value::Integer(number)) => {
            u64::try_from(*number).ok().map(InstanceKey::Index)
        }
        _ => None,
    }
}

/// `of[*]rest`: every element, or every instance.
fn every(
    index: &Index<'_>,
    scope: &Scope<'_>,
    of: &Written,
    rest: &str,
    way: usize,
    targets: &mut Targets,
) {
    let module = match of {
        Written::Reference(references) => references.first().and_then(|longest| {
            let (name, key, after) = follow::name_and_key(longest.strip_prefix("module.")?)?;
            (key.is_none() && after.is_empty()).then_some(name)
        }),
        _ => None,
    };
    let parts: Vec<&Written> = match of {
        Written::List(elements) => elements.iter().collect(),
        Written::Object(members) => members.iter().map(|(_, part)| part).collect(),
        Written::Call { name, arguments } if matches!(&**name, "values" | "tolist" | "toset") => {
            return arguments
                .iter()
                .for_each(|argument| every(index, scope, argument, rest, way, targets));
        }
        _ => Vec::new(),
    };
    if let Some(name) = module {
        let none = References::new();
        for key in index.keys_of(&scope.module, name) {
            let key = match key {
                Some(InstanceKey::Index(at)) => format!("[{at}]"),
                Some(InstanceKey::Key(key)) => format!("[\"{key}\"]"),
                None => String::new(),
            };
            let reference = format!("module.{name}{key}{rest}");
            follow::one(index, scope, &none, &reference, way, targets);
        }
    } else if parts.is_empty() {
        follow(index, scope, of, rest, way, targets);
    } else {
        parts.into_iter().for_each(|part| follow(index, scope, part, rest, way, targets));
    }
}

/// What a function makes of its arguments.
fn call(
    index: &Index<'_>,
    scope: &Scope<'_>,
    name: &str,
    arguments: &[Written],
    rest: &str,
    way: usize,
    targets: &mut Targets,
) {
    match name {
        "merge" => {
            // The last argument that has the key wins.
            let key = first_step(rest);
            let has = |part: &&Written| match (part, &key) {
                (Written::Object(members), Some((Step::Name(name), _))) => {
                    members.iter().any(|(known, _)| **known == **name)
                }
                _ => true,
            };
            let mut sure = arguments.iter().rev().filter(has);
            let Some(last) = sure.next() else { return };
            follow(index, scope, last, rest, way, targets);
            if !matches!(last, Written::Object(_)) || key.is_none() {
                sure.for_each(|part| follow(index, scope, part, rest, way, targets));
                targets.is_selective |= key.is_some();
            }
        }
        "try" => {
            // The first that can be evaluated, and what is there can be.
            for argument in arguments {
                let before = targets.found.len();
                follow(index, scope, argument, rest, way, targets);
                if targets.found.len() > before {
                    return;
                }
            }
        }
        "element" => element(index, scope, arguments, rest, way, targets),
        _ => {
            let rest = if WHOLE.contains(&name) { "" } else { rest };
            arguments.iter().for_each(|part| follow(index, scope, part, rest, way, targets));
            targets.is_selective |= !WHOLE.contains(&name);
        }
    }
}

/// `element(list, count.index)` counts around.
fn element(
    index: &Index<'_>,
    scope: &Scope<'_>,
    arguments: &[Written],
    rest: &str,
    way: usize,
    targets: &mut Targets,
) {
    let [list, key] = arguments else { return };
    let mut all = Targets::default();
    every(index, scope, list, rest, way, &mut all);
    let at = match key {
        Written::Reference(references) => own_key(scope, references),
        Written::Constant(Value::Integer(at)) => u64::try_from(*at).ok().map(InstanceKey::Index),
        _ => None,
    };
    let is_sure = !all.is_selective && all.found.iter().all(|t| t.certainty == Certainty::Exact);
    let chosen = match at {
        Some(InstanceKey::Index(at)) if is_sure && all.stops.is_empty() => usize::try_from(at)
            .ok()
            .and_then(|at| at.checked_rem(all.found.len()))
            .and_then(|at| all.found.get(at).copied()),
        _ => None,
    };
    match chosen {
        Some(chosen) => targets.found.push(chosen),
        None => {
            targets.is_selective = true;
            targets.found.append(&mut all.found);
        }
    }
    targets.handed.append(&mut all.handed);
    targets.stops.append(&mut all.stops);
}

enum Step<'a> {
    Name(&'a str),
    Index(usize),
}

/// The first step of `.name…`, `["key"]…` or `[0]…`.
fn first_step(rest: &str) -> Option<(Step<'_>, &str)> {
    if let Some(named) = rest.strip_prefix('.') {
        let end = named.find(['.', '[']).unwrap_or(named.len());
        let (name, rest) = named.split_at(end);
        return Some((Step::Name(name), rest));
    }
    let inner = rest.strip_prefix('[')?;
    if let Some(quoted) = inner.strip_prefix('"') {
        let (key, rest) = quoted.split_once("\"]")?;
        return Some((Step::Name(key), rest));
    }
    let (digits, rest) = inner.split_once(']')?;
    Some((Step::Index(digits.parse().ok()?), rest))
}
