//! Trees of marks: `after_unknown`, `before_sensitive` and `after_sensitive`.
//!
//! A marked value is `true`. Elements of a list that are not marked are `false`, members of an
//! object that are not are absent; so a tree has the arrays and objects of its value.

use std::collections::BTreeMap;

use crate::base::{AttributePath, PathStep};
use crate::model::{Object, Value};

/// Paths by their steps.
#[derive(Default)]
struct Marks<'a> {
    is_marked: bool,
    below: BTreeMap<&'a PathStep, Marks<'a>>,
}

/// The tree that marks `paths` of `value`.
pub(super) fn tree(value: Option<&Value>, paths: &[AttributePath]) -> Value {
    let mut marks = Marks::default();
    for path in paths {
        let mut at = &mut marks;
        for step in &path.0 {
            at = at.below.entry(step).or_default();
        }
        at.is_marked = true;
    }
    build(value, &marks)
}

fn build(value: Option<&Value>, marks: &Marks<'_>) -> Value {
    if marks.is_marked {
        return Value::Bool(true);
    }
    let nothing = Marks::default();
    match value {
        Some(Value::Array(elements)) => {
            let trees = elements.iter().enumerate().map(|(index, element)| {
                let below = marks.below.get(&PathStep::Index(index));
                build(Some(element), below.unwrap_or(&nothing))
            });
            Value::Array(trees.collect())
        }
        Some(Value::Object(members)) => {
            let known = members.iter().map(|(key, member)| {
                let below = marks.below.get(&PathStep::Key(key.clone()));
                (key.clone(), build(Some(member), below.unwrap_or(&nothing)))
            });
            object(known.chain(absent(marks, |key| members.get(key).is_none())))
        }
        _ if marks.below.is_empty() => Value::Bool(false),
        _ => object(absent(marks, |_| true)),
    }
}

/// Marks of members that the value does not hold, because they are unknown.
fn absent(
    marks: &Marks<'_>,
    is_absent: impl Fn(&str) -> bool,
) -> impl Iterator<Item = (std::sync::Arc<str>, Value)> {
    marks.below.iter().filter_map(move |(step, below)| match step {
        PathStep::Key(key) if is_absent(key) => Some((key.clone(), build(None, below))),
        _ => None,
    })
}

fn object(members: impl Iterator<Item = (std::sync::Arc<str>, Value)>) -> Value {
    let members = members.filter(|(_, tree)| *tree != Value::Bool(false));
    Value::Object(Object::new(members.collect()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_has_the_shape_of_its_value() {
        let value: Value = serde_json::from_str(r#"{"a":[{"b":1},2],"c":{"d":3},"e":4}"#).unwrap();
        let path = |steps: &[PathStep]| AttributePath(steps.to_vec());
        let paths = [path(&["a".into(), 0.into(), "b".into()]), path(&["id".into()])];
        let text = serde_json::to_string(&tree(Some(&value), &paths)).unwrap();
        assert_eq!(text, r#"{"a":[{"b":true},false],"c":{},"id":true}"#);
        assert_eq!(tree(None, &[]), Value::Bool(false));
        assert_eq!(tree(Some(&value), &[AttributePath::default()]), Value::Bool(true));
    }
}
