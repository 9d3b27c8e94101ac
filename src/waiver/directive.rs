//! What a comment in source asks for: that a policy be passed over at its place. Our own form,
//! and those of other tools.

use std::str::FromStr;

use crate::base::Date;

/// The words by which comments of this kind are known.
pub(super) const WORDS: &[&str] = &[
    "plangate:",
    "checkov:skip",
    "bridgecrew:skip",
    "trivy:ignore",
    "tfsec:ignore",
    "kics-scan",
    "ts:skip",
];

/// Whose form a comment has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// Our own.
    Plangate,
    /// Checkov, and Bridgecrew as it was called.
    Checkov,
    /// Trivy.
    Trivy,
    /// tfsec.
    Tfsec,
    /// KICS.
    Kics,
    /// Terrascan.
    Terrascan,
}

/// A word that is no tool whose comments are known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no tool whose comments are known: use checkov, trivy, tfsec, kics or terrascan")]
pub struct ToolError(String);

impl Tool {
    /// The tools but for our own.
    pub const OTHERS: [Tool; 5] =
        [Tool::Checkov, Tool::Trivy, Tool::Tfsec, Tool::Kics, Tool::Terrascan];

    /// The name as it is written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Tool::Plangate => "plangate",
            Tool::Checkov => "checkov",
            Tool::Trivy => "trivy",
            Tool::Tfsec => "tfsec",
            Tool::Kics => "kics",
            Tool::Terrascan => "terrascan",
        }
    }
}

impl FromStr for Tool {
    type Err = ToolError;

    fn from_str(text: &str) -> Result<Self, ToolError> {
        let known = Tool::OTHERS.into_iter().find(|tool| tool.as_str() == text);
        known.ok_or_else(|| ToolError(text.to_owned()))
    }
}

/// What a comment asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Directive {
    /// Whose form it has.
    pub(super) tool: Tool,
    /// The policies, by ids or aliases; empty for all of them, as KICS has it.
    pub(super) names: Vec<String>,
    /// Where it holds.
    pub(super) reach: Reach,
    /// Why.
    pub(super) reason: Option<String>,
    /// Who answers for it.
    pub(super) owner: Option<String>,
    /// Where it is tracked.
    pub(super) ticket: Option<String>,
    /// The last day on which it counts.
    pub(super) until: Option<Date>,
}

/// Where a directive holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// At the block or attribute at which the comment stands.
    Target,
    /// In the outermost block around the comment, or else at which it stands.
    Enclosing,
    /// On the line below.
    NextLine,
    /// In the whole file.
    File,
}

/// Reads a comment. Those of others that cannot be followed exactly yield nothing.
///
/// # Errors
/// What is wrong with a comment of our own.
pub(super) fn read(text: &str) -> Result<Vec<Directive>, String> {
    if let Some(rest) = text.strip_prefix("plangate:") {
        return own(rest).map(|directive| vec![directive]);
    }
    Ok(others(text))
}

fn directive(tool: Tool, names: Vec<String>, reach: Reach) -> Directive {
    Directive { tool, names, reach, reason: None, owner: None, ticket: None, until: None }
}

/// `ignore ID[,ID] reason="…" until=2027-01-31`.
fn own(rest: &str) -> Result<Directive, String> {
    let words = words(rest.strip_prefix("ignore").ok_or_else(|| {
        let word = rest.split_whitespace().next().unwrap_or_default();
        format!("there is no directive `plangate:{word}`, only `plangate:ignore`")
    })?)?;
    let mut directive = directive(Tool::Plangate, Vec::new(), Reach::Target);
    for word in words {
        match word {
            Word::Plain(text) => {
                let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
                directive.names.extend(names.map(str::to_owned));
            }
            Word::Pair(key, value) => {
                if value.trim().is_empty() {
                    return Err(format!("`{key}` is empty"));
                }
                let place = match key.as_str() {
                    "reason" => &mut directive.reason,
                    "owner" => &mut directive.owner,
                    "ticket" => &mut directive.ticket,
                    "until" => {
                        let date = value.parse::<Date>().map_err(|error| error.to_string())?;
                        directive.until = Some(date);
                        continue;
                    }
                    _ => {
                        let known = "reason, until, owner and ticket";
                        return Err(format!("there is no `{key}`: the keys are {known}"));
                    }
                };
                *place = Some(value);
            }
        }
    }
    if directive.names.is_empty() {
        return Err("it names no policy: `plangate:ignore ID reason=\"…\" until=DATE`".to_owned());
    }
    if directive.reason.is_none() {
        return Err("it gives no reason: add `reason=\"…\"`".to_owned());
    }
    if directive.until.is_none() {
        return Err("it has no end: add `until=`, and a date such as 2027-01-31".to_owned());
    }
    Ok(directive)
}

