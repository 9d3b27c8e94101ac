//! Notations that the interpreter reads otherwise than OPA: amounts with units, YAML of several
//! documents, and what is no text.

use regorus::Value;

use super::{Function, call, text};

pub(super) const FUNCTIONS: [Function; 5] = [
    ("units.parse", 1, units),
    ("units.parse_bytes", 1, bytes),
    ("json.is_valid", 1, is_valid_json),
    ("yaml.is_valid", 1, is_valid_yaml),
    ("yaml.unmarshal", 1, read_yaml),
];

/// For policies of other tools alone: a built-in policy writes JSON, and looks for none of these.
pub(super) const FOREIGN: [Function; 2] = [
    ("json.marshal", 1, |arguments| json("json.marshal", arguments)),
    ("json.marshal_with_options", 2, |arguments| json("json.marshal_with_options", arguments)),
];

/// The largest power of ten whose number can be told from others.
const LARGEST_POWER: u32 = 300;

/// The units of `units.parse`, where the case of the first letter means something in places.
const UNITS: [&str; 25] = [
    "", "m", "k", "K", "M", "g", "G", "t", "T", "p", "P", "e", "E", "ki", "Ki", "mi", "Mi", "gi",
    "Gi", "ti", "Ti", "pi", "Pi", "ei", "Ei",
];

/// The units of `units.parse_bytes`, in small letters, without the `b` at the end.
const BYTES: [&str; 13] = ["", "k", "ki", "m", "mi", "g", "gi", "t", "ti", "p", "pi", "e", "ei"];

fn units(arguments: &[Value]) -> Result<Value, String> {
    let amount = text(arguments, 0)?.replace('"', "");
    let unit = unit(&amount)?;
    let mut letters = unit.chars();
    let first = letters.next().map(String::from).unwrap_or_default();
    let unit = first + &letters.as_str().to_lowercase();
    match UNITS.contains(&unit.as_str()) {
        true => call("units.parse", &[Value::from(amount)]),
        false => Err(format!("there is no unit `{unit}`")),
    }
}

fn bytes(arguments: &[Value]) -> Result<Value, String> {
    let amount = text(arguments, 0)?.replace('"', "");
    let unit = unit(&amount)?.to_lowercase();
    let of_bytes = unit.strip_suffix('b').filter(|short| !short.is_empty());
    match BYTES.contains(&of_bytes.unwrap_or(&unit)) {
        true => call("units.parse_bytes", &[Value::from(amount)]),
        false => Err(format!("there is no unit `{unit}`")),
    }
}

/// The unit behind an amount.
fn unit(amount: &str) -> Result<&str, String> {
    let number = amount.trim_start_matches(|c: char| c.is_ascii_digit() || ".+-".contains(c));
    let Some(power) = number.strip_prefix(['e', 'E']) else { return Ok(number) };
    let digits = power.strip_prefix(['+', '-']).unwrap_or(power);
    let unit = digits.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = digits.strip_suffix(unit).unwrap_or_default();
    if digits.is_empty() {
        return Ok(number);
    }
    match digits.parse::<u32>() {
        Ok(power) if power <= LARGEST_POWER => Ok(unit),
        _ => Err("the exponent is too large".to_owned()),
    }
}

fn is_valid_json(arguments: &[Value]) -> Result<Value, String> {
    match arguments.first() {
        Some(Value::String(_)) => call("json.is_valid", arguments),
        _ => Ok(Value::from(false)),
    }
}

/// JSON in which nothing means something to HTML.
fn json(name: &str, arguments: &[Value]) -> Result<Value, String> {
    let mut escaped = String::new();
    for c in text(&[call(name, arguments)?], 0)?.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                escaped.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => escaped.push(c),
        }
    }
    Ok(Value::from(escaped))
}

/// OPA reads YAML 1.1, where `yes` is true and `010` is eight, and the interpreter YAML 1.2. What may
/// be one of these is not read.
fn read_yaml(arguments: &[Value]) -> Result<Value, String> {
    let value = call("yaml.unmarshal", arguments)?;
    let whole = text(arguments, 0)?;
    match has_older(&value, whole) {
        false => Ok(value),
        true => Err("it means other things in other versions of YAML: quote its texts".to_owned()),
    }
}

/// True where a text in a value stands without quotes in `whole`, and is no text in YAML 1.1.
fn has_older(value: &Value, whole: &str) -> bool {
    match value {
        Value::String(word) => is_older(word) && is_unquoted(word, whole),
        Value::Array(elements) => elements.iter().any(|element| has_older(element, whole)),
        Value::Object(members) => {
            let mut parts = members.iter().flat_map(|(key, member)| [key, member]);
            parts.any(|part| has_older(part, whole))
        }
        _ => false,
    }
}

fn is_older(word: &str) -> bool {
    let is_truth = ["y", "n", "yes", "no", "on", "off"].contains(&word.to_lowercase().as_str());
    let digits = word.trim_start_matches(['+', '-']);
    let is_octal = digits.len() > 1 && digits.starts_with('0');
    let is_number = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || c == '_');
    is_truth || (is_number && (is_octal || digits.contains('_')))
}

