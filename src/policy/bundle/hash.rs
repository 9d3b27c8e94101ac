//! What a signature holds of a file: the digest of its bytes, or of its value where it is JSON or
//! YAML, so that spaces and the order of members do not matter.

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::archive::shown;
use super::{BundleFault, structured};
use crate::model::Value;

/// The files that are digested by their value. `data.yml` is not one of them.
const BY_VALUE: [&str; 4] = ["data.json", "data.yaml", "signatures.json", ".manifest"];

/// The digest of a file in hexadecimal digits.
///
/// # Errors
/// For an algorithm that is none, or is too weak; and for a file that is not what its name says.
pub(super) fn digest(path: &str, bytes: &[u8], algorithm: &str) -> Result<String, BundleFault> {
    let file = path.rsplit('/').next().unwrap_or(path);
    let canonical;
    let content = match BY_VALUE.contains(&file) {
        true => {
            canonical = self::canonical(path, bytes)?;
            canonical.as_slice()
        }
        false => bytes,
    };
    match algorithm {
        "SHA-256" => Ok(hex(&Sha256::digest(content))),
        "SHA-384" => Ok(hex(&Sha384::digest(content))),
        "SHA-512" => Ok(hex(&Sha512::digest(content))),
        other => Err(BundleFault::WeakHash { path: shown(path), algorithm: shown(other) }),
    }
}

/// A value without spaces, its members in order.
fn canonical(path: &str, bytes: &[u8]) -> Result<Vec<u8>, BundleFault> {
    let value = structured(path, bytes)?;
    let mut out = Vec::new();
    // Numbers of JSON keep every character, so they are taken from the text.
    match serde_json::from_slice::<&RawValue>(bytes) {
        Ok(raw) if !path.ends_with(".yaml") && write_raw(raw, &mut out).is_ok() => Ok(out),
        _ => {
            out.clear();
            write(&value, &mut out);
            Ok(out)
        }
    }
}

/// Writes JSON.
fn write_raw(raw: &RawValue, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
    let json = raw.get();
    let open_with = |at: usize, out: &mut Vec<u8>, first: u8| {
        out.push(if at == 0 { first } else { b',' });
    };
    match json.as_bytes().first() {
        Some(b'[') => {
            let elements: Vec<&RawValue> = serde_json::from_str(json)?;
            for (at, element) in elements.iter().enumerate() {
                open_with(at, out, b'[');
                write_raw(element, out)?;
            }
            out.extend(if elements.is_empty() { &b"[]"[..] } else { b"]" });
        }
        Some(b'{') => {
            let members: BTreeMap<String, &RawValue> = serde_json::from_str(json)?;
            for (at, (key, value)) in members.iter().enumerate() {
                open_with(at, out, b'{');
                out.extend(text(key).into_bytes());
                out.push(b':');
                write_raw(value, out)?;
            }
            out.extend(if members.is_empty() { &b"{}"[..] } else { b"}" });
        }
        Some(b'"') => out.extend(text(&serde_json::from_str::<String>(json)?).into_bytes()),
        _ => out.extend(json.as_bytes()),
    }
    Ok(())
}

/// Writes a value of YAML.
fn write(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Array(elements) => {
            out.push(b'[');
            for (at, element) in elements.iter().enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                write(element, out);
            }
            out.push(b']');
        }
        Value::Object(members) => {
            out.push(b'{');
            for (at, (key, value)) in members.iter().enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                out.extend(text(key).into_bytes());
                out.push(b':');
                write(value, out);
            }
            out.push(b'}');
        }
        Value::String(string) => out.extend(text(string).into_bytes()),
        Value::Number(number) => out.extend(number.as_bytes()),
        other => out.extend(other.to_json().into_bytes()),
    }
}

/// A string as OPA's encoder writes it.
fn text(string: &str) -> String {
    let json = Value::String(string.into()).to_json();
    json.replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(path: &str, text: &str) -> String {
        String::from_utf8(super::canonical(path, text.as_bytes()).unwrap()).unwrap()
    }

    #[test]
    fn spaces_and_order_do_not_matter_and_numbers_are_as_written() {
        for (text, expected) in [
            ("{ \"b\": 1, \"a\": [ true, null ] }", "{\"a\":[true,null],\"b\":1}"),
            ("{ \"a\": [ ], \"b\" : { } }", "{\"a\":[],\"b\":{}}"),
            (
                "[1.0, 1e5, 2E+3, 0.10, 12345678901234567890]",
                "[1.0,1e5,2E+3,0.10,12345678901234567890]",
            ),
            ("\"<a>\\u0026\\u2028\\t\\u0001é\"", "\"<a>&\\u2028\\t\\u0001é\""),
        ] {
            assert_eq!(canonical("data.json", text), expected);
        }
        assert_eq!(canonical("a/data.yaml", "b: 1\na: [x, 1.5]\n"), "{\"a\":[\"x\",1.5],\"b\":1}");
    }

    #[test]
    fn what_is_no_data_is_digested_as_it_is() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(digest("a.rego", b"", "SHA-256").as_deref(), Ok(empty));
        // Of the two characters `{}`.
        let braces = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
        assert_eq!(digest("data.json", b" { } ", "SHA-256").as_deref(), Ok(braces));
        assert_ne!(digest("data.yml", b" { } ", "SHA-256").as_deref(), Ok(braces));
    }
}