/// A word of our own form.
enum Word {
    Plain(String),
    Pair(String, String),
}

/// Words separated by spaces; the value of a pair may be quoted.
fn words(text: &str) -> Result<Vec<Word>, String> {
    let mut words = Vec::new();
    let mut rest = text;
    if !rest.is_empty() && !rest.starts_with(char::is_whitespace) {
        return Err("a space is needed behind `plangate:ignore`".to_owned());
    }
    loop {
        rest = rest.trim_start();
        let end = rest.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        if let Some(after) = after.strip_prefix('=') {
            let (value, after) = match after.strip_prefix('"') {
                Some(quoted) => quoted
                    .split_once('"')
                    .ok_or_else(|| format!("the quotes of `{word}` are not closed"))?,
                None => after.split_at(after.find(char::is_whitespace).unwrap_or(after.len())),
            };
            words.push(Word::Pair(word.to_owned(), value.to_owned()));
            rest = after;
        } else if word.is_empty() {
            return Ok(words);
        } else {
            words.push(Word::Plain(word.to_owned()));
            rest = after;
        }
    }
}

/// The forms of other tools.
fn others(text: &str) -> Vec<Directive> {
    for prefix in ["checkov:skip=", "bridgecrew:skip="] {
        if let Some(rest) = text.strip_prefix(prefix) {
            let (names, reason) = rest.split_once(':').unwrap_or((rest, ""));
            return with_reason(Tool::Checkov, listed(names), Reach::Enclosing, reason);
        }
    }
    if let Some(rest) = text.strip_prefix("ts:skip=") {
        let (name, reason) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        return with_reason(Tool::Terrascan, listed(name), Reach::Enclosing, reason);
    }
    if let Some(rest) = text.strip_prefix("kics-scan") {
        return kics(rest.trim()).into_iter().collect();
    }
    text.split_whitespace().map_while(aqua).flatten().collect()
}

fn with_reason(tool: Tool, names: Vec<String>, reach: Reach, reason: &str) -> Vec<Directive> {
    if names.is_empty() {
        return Vec::new();
    }
    let reason = Some(reason.trim().to_owned()).filter(|reason| !reason.is_empty());
    vec![Directive { reason, ..directive(tool, names, reach) }]
}

fn listed(names: &str) -> Vec<String> {
    let names = names.split(',').map(str::trim).filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}

fn kics(rest: &str) -> Option<Directive> {
    if let Some(names) = rest.strip_prefix("disable=") {
        let names = listed(names);
        return (!names.is_empty()).then(|| directive(Tool::Kics, names, Reach::File));
    }
    let reach = match rest {
        "ignore-line" => Reach::NextLine,
        "ignore-block" => Reach::Target,
        "ignore" => Reach::File,
        _ => return None,
    };
    Some(directive(Tool::Kics, Vec::new(), reach))
}

