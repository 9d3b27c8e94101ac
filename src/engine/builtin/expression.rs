//! `regex.…` with classes as RE2 has them: `\d`, `\w`, `\s` and `\b` know ASCII alone, where the
//! interpreter's know every script.

use std::cell::RefCell;
use std::collections::HashMap;

use regex::{Regex, RegexBuilder};
use regorus::Value;

use super::{Function, call};

/// `regex.match` as the interpreter has it, and much quicker: that one makes the memory of a search
/// anew for each call.
pub(super) const MATCH: Function = ("regex.match", 2, matches);

/// So large is the program of a pattern at most, as with the interpreter.
const LARGEST: usize = 100 * 1024;

/// So many patterns are kept for each thread.
const MOST_KEPT: usize = 512;

thread_local! {
    /// Patterns with the memory of their searches.
    static KEPT: RefCell<HashMap<String, Regex>> = RefCell::default();
}

fn matches(arguments: &[Value]) -> Result<Value, String> {
    let found = match arguments {
        [Value::String(pattern), Value::String(text)] => is_match(pattern, text),
        _ => None,
    };
    // The interpreter says what is wrong with the arguments.
    found.map_or_else(|| call("regex.match", arguments), |found| Ok(Value::Bool(found)))
}

/// True when `pattern` matches in `text`; None where it is no pattern.
fn is_match(pattern: &str, text: &str) -> Option<bool> {
    KEPT.with_borrow_mut(|kept| {
        if let Some(regex) = kept.get(pattern) {
            return Some(regex.is_match(text));
        }
        let regex = RegexBuilder::new(pattern).size_limit(LARGEST).build().ok()?;
        let found = regex.is_match(text);
        if kept.len() >= MOST_KEPT {
            kept.clear();
        }
        kept.insert(pattern.to_owned(), regex);
        Some(found)
    })
}

pub(super) const FUNCTIONS: [Function; 7] = [
    ("regex.match", 2, |arguments| matches(&translated(arguments, 0))),
    ("regex.is_valid", 1, |arguments| with("regex.is_valid", arguments, 0)),
    ("regex.split", 2, |arguments| with("regex.split", arguments, 0)),
    ("regex.find_n", 3, |arguments| with("regex.find_n", arguments, 0)),
    ("regex.find_all_string_submatch_n", 3, |arguments| {
        with("regex.find_all_string_submatch_n", arguments, 0)
    }),
    ("regex.replace", 3, |arguments| with("regex.replace", arguments, 1)),
    ("regex.template_match", 4, |arguments| with("regex.template_match", arguments, 0)),
];

/// Calls the interpreter's function with the pattern at `index` in its notation.
pub(super) fn with(name: &str, arguments: &[Value], index: usize) -> Result<Value, String> {
    call(name, &translated(arguments, index))
}

/// The arguments with the pattern at `index` in the interpreter's notation.
fn translated(arguments: &[Value], index: usize) -> Vec<Value> {
    let mut arguments = arguments.to_vec();
    if let Some(Value::String(pattern)) = arguments.get(index)
        && let Some(translated) = ascii(pattern)
        && let Some(argument) = arguments.get_mut(index)
    {
        *argument = Value::from(translated);
    }
    arguments
}

/// The class that `\` before `letter` stands for in RE2: whether it is all others, and which.
fn class(letter: char) -> Option<(&'static str, &'static str)> {
    let not = if letter.is_ascii_uppercase() { "^" } else { "" };
    let members = match letter.to_ascii_lowercase() {
        'd' => "0-9",
        'w' => "0-9A-Za-z_",
        's' => r"\t\n\f\r ",
        _ => return None,
    };
    Some((not, members))
}

/// The pattern with classes of ASCII alone; None where it has no others.
fn ascii(pattern: &str) -> Option<String> {
    let mut written = String::with_capacity(pattern.len());
    let mut is_changed = false;
    let mut characters = pattern.chars();
    let mut in_class = false;
    while let Some(c) = characters.next() {
        match c {
            '\\' => {
                let next = characters.next();
                let class = next.and_then(class);
                match (class, next) {
                    (Some((not, class)), _) => {
                        is_changed = true;
                        written.push_str(&format!("[{not}{class}]"));
                    }
                    (None, Some(edge @ ('b' | 'B'))) if !in_class => {
                        is_changed = true;
                        written.push_str(&format!("(?-u:\\{edge})"));
                    }
                    (None, next) => {
                        written.push('\\');
                        written.extend(next);
                    }
                }
                continue;
            }
            '[' if !in_class => in_class = true,
            ']' if in_class => in_class = false,
            _ => {}
        }
        written.push(c);
    }
    is_changed.then_some(written)
}

#[cfg(test)]
mod tests {
    use regorus::Value;

    use super::super::tests::run;

    fn run_all(name: &str, texts: &[&str]) -> Result<String, String> {
        let quoted: Vec<String> =
            texts.iter().map(|text| serde_json::to_string(text).unwrap()).collect();
        run(name, &quoted.iter().map(String::as_str).collect::<Vec<_>>())
    }

    #[test]
    fn patterns_match_as_with_the_interpreter() {
        let texts = ["a", "", "é", "٣", "a\nb", "A1"].map(Value::from);
        let patterns = [r"^\w$", r"\d", "", "(?i)^a", "(", r"a{1000}{1000}", "(?m)^b$"];
        let others = [Value::Null, Value::from(1), Value::Bool(true)];
        let patterns: Vec<Value> = patterns.map(Value::from).into_iter().chain(others).collect();
        for pattern in &patterns {
            for text in texts.iter().chain(&patterns) {
                let arguments = [pattern.clone(), text.clone()];
                // The second time the pattern is kept.
                for _ in 0..2 {
                    assert_eq!(super::matches(&arguments), super::call("regex.match", &arguments));
                }
            }
        }
    }

    #[test]
    fn classes_know_ascii_alone() {
        for (pattern, text, matches) in [
            (r"^\w+$", "a_1", true),
            (r"^\w+$", "é", false),
            (r"^\W$", "é", true),
            (r"^\d$", "٣", false),
            (r"^[\d.]+$", "1.2", true),
            (r"^[^\w-]$", "é", true),
            (r"^[^\w-]$", "-", false),
            (r"^a\sb$", "a b", true),
            (r"^a\sb$", "a\u{a0}b", false),
            (r"\bé", " é", false),
            (r"\ba", " a", true),
            (r"^\\w$", r"\w", true),
            (r"^\.$", ".", true),
        ] {
            assert_eq!(
                run_all("regex.match", &[pattern, text]),
                Ok(matches.to_string()),
                "{pattern}"
            );
        }
        assert_eq!(run_all("regex.is_valid", &[r"\w("]), Ok("false".to_owned()));
        assert_eq!(run_all("regex.replace", &["aé1", r"\W", "-"]), Ok("\"a-1\"".to_owned()));
        assert_eq!(run_all("regex.split", &[r"\s+", "a b"]), Ok(r#"["a","b"]"#.to_owned()));
    }
}
