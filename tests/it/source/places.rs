//! Every case of `fixtures/source/places.txt`.

use std::fmt::Write as _;

use plangate::base::{Address, AttributePath, PathStep};
use plangate::input::terraform::source::{SourcePlace, SourceTree, locate, locate_by_values};
use plangate::model::Value;

use crate::support;

#[test]
fn findings_are_shown_where_they_are_written() {
    let folder = support::path("fixtures/source");
    let text = std::fs::read_to_string(folder.join("places.txt")).unwrap();
    let mut tree = (String::new(), SourceTree::default());
    let mut cases = 0;
    let mut wrong = String::new();
    for part in text.split("\n\n").map(str::trim_end) {
        let part = part.trim_start_matches('\n');
        if part.starts_with('#') {
            continue;
        }
        if let Some(name) = part.strip_prefix('[').and_then(|part| part.strip_suffix(']')) {
            let root = folder.join(name);
            tree = (format!("{}/", root.display()), super::tree(&root));
            continue;
        }
        cases += 1;
        let (question, expected) = part.split_once('\n').unwrap();
        let actual = answer(&tree.1, question).replace(&tree.0, "");
        if actual != expected {
            let _ = writeln!(wrong, "{question}\n{actual}\nbut expected\n{expected}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(cases >= 60, "{cases} cases");
    support::say(&format!("{cases} places"));
}

fn answer(tree: &SourceTree, question: &str) -> String {
    let (question, values) = match question.split_once(" ? ") {
        Some((question, values)) => {
            (question, Some(serde_json::from_str::<Value>(values).unwrap()))
        }
        None => (question, None),
    };
    let (address, path) = question.split_once(' ').unwrap_or((question, ""));
    let address: Address = address.parse().unwrap();
    let path = (!path.is_empty()).then(|| parse(path));
    let located = match values {
        Some(values) => locate_by_values(tree, &address, path.as_ref(), &values),
        None => locate(tree, &address, path.as_ref()),
    };
    let located = match located {
        Ok(located) => located,
        Err(error) => return format!("  none {error}"),
    };
    let mut text = format!("  {} {}", word(&located.precision), show(&located.place));
    for related in &located.related {
        let _ = write!(text, "\n  {} {}", word(&related.role), show(&related.place));
    }
    if let Some(note) = located.note {
        let _ = write!(text, "\n  note {note}");
    }
    text
}

fn word(name: &impl serde::Serialize) -> String {
    serde_json::to_value(name).unwrap().as_str().unwrap().to_owned()
}

fn show(place: &SourcePlace) -> String {
    let at = place.source.place(place.label.start);
    let text = place.source.slice(place.label);
    assert!(
        place.source.slice(place.span).starts_with(text) || place.span.start <= place.label.start
    );
    format!("{}:{}:{} {text}", place.source.name(), at.line, at.column)
}

/// `a[0].b` as a path.
fn parse(text: &str) -> AttributePath {
    let steps = text.split(['.', '[']).map(|step| match step.strip_suffix(']') {
        Some(index) => PathStep::Index(index.parse().unwrap()),
        None => PathStep::from(step),
    });
    AttributePath(steps.collect())
}