/// A word of Trivy or tfsec: `trivy:ignore:ID[:exp:2027-01-31]`. None when it is no such word; an
/// empty option when it asks for something that is not known here.
fn aqua(word: &str) -> Option<Option<Directive>> {
    let word = word.trim_start_matches('#');
    let trivy = word.strip_prefix("trivy:ignore:").map(|rest| (Tool::Trivy, rest));
    let tfsec = || word.strip_prefix("tfsec:ignore:").map(|rest| (Tool::Tfsec, rest));
    let (tool, rest) = trivy.or_else(tfsec)?;
    let mut parts = rest.split(':');
    let name = parts.next().unwrap_or_default().to_owned();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let mut directive = directive(tool, vec![name.clone()], Reach::Target);
    if name.is_empty() || !name.chars().all(is_plain) {
        return Some(None);
    }
    while let Some(key) = parts.next() {
        match (key, parts.next().map(str::parse)) {
            ("exp", Some(Ok(date))) => directive.until = Some(date),
            _ => return Some(None),
        }
    }
    Some(Some(directive))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A directive in a few words.
    fn short(text: &str) -> String {
        let directives = match read(text) {
            Ok(directives) => directives,
            Err(reason) => return format!("error: {reason}"),
        };
        let texts = directives.iter().map(|d| {
            let until = d.until.map(|date| format!(" until {date}")).unwrap_or_default();
            let reason = d.reason.as_ref().map(|r| format!(" because {r}")).unwrap_or_default();
            format!("{} {:?} {:?}{until}{reason}", d.tool.as_str(), d.names, d.reach)
        });
        texts.collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn comments_are_read() {
        for (text, expected) in [
            (
                "plangate:ignore aws-a,CKV_1 reason=\"a public site\" until=2027-01-31",
                "plangate [\"aws-a\", \"CKV_1\"] Target until 2027-01-31 because a public site",
            ),
            (
                "plangate:ignore aws-a until=2027-02-30 reason=x",
                "error: `2027-02-30` is no date: write it as 2027-01-31",
            ),
            (
                "plangate:ignore aws-a until=2027-01-31",
                "error: it gives no reason: add `reason=\"…\"`",
            ),
            (
                "plangate:ignore aws-a reason=x",
                "error: it has no end: add `until=`, and a date such as 2027-01-31",
            ),
            (
                "plangate:ignore reason=x until=2027-01-31",
                "error: it names no policy: `plangate:ignore ID reason=\"…\" until=DATE`",
            ),
            (
                "plangate:ignore aws-a reasons=x",
                "error: there is no `reasons`: the keys are reason, until, owner and ticket",
            ),
            ("plangate:ignore aws-a reason=\"x", "error: the quotes of `reason` are not closed"),
            ("plangate:ignore aws-a reason=\" \"", "error: `reason` is empty"),
            (
                "plangate:skip aws-a",
                "error: there is no directive `plangate:skip`, only `plangate:ignore`",
            ),
            ("plangate:ignored a", "error: a space is needed behind `plangate:ignore`"),
            (
                "checkov:skip=CKV_AWS_18:logged elsewhere",
                "checkov [\"CKV_AWS_18\"] Enclosing because logged elsewhere",
            ),
            (
                "checkov:skip=CKV_AWS_18, CKV_AWS_19",
                "checkov [\"CKV_AWS_18\", \"CKV_AWS_19\"] Enclosing",
            ),
            ("checkov:skip=", ""),
            (
                "ts:skip=AC_AWS_0207 it is public",
                "terrascan [\"AC_AWS_0207\"] Enclosing because it is public",
            ),
            ("trivy:ignore:AVD-AWS-0088", "trivy [\"AVD-AWS-0088\"] Target"),
            (
                "trivy:ignore:AVD-AWS-0088:exp:2027-01-31 trivy:ignore:AWS-0089",
                "trivy [\"AVD-AWS-0088\"] Target until 2027-01-31; trivy [\"AWS-0089\"] Target",
            ),
            (
                "tfsec:ignore:aws-s3-a #tfsec:ignore:aws-s3-b",
                "tfsec [\"aws-s3-a\"] Target; tfsec [\"aws-s3-b\"] Target",
            ),
            ("tfsec:ignore:aws-s3-a:ws:production", ""),
            ("tfsec:ignore:*", ""),
            ("trivy:ignore:AVD-AWS-0107[from_port=22]", ""),
            ("kics-scan ignore-line", "kics [] NextLine"),
            ("kics-scan ignore-block", "kics [] Target"),
            ("kics-scan disable=a-b,c", "kics [\"a-b\", \"c\"] File"),
            ("kics-scan enable=a-b", ""),
            ("see checkov:skip=CKV_AWS_18", ""),
        ] {
            assert_eq!(short(text), expected, "{text}");
        }
    }
}