/// True where `word` stands in `whole` with neither quotes nor letters around it.
fn is_unquoted(word: &str, whole: &str) -> bool {
    whole.match_indices(word).any(|(at, _)| {
        let before = whole.get(..at).and_then(|before| before.chars().next_back());
        let after = whole.get(at + word.len()..).and_then(|after| after.chars().next());
        let is_edge = |c: Option<char>| {
            c.is_none_or(|c| !c.is_alphanumeric() && !['"', '\'', '_', '+'].contains(&c))
        };
        is_edge(before) && is_edge(after)
    })
}

/// Each document of a text must be one, though only the first is ever read.
fn is_valid_yaml(arguments: &[Value]) -> Result<Value, String> {
    let Some(Value::String(whole)) = arguments.first() else { return Ok(Value::from(false)) };
    for document in documents(whole) {
        if call("yaml.is_valid", &[Value::from(document)])? != Value::from(true) {
            return Ok(Value::from(false));
        }
    }
    Ok(Value::from(true))
}

/// The documents of a YAML text. Nothing else may begin a line with what begins or ends one.
fn documents(whole: &str) -> Vec<String> {
    let is = |line: &str, marker: &str| {
        line.strip_prefix(marker)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']))
    };
    let is_content = |line: &&str| !line.trim().is_empty() && !line.starts_with(['#', '%']);
    let mut documents = vec![String::new()];
    let mut has_content = false;
    for line in whole.split_inclusive('\n') {
        if is(line, "---") && has_content {
            documents.push(String::new());
        }
        has_content |= is(line, "---") || is_content(&line);
        if let Some(document) = documents.last_mut() {
            document.push_str(line);
        }
        if is(line, "...") {
            documents.push(String::new());
            has_content = false;
        }
    }
    documents
}

#[cfg(test)]
mod tests {
    use super::super::tests::run;

    #[test]
    fn amounts_have_the_units_of_opa() {
        let quoted = |text: &str| format!("\"{text}\"");
        for (name, amount, value) in [
            ("units.parse", "10Ki", "10240"),
            ("units.parse", "10KI", "10240"),
            ("units.parse", "1e2", "100"),
            ("units.parse", "1e2k", "100000"),
            ("units.parse", "1E", "1000000000000000000"),
            ("units.parse", "100m", "0.1"),
            ("units.parse", "2M", "2000000"),
            ("units.parse_bytes", "2KB", "2000"),
            ("units.parse_bytes", "2kib", "2048"),
            ("units.parse_bytes", "2", "2"),
            ("units.parse_bytes", "1Mi", "1048576"),
        ] {
            assert_eq!(run(name, &[&quoted(amount)]).unwrap(), value, "{name} {amount}");
        }
        for (name, amount) in [
            ("units.parse", "1e10000000Ei"),
            ("units.parse", "2Q"),
            ("units.parse", "2da"),
            ("units.parse", "2KiB"),
            ("units.parse", "Ki"),
            ("units.parse_bytes", "1e10000000EiB"),
            ("units.parse_bytes", "2YB"),
            ("units.parse_bytes", "2bb"),
        ] {
            assert!(run(name, &[&quoted(amount)]).is_err(), "{name} {amount}");
        }
    }

    #[test]
    fn yaml_that_means_two_things_is_not_read() {
        for (text, value) in [
            ("a: b\nc: [1, true, null]\n", Some(r#"{"a":"b","c":[1,true,null]}"#)),
            ("a: yesterday\n", Some(r#"{"a":"yesterday"}"#)),
            ("a: \"yes\"\n", Some(r#"{"a":"yes"}"#)),
            ("a: '010'\n", Some(r#"{"a":"010"}"#)),
            ("ssh_pwauth: yes\n", None),
            ("- a: Off\n", None),
            ("on: 1\n", None),
            ("mode: 0644\n", None),
            ("n: 1_000\n", None),
        ] {
            let json = serde_json::to_string(text).unwrap();
            assert_eq!(run("yaml.unmarshal", &[&json]).ok().as_deref(), value, "{text:?}");
        }
    }

    #[test]
    fn json_holds_nothing_of_html() {
        assert_eq!(
            run("json.marshal", &[r#"{"a": "<b>&"}"#]).unwrap(),
            r#""{\"a\":\"\\u003cb\\u003e\\u0026\"}""#
        );
    }

    #[test]
    fn every_document_of_a_yaml_text_counts() {
        for (text, is_valid) in [
            ("a: 1", true),
            ("a: 1\n---\nb: 2\n", true),
            ("# first\n---\na: 1\n...\n---\nb: 2\n", true),
            ("%YAML 1.2\n---\na: 1\n", true),
            ("a: 1\n---\nb: [\n", false),
            ("a: [\n---\nb: 1\n", false),
            ("a: |\n  ---\n", true),
            ("a: ---x\n", true),
            ("", true),
        ] {
            let json = serde_json::to_string(text).unwrap();
            assert_eq!(run("yaml.is_valid", &[&json]).unwrap(), is_valid.to_string(), "{text:?}");
        }
        for (name, argument, is_valid) in [
            ("yaml.is_valid", "5", "false"),
            ("json.is_valid", "5", "false"),
            ("json.is_valid", "\"5\"", "true"),
            ("json.is_valid", "\"[\"", "false"),
        ] {
            assert_eq!(run(name, &[argument]).unwrap(), is_valid, "{name} {argument}");
        }
    }
}
