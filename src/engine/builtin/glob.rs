//! `glob.…`: patterns for names with delimiters. The interpreter's are patterns for paths, where
//! `**` stands for whole directories.

use regorus::Value;

use super::{Function, call, text};

pub(super) const FUNCTIONS: [Function; 2] =
    [("glob.match", 3, matches), ("glob.quote_meta", 1, quote_meta)];

/// What means something in a pattern.
const META: [char; 7] = ['*', '?', '\\', '[', ']', '{', '}'];

fn matches(arguments: &[Value]) -> Result<Value, String> {
    let delimiters = delimiters(arguments.get(1))?;
    let expression = expression(text(arguments, 0)?, &delimiters)?;
    call("regex.match", &[Value::from(expression), Value::from(text(arguments, 2)?)])
}

fn quote_meta(arguments: &[Value]) -> Result<Value, String> {
    let mut quoted = String::new();
    for c in text(arguments, 0)?.chars() {
        if META.contains(&c) {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    Ok(Value::from(quoted))
}

/// What `*` and `?` do not match: nothing for null, and the dot where none is named.
fn delimiters(value: Option<&Value>) -> Result<Vec<char>, String> {
    let elements = match value {
        Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(elements)) if elements.is_empty() => return Ok(vec!['.']),
        Some(Value::Array(elements)) => elements,
        _ => return Err("operand 2 must be an array or null".to_owned()),
    };
    let character = |element: &Value| {
        let mut characters = element.as_string().ok()?.chars();
        characters.next().filter(|_| characters.next().is_none())
    };
    let delimiters: Option<Vec<char>> = elements.iter().map(character).collect();
    delimiters.ok_or_else(|| "operand 2 must hold single characters".to_owned())
}

/// The regular expression for a pattern.
fn expression(pattern: &str, delimiters: &[char]) -> Result<String, String> {
    let one = match delimiters {
        [] => ".".to_owned(),
        delimiters => format!("[^{}]", class(delimiters.iter().copied())),
    };
    let mut written = String::from(r"(?s)\A(?:");
    let mut depth = 0usize;
    let mut rest = pattern.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '*' if rest.next_if_eq(&'*').is_some() => written.push_str(".*"),
            '*' => written.push_str(&format!("{one}*")),
            '?' => written.push_str(&one),
            '[' => written.push_str(&list(&mut rest)?),
            '{' => {
                depth += 1;
                written.push_str("(?:");
            }
            ',' if depth > 0 => written.push('|'),
            '}' if depth > 0 => {
                depth -= 1;
                written.push(')');
            }
            '\\' => literal(rest.next().ok_or("the pattern ends with `\\`")?, &mut written),
            c => literal(c, &mut written),
        }
    }
    if depth > 0 {
        return Err("the pattern does not close `{`".to_owned());
    }
    written.push_str(r")\z");
    Ok(written)
}

/// What follows `[`: characters, or one range of them.
fn list(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<String, String> {
    let unclosed = || "the pattern does not close `[`".to_owned();
    let not = if rest.next_if_eq(&'!').is_some() { "^" } else { "" };
    let mut listed = Vec::new();
    let mut is_escaped = false;
    loop {
        match rest.next().ok_or_else(unclosed)? {
            '\\' if !is_escaped => is_escaped = true,
            ']' if !is_escaped => break,
            c => {
                is_escaped = false;
                listed.push(c);
                if listed.len() == 1 && rest.next_if_eq(&'-').is_some() {
                    let last = rest.next().ok_or_else(unclosed)?;
                    let is_closed = rest.next().ok_or_else(unclosed)? == ']';
                    if !is_closed || last < c {
                        return Err("the pattern holds a range that is none".to_owned());
                    }
                    return Ok(format!("[{not}{}-{}]", class([c]), class([last])));
                }
            }
        }
    }
    match listed.is_empty() {
        true => Err("the pattern holds an empty list".to_owned()),
        false => Ok(format!("[{not}{}]", class(listed))),
    }
}

/// Characters as they stand in a class of a regular expression.
fn class(characters: impl IntoIterator<Item = char>) -> String {
    characters.into_iter().map(|c| format!("\\x{{{:x}}}", u32::from(c))).collect()
}

fn literal(c: char, written: &mut String) {
    match c.is_alphanumeric() {
        true => written.push(c),
        false => written.push_str(&class([c])),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::run;

    fn matches(pattern: &str, delimiters: &str, text: &str) -> Result<bool, String> {
        let quoted = |text: &str| serde_json::to_string(text).unwrap();
        let arguments = [quoted(pattern), delimiters.to_owned(), quoted(text)];
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        run("glob.match", &arguments).map(|value| value == "true")
    }

    #[test]
    fn patterns_match_as_they_do_in_opa() {
        for (pattern, delimiters, yes, no) in [
            ("*.example.org", "[]", "www.example.org", "a.www.example.org"),
            ("*.example.org", "null", "a.www.example.org", "a.example.com"),
            ("**.example.org", "[]", "a.www.example.org", "a.example.com"),
            ("arn:*:s3", r#"[":"]"#, "arn:aws.b:s3", "arn:aws:b:s3"),
            ("logs/**", r#"["/"]"#, "logs/a/b", "log/a"),
            ("**/b", r#"["/"]"#, "a/b", "b"),
            ("a/**/b", r#"["/"]"#, "a//b", "a/b"),
            ("{*.txt,}x", "null", "x", "y"),
            ("{a,b{c,d}}", "[]", "bd", "bb"),
            ("?at", "null", "cat", "at"),
            ("?at", r#"["c"]"#, "bat", "cat"),
            ("[abc]", "[]", "b", "d"),
            ("[!abc]", "[]", "d", "b"),
            ("[a-c]1", "[]", "b1", "d1"),
            ("[!a-c]", "[]", "d", "b"),
            ("[.]", "[]", ".", "a"),
            (r"\*", "null", "*", "a"),
            ("a,b", "[]", "a,b", "a"),
            ("a*", "null", "a\nb", "b"),
            ("***", "[]", "", "."),
            ("é?", "[]", "éü", "é"),
        ] {
            assert_eq!(matches(pattern, delimiters, yes), Ok(true), "{pattern} {yes}");
            // `***` matches everything.
            assert!(matches(pattern, delimiters, no) == Ok(pattern == "***"), "{pattern} {no}");
        }
        for pattern in ["[a", "{a", "[a-", "[c-a]", "[a-c0-9]", "[]", "a\\"] {
            assert!(matches(pattern, "[]", "a").is_err(), "{pattern}");
        }
        assert!(matches("a", r#"["ab"]"#, "a").is_err());
        assert!(matches("a", "1", "a").is_err());
    }

    #[test]
    fn what_means_something_is_quoted() {
        assert_eq!(
            run("glob.quote_meta", &[r#""*.{a}[b]?""#]).unwrap(),
            r#""\\*.\\{a\\}\\[b\\]\\?""#
        );
    }
}
