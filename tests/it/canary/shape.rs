//! What a secret looks like, and how one is recognised in whatever somebody printed.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use serde_json::{Value, json};

/// What every canary begins with, and every line and every part of it; its number follows.
const MARK: &str = "canary-s3cr3t-";

/// The same for canaries that are numbers.
const NUMBER: u64 = 904_377_000_000;

/// The digits of [`NUMBER`] that no other number begins with.
const NUMBER_MARK: &str = "90437700";

/// Makes a value of a mark.
type Shape = fn(&str) -> Value;

/// The shapes of secrets, by name.
pub(super) const SHAPES: &[(&str, Shape)] = &[
    ("word", |mark| json!(mark)),
    ("quotes", |mark| json!(format!("a\"b\\{mark}'\""))),
    ("key", |mark| {
        let line = |at: usize| format!("{mark}+MIIEvQ/{at}zANBgkqhkiG9w0BAQEFAASC\n");
        let lines: String = (0..6).map(line).collect();
        json!(format!("-----BEGIN PRIVATE KEY-----\n{lines}-----END PRIVATE KEY-----\n"))
    }),
    ("letters", |mark| json!(format!("pässwörd {mark} \u{1f511}"))),
    ("address", |mark| json!(format!("https://admin:{mark}@db.example.com/?a=b&c=%20#d"))),
    ("markup", |mark| json!(format!("<b>{mark}</b>&amp;<!-- -->"))),
    ("template", |mark| json!(format!("${{{mark}}} %{{ if {mark} }} $${{x}}"))),
    ("document", |mark| {
        let inner = json!({"token": format!("{mark}-inner"), "ports": [1, 2]}).to_string();
        json!(json!({"user": format!("{mark}-user"), "inner": inner}).to_string())
    }),
    ("long", |mark| json!((0..20).map(|at| format!("{mark}_{at}.")).collect::<String>())),
    ("blanks", |mark| json!(format!("  \t{mark} \r\n\tand {mark}\r\n "))),
    ("control", |mark| json!(format!("\u{1}{mark}\u{7f}\u{1b}[31m{mark}"))),
    ("syntax", |mark| json!(format!("\": \"{mark}\", \"results\": [{{}}], \"x\": \""))),
    ("pairs", |mark| json!(format!("Server=db;User=a;Password={mark};Encrypt=yes"))),
    ("command", |mark| json!(format!("mysql -p'{mark}' <<< \"`id`\"\n::set-output x={mark}"))),
    ("object", |mark| json!({"user": format!("{mark}-u"), "keys": [format!("{mark}-k"), null]})),
    ("number", |mark| {
        let number: u64 = mark[MARK.len()..].parse().unwrap();
        json!(NUMBER + number)
    }),
    ("fraction", |mark| {
        let number: u64 = mark[MARK.len()..].parse().unwrap();
        serde_json::from_str(&format!("{}.25", NUMBER + number)).unwrap()
    }),
];

/// The canary of this number in this shape.
pub(super) fn canary(number: usize, shape: usize) -> Value {
    SHAPES[shape].1(&format!("{MARK}{number:04}"))
}

/// The numbers of the canaries that stand in `text` as they are.
pub(super) fn plain(text: &str) -> BTreeSet<usize> {
    let mut numbers = BTreeSet::new();
    for (mark, digits) in [(MARK, 4), (NUMBER_MARK, 4)] {
        for (at, _) in text.match_indices(mark) {
            let rest = &text[at + mark.len()..];
            let number = rest.get(..digits).and_then(|digits| digits.parse().ok());
            numbers.insert(number.unwrap_or(usize::MAX));
        }
    }
    numbers
}

/// The numbers of the canaries of whose places `text` speaks.
pub(super) fn named(text: &str) -> BTreeSet<usize> {
    let places = text.match_indices("note_");
    let digits = |(at, name): (usize, &str)| {
        let rest = &text[at + name.len()..];
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        rest[..end].parse().ok()
    };
    places.filter_map(digits).collect()
}

/// Every piece of `text` that gives a canary away, in any form, with what surrounds it.
pub(super) fn sightings(text: &str) -> Vec<String> {
    // A renderer may break lines, and colour parts of them.
    let joined: String =
        without_colour(text).chars().filter(|c| !c.is_whitespace() && *c != '│').collect();
    let mut found = Vec::new();
    for text in [text, &joined] {
        let shown = |at: usize| {
            let start = (0..=at.saturating_sub(60)).rev().find(|at| text.is_char_boundary(*at));
            text[start.unwrap_or(0)..].chars().take(160).collect::<String>()
        };
        found.extend(KNOWN.find_overlapping_iter(text).map(|found| shown(found.start())));
    }
    found
}

/// The forms of the marks.
static KNOWN: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::new([MARK, NUMBER_MARK].iter().flat_map(|mark| forms(mark))).unwrap()
});

/// `mark` plain, in hexadecimal, and in base64 behind none, one and two bytes.
fn forms(mark: &str) -> Vec<String> {
    let hex = |byte: u8| format!("{byte:02x}");
    let hex: String = mark.bytes().map(hex).collect();
    let mut forms = vec![mark.to_owned(), hex.to_uppercase(), hex];
    for (before, cut) in [("", 0), ("x", 2), ("xx", 3)] {
        let bytes = format!("{before}{mark}");
        let whole = base64(&bytes.as_bytes()[..bytes.len() / 3 * 3]);
        forms.push(whole[cut..].to_owned());
    }
    forms
}

/// Base64 of bytes that fill it up.
fn base64(bytes: &[u8]) -> String {
    let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks_exact(3) {
        let number = u32::from_be_bytes([0, three[0], three[1], three[2]]);
        for shift in [18, 12, 6, 0] {
            text.push(char::from(digits[(number >> shift & 63) as usize]));
        }
    }
    text
}

fn without_colour(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    let rest = parts.map(|part| part.split_once('m').map_or(part, |(_, rest)| rest));
    rest.fold(first, |text, part| text + part)
}

#[test]
fn canaries_are_seen_in_every_form() {
    for text in [
        "it is canary-s3cr3t-0042.",
        "it is canary-\n  │ s3cr3t-0042.",
        "it is ca\u{1b}[1mnary-s3cr3t-0042.",
        "Y2FuYXJ5LXMzY3IzdC0wMDQy",
        "eGNhbmFyeS1zM2NyM3QtMDA0Mg==",
        "eHhjYW5hcnktczNjcjN0LTAwNDI=",
        "63616e6172792d7333637233742d30303432",
        "904377000042",
    ] {
        assert!(!sightings(text).is_empty(), "{text}");
    }
    assert!(sightings("a canary, an s3cr3t, and (sensitive)-0042").is_empty());
    assert_eq!(plain("canary-s3cr3t-0042 and 904377000043"), BTreeSet::from([42, 43]));
}
