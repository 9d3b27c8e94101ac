//! What kind of document a text is.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::error::Refusal;
use super::json::{self, NUMBER_TOKEN};
use super::{FORMATS, Format, InputError};
use crate::base::{Source, Span};

/// The members of the outermost object, not yet parsed.
pub(crate) struct Head<'a> {
    members: BTreeMap<Cow<'a, str>, &'a RawValue>,
}

impl<'a> Head<'a> {
    /// True when there is a member `key`.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.members.contains_key(key)
    }

    /// The member `key`, unless it is `null`.
    pub(crate) fn raw(&self, key: &str) -> Option<&'a RawValue> {
        self.members.get(key).copied().filter(|raw| raw.get() != "null")
    }

    /// The member `key` as a `T`.
    pub(crate) fn get<T: Deserialize<'a>>(
        &self,
        source: &Source,
        key: &str,
        format: &'static str,
    ) -> Result<Option<T>, InputError> {
        self.raw(key).map(|raw| json::parse(source, raw.get(), format)).transpose()
    }

    /// The member `key` as the text of a string or number.
    pub(crate) fn text(&self, key: &str) -> Option<&'a str> {
        self.raw(key).map(|raw| raw.get().trim_matches('"'))
    }
}

/// Whether a document is of some kind.
type Test = fn(&Head<'_>) -> bool;

/// What is not judged: by which members it is known, and what to say.
const REFUSED: &[(Test, Refusal)] = &[
    (|head| head.has("encrypted_data") || head.has("encryption_version"), Refusal::Encrypted),
    (|head| head.has("remote_plan_format"), Refusal::PlanBookmark),
    (|head| head.has("plan_format_version"), Refusal::RedactedPlan),
    (|head| head.has("@level") || head.has("@message"), Refusal::LogStream),
    (|head| head.has("runs") && head.has("$schema"), Refusal::Sarif),
    (|head| head.has("deployment") || (head.has("steps") && head.has("config")), Refusal::Pulumi),
    (|head| head.has("steps") && head.has("changeSummary"), Refusal::Pulumi),
    (|head| head.has("diagnostics") && head.has("valid"), Refusal::Validation),
    (
        |head| head.has("provider_schemas") && !head.has("planned_values") && !head.has("values"),
        Refusal::ProviderSchemas,
    ),
];

/// The format of a document.
pub(super) fn format(source: &Source, head: &Head<'_>) -> Result<&'static Format, InputError> {
    if let Some((_, refusal)) = REFUSED.iter().find(|(matches, _)| matches(head)) {
        return Err(InputError::refused(source.name(), refusal.clone()));
    }
    FORMATS
        .iter()
        .find(|format| (format.matches)(head))
        .ok_or_else(|| InputError::refused(source.name(), Refusal::Unrecognised))
}

/// The outermost members of the one JSON document that `source` must be.
pub(super) fn head(source: &Source) -> Result<Head<'_>, InputError> {
    let text = source.text();
    let start = text.len() - text.trim_start().len();
    let document = text.get(start..).unwrap_or_default();
    if !document.starts_with('{') {
        return Err(not_an_object(source, document, start));
    }
    if let Some(at) = text.find(NUMBER_TOKEN) {
        let refusal = Refusal::Unrecognised;
        return Err(InputError::at(source, Span { start: at, end: at }, refusal));
    }
    let mut documents = serde_json::Deserializer::from_str(document).into_iter::<Head<'_>>();
    let head = match documents.next() {
        Some(Ok(head)) => head,
        Some(Err(error)) => return Err(json::explain(source, document, &error, "plan")),
        None => return Err(InputError::refused(source.name(), Refusal::Empty)),
    };
    let end = start + documents.byte_offset();
    let rest = text.get(end..).unwrap_or_default().trim_start();
    if rest.is_empty() || head.has("@level") {
        return Ok(head);
    }
    let at = source.span_of(rest);
    let refusal =
        if rest.starts_with('{') { Refusal::SeveralDocuments } else { Refusal::NoiseAfter };
    Err(InputError::at(source, at, refusal))
}

/// Says what a text is that does not begin with `{`.
fn not_an_object(source: &Source, document: &str, start: usize) -> InputError {
    let refusal = if document.is_empty() {
        Refusal::Empty
    } else if is_terraform_source(document) {
        Refusal::TerraformSource
    } else if document.starts_with('[') && serde_json::from_str::<de::IgnoredAny>(document).is_ok()
    {
        Refusal::Unrecognised
    } else if document.lines().any(|line| line.trim_start().starts_with('{')) {
        Refusal::NoiseBefore
    } else {
        Refusal::NotJson
    };
    InputError::at(source, Span { start, end: start }, refusal)
}

/// True when the first line that is no comment opens a block as Terraform has them.
fn is_terraform_source(text: &str) -> bool {
    const BLOCKS: [&str; 13] = [
        "resource",
        "data",
        "module",
        "variable",
        "output",
        "provider",
        "terraform",
        "locals",
        "moved",
        "removed",
        "import",
        "check",
        "ephemeral",
    ];
    let mut lines = text.lines().map(str::trim).filter(|line| {
        !line.is_empty() && !["#", "//", "/*", "*"].iter().any(|mark| line.starts_with(mark))
    });
    let Some(line) = lines.next() else { return text.trim_start().starts_with(['#', '/']) };
    let word = line.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
    BLOCKS.contains(&word) && (line.ends_with('{') || line.contains('"') || line.ends_with('}'))
}

impl<'de: 'a, 'a> Deserialize<'de> for Head<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct HeadVisitor;
        impl<'de> Visitor<'de> for HeadVisitor {
            type Value = Head<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Head<'de>, A::Error> {
                let mut members = BTreeMap::new();
                while let Some(key) = access.next_key::<Cow<'de, str>>()? {
                    let raw = access.next_value()?;
                    if members.contains_key(&key) {
                        return Err(de::Error::custom(format_args!("duplicate member `{key}`")));
                    }
                    members.insert(key, raw);
                }
                Ok(Head { members })
            }
        }
        deserializer.deserialize_map(HeadVisitor)
    }
}
