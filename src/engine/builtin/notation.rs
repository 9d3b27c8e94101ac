//! Notations that the interpreter reads otherwise than OPA: amounts with units, YAML of several
//! documents, and what is no text.

use regorus::Value;

use super::{Function, call, text};

pub(super) const FUNCTIONS: [Function; 4] = [
    ("units.parse", 1, units),
    ("units.parse_bytes", 1, bytes),
    ("json.is_valid", 1, is_valid_json),
    ("yaml.is_valid", 1, is_valid_yaml),
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
