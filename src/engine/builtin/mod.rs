//! Functions of OPA that the interpreter lacks or gets wrong, as functions of the host; and bounds
//! on those that may produce too much.
//!
//! They are for the policies of users. Built-in policies use none of them, so that these run under
//! any tool that knows Rego.

mod bound;
mod expression;
mod glob;
mod hash;
mod network;
mod notation;
mod older;
mod sprintf;
mod template;
mod text;

use regorus::{Engine as Rego, Value};

pub(super) use bound::call;

/// Passes collections on; anything else is nothing. The interpreter fails at `some x in null`,
/// which to OPA is nothing to choose from.
pub(super) const COLLECTION: &str = "plangate.collection";

/// A function of the host: its name, how many parameters it has, and what it does.
pub(super) type Function = (&'static str, u8, fn(&[Value]) -> Result<Value, String>);

const OWN: [Function; 3] =
    [(COLLECTION, 1, collection), ("array.flatten", 1, flatten), ("strings.count", 2, count)];

/// Functions of the interpreter that give wrong answers, and are as good as not there.
const WRONG: [&str; 2] = ["graph.reachable_paths", "yaml.marshal"];

fn functions() -> impl Iterator<Item = &'static Function> {
    let own = OWN.iter().chain(&hash::FUNCTIONS).chain(&network::FUNCTIONS);
    let own = own.chain(&template::FUNCTIONS).chain(&glob::FUNCTIONS);
    own.chain(&text::FUNCTIONS).chain(&notation::FUNCTIONS)
}

/// True for a function of the host.
pub(super) fn is_ours(name: &str) -> bool {
    functions().any(|(own, ..)| *own == name)
}

/// True for a function of the host for policies of other tools.
pub(super) fn is_foreign(name: &str) -> bool {
    foreign().any(|(own, ..)| *own == name)
}

/// True for a function whose answers are not to be trusted.
pub(super) fn is_wrong(name: &str) -> bool {
    WRONG.contains(&name)
}

/// Functions of the interpreter that do other things than OPA's, done anew.
const ANEW: [Function; 1] = [("sprintf", 2, sprintf::sprintf)];

/// Functions for policies of other tools alone: ours keep to what OPA and the interpreter do alike.
fn foreign() -> impl Iterator<Item = &'static Function> {
    let foreign = older::FUNCTIONS.iter().chain(&ANEW);
    foreign.chain(&expression::FUNCTIONS).chain(&notation::FOREIGN)
}

/// Gives `rego` the functions of the host.
pub(super) fn install(rego: &mut Rego) {
    bound::bound(rego);
    add(rego, functions());
}

/// Gives `rego`, which has the functions of the host and not those for policies of other tools, quicker
/// ones for some of the interpreter's.
pub(super) fn hasten(rego: &mut Rego) {
    add(rego, std::iter::once(&expression::MATCH));
}

/// Gives `rego`, which has the functions of the host, those for policies of other tools.
pub(super) fn install_foreign(rego: &mut Rego) {
    add(rego, foreign());
}

fn add(rego: &mut Rego, functions: impl Iterator<Item = &'static Function>) {
    for (name, parameters, run) in functions {
        let call = move |arguments: Vec<Value>| {
            run(&arguments).map_err(|reason| std::io::Error::other(reason).into())
        };
        // Fails for a name that is taken by an extension already, and none is.
        let _ = rego.add_extension((*name).to_owned(), *parameters, Box::new(call));
    }
}

/// The text at `index` among `arguments`.
fn text(arguments: &[Value], index: usize) -> Result<&str, String> {
    match arguments.get(index) {
        Some(Value::String(text)) => Ok(text),
        _ => Err(format!("operand {} must be a string", index + 1)),
    }
}

fn collection(arguments: &[Value]) -> Result<Value, String> {
    let value = arguments.first().cloned().unwrap_or(Value::Undefined);
    let is_collection = matches!(value, Value::Array(_) | Value::Set(_) | Value::Object(_));
    Ok(if is_collection { value } else { Value::Undefined })
}

/// One level of nesting is taken away.
fn flatten(arguments: &[Value]) -> Result<Value, String> {
    let Some(Value::Array(elements)) = arguments.first() else {
        return Err("operand 1 must be an array".to_owned());
    };
    let mut flat = Vec::new();
    for element in elements.iter() {
        match element {
            Value::Array(inner) => flat.extend(inner.iter().cloned()),
            other => flat.push(other.clone()),
        }
    }
    Ok(Value::from(flat))
}

/// How often a text stands in another without overlapping; the empty text stands before and behind
/// every character.
fn count(arguments: &[Value]) -> Result<Value, String> {
    let (whole, part) = (text(arguments, 0)?, text(arguments, 1)?);
    let number = match part {
        "" => whole.chars().count() + 1,
        part => whole.matches(part).count(),
    };
    Ok(Value::from(u64::try_from(number).unwrap_or(u64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `name` yields for the JSON texts `arguments`.
    pub(super) fn run(name: &str, arguments: &[&str]) -> Result<String, String> {
        let mut all = functions().chain(foreign());
        let (_, parameters, run) = all.find(|(own, ..)| *own == name).unwrap();
        assert_eq!(usize::from(*parameters), arguments.len());
        let arguments: Vec<Value> =
            arguments.iter().map(|json| Value::from_json_str(json).unwrap()).collect();
        run(&arguments).map(|value| value.to_string())
    }

    #[test]
    fn arrays_are_flattened_by_one_level() {
        let run = |json| run("array.flatten", &[json]);
        assert_eq!(run("[[[1],[2,[]]],[[4]],\"a\",{}]").unwrap(), r#"[[1],[2,[]],[4],"a",{}]"#);
        assert_eq!(run("[]").unwrap(), "[]");
        assert!(run("42").is_err());
    }

    #[test]
    fn parts_of_texts_are_counted() {
        let run = |whole, part| run("strings.count", &[whole, part]).unwrap();
        assert_eq!(run("\"cheese\"", "\"e\""), "3");
        assert_eq!(run("\"aaaa\"", "\"aa\""), "2");
        assert_eq!(run("\"\"", "\"\""), "1");
        assert_eq!(run("\"hé\"", "\"\""), "3");
    }

    #[test]
    fn built_in_policies_use_no_function_of_the_host() {
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
        for file in crate::policy::built_in() {
            let text = file.source.text();
            let called = text.match_indices('(').map(|(at, _)| {
                let before = &text[..at];
                &before[before.trim_end_matches(is_word).len()..]
            });
            for name in called {
                assert!(!is_ours(name), "{} calls {name}", file.path);
            }
        }
    }

    #[test]
    fn what_is_no_collection_is_nothing() {
        assert_eq!(collection(&[Value::Null]), Ok(Value::Undefined));
        assert_eq!(collection(&[Value::from("a")]), Ok(Value::Undefined));
        assert_eq!(run(COLLECTION, &["[1]"]).unwrap(), "[1]");
    }
}
