//! Policy sets of HCP Terraform: `policies.hcl` or `policies.json`, which names queries to Rego and
//! how strictly each is meant. Those for Sentinel are told apart and refused.

mod run;

use std::collections::BTreeSet;
use std::ops::Range;

use hcl_edit::Span as _;
use hcl_edit::expr::Expression;
use hcl_edit::parser;
use hcl_edit::structure::{Body, Structure};

use super::{PolicyError, PolicyFault};
use crate::base::{Enforcement, Source, Span};
use crate::model::Value;
pub use run::read_run;

/// What the file is called that makes a directory a policy set.
const FILES: [&str; 2] = ["policies.hcl", "policies.json"];

/// The file of a policy set for Sentinel.
const SENTINEL_FILE: &str = "sentinel.hcl";

/// True for a file that says that a directory is a policy set, of OPA or of Sentinel.
#[must_use]
pub fn is_file(path: &str) -> bool {
    FILES.contains(&path) || path == SENTINEL_FILE
}

/// A policy of a set.
#[derive(Debug, Clone)]
pub struct SetPolicy {
    /// What it is called.
    pub name: String,
    /// The rule that is asked for: the steps behind `data`.
    pub query: Vec<String>,
    /// How strictly it is meant.
    pub level: Enforcement,
    /// What it is about.
    pub description: Option<String>,
    /// The file that says so.
    pub source: Source,
    /// Where it says so.
    pub span: Option<Span>,
}

/// A policy as it is written.
struct Written {
    name: String,
    span: Option<Span>,
    /// Names, texts and places of its members; a value that is no text has none.
    members: Vec<(String, Option<String>, Option<Span>)>,
}

/// The policies that the file of a set names.
///
/// # Errors
/// Everything that is wrong with it.
fn read(source: &Source) -> Result<Vec<SetPolicy>, Vec<PolicyError>> {
    let written = match source.name().ends_with(".json") {
        true => from_json(source),
        false => from_hcl(source),
    };
    let written = written.map_err(|error| vec![*error])?;
    let (mut policies, mut errors, mut names) = (Vec::new(), Vec::new(), BTreeSet::new());
    for written in written {
        if !names.insert(written.name.clone()) {
            let reason = format!("it names `{}` twice", written.name);
            errors.push(*fail(source, written.span, &reason, "give each policy a name of its own"));
            continue;
        }
        match policy(source, written) {
            Ok(policy) => policies.push(policy),
            Err(error) => errors.push(*error),
        }
    }
    if policies.is_empty() && errors.is_empty() {
        let help = "name policies as in `policy \"name\" { query = \"data.terraform.deny\" … }`";
        errors.push(*fail(source, None, "it names no policy", help));
    }
    if errors.is_empty() { Ok(policies) } else { Err(errors) }
}

/// The policies of the set at `path`, whose `files` say that it is one.
///
/// # Errors
/// Everything that is wrong with it.
pub fn of_files(path: &str, files: &[Source]) -> Result<Vec<SetPolicy>, Vec<PolicyError>> {
    let whole =
        |reason: &str, help: &str| Err(vec![*fail(&Source::new(path, ""), None, reason, help)]);
    match files {
        [file] if file.name().ends_with(SENTINEL_FILE) => {
            whole("it is for Sentinel, which is not Rego", FOR_SENTINEL)
        }
        [file] => read(file),
        [] => whole(
            "there is no `policies.hcl` or `policies.json`",
            "name the root of the policy set, where that file stands",
        ),
        _ => whole(
            "there are several files that name its policies",
            "keep one of `policies.hcl`, `policies.json` and `sentinel.hcl`",
        ),
    }
}

/// What to do with policies for Sentinel.
const FOR_SENTINEL: &str = "plangate runs policy sets for OPA: write the policy in Rego, \
                            https://developer.hashicorp.com/terraform/cloud-docs/policy-enforcement \
                            has both, and docs/migrating.md an example";

fn policy(source: &Source, written: Written) -> Result<SetPolicy, Box<PolicyError>> {
    let Written { name, span, members } = written;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if name.is_empty() || !name.chars().all(is_plain) {
        let reason = format!("`{}` is no name of a policy", name.escape_debug());
        return Err(fail(source, span, &reason, "a name has letters, digits, `-` and `_`"));
    }
    let (mut query, mut level, mut description) = (None, None, None);
    let mut seen = BTreeSet::new();
    for (key, text, place) in members {
        let place = place.or(span);
        if !seen.insert(key.clone()) {
            let reason = format!("`{key}` of `{name}` is set twice");
            return Err(fail(source, place, &reason, "set it once"));
        }
        if key == "source" {
            let reason = format!("`{name}` is for Sentinel: it has a `source`");
            return Err(fail(source, place, &reason, FOR_SENTINEL));
        }
        let Some(text) = text else {
            let reason = format!("`{key}` of `{name}` is no plain string");
            return Err(fail(source, place, &reason, "write it as a string without templates"));
        };
        match key.as_str() {
            "query" => query = Some(steps(source, place, &text)?),
            "enforcement_level" => level = Some(self::level(source, place, &name, &text)?),
            "description" => description = Some(text),
            _ => {
                let reason = format!("`{name}` has no `{}`", key.escape_debug());
                let help = "the members are `query`, `enforcement_level` and `description`";
                return Err(fail(source, place, &reason, help));
            }
        }
    }
    let missing =
        |key: &str, help: &str| fail(source, span, &format!("`{name}` has no `{key}`"), help);
    Ok(SetPolicy {
        query: query.ok_or_else(|| {
            missing("query", "name the rule, as in `query = \"data.terraform.deny\"`")
        })?,
        level: level.ok_or_else(|| {
            missing("enforcement_level", "say how strictly it is meant: `advisory` or `mandatory`")
        })?,
        name: name.clone(),
        description,
        source: source.clone(),
        span,
    })
}

fn level(
    source: &Source,
    span: Option<Span>,
    name: &str,
    text: &str,
) -> Result<Enforcement, Box<PolicyError>> {
    match text {
        "advisory" => Ok(Enforcement::Advisory),
        // Whoever may override policies can override it there.
        "mandatory" => Ok(Enforcement::SoftMandatory),
        "soft-mandatory" | "hard-mandatory" => {
            let reason = format!("`{text}` of `{name}` is a level of Sentinel");
            let help = "policies for OPA are `advisory` or `mandatory`; those for Sentinel must be \
                        written in Rego first";
            Err(fail(source, span, &reason, help))
        }
        _ => {
            let reason = format!("`{name}` has the level `{}`", text.escape_debug());
            Err(fail(source, span, &reason, "policies are `advisory` or `mandatory`"))
        }
    }
}

/// The steps of a query that is the path of a rule, such as `data.terraform["a-b"].deny`.
fn steps(
    source: &Source,
    span: Option<Span>,
    query: &str,
) -> Result<Vec<String>, Box<PolicyError>> {
    let other = || {
        let reason = format!("the query `{}` is not the path of a rule", query.escape_debug());
        fail(source, span, &reason, "name a rule and no part of it, as in `data.terraform.deny`")
    };
    let mut rest = query.trim().strip_prefix("data").ok_or_else(other)?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        let (step, after) = if let Some(inner) = rest.strip_prefix("[\"") {
            inner.split_once("\"]").filter(|(step, _)| !step.contains('\\')).ok_or_else(other)?
        } else {
            let inner = rest.strip_prefix('.').ok_or_else(other)?;
            let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
            inner.split_at(inner.find(|c| !is_word(c)).unwrap_or(inner.len()))
        };
        if step.is_empty() {
            return Err(other());
        }
        steps.push(step.to_owned());
        rest = after;
    }
    if steps.len() < 2 { Err(other()) } else { Ok(steps) }
}

fn from_hcl(source: &Source) -> Result<Vec<Written>, Box<PolicyError>> {
    let body = parser::parse_body(source.text()).map_err(|error| {
        let reason = format!("it cannot be read as HCL: {}", error.message());
        let place = error.location();
        let place = crate::base::Place { line: place.line(), column: place.column() };
        let offset = source.offset(place);
        let span = Span { start: offset, end: offset };
        fail(source, Some(span), &reason, "it holds blocks such as `policy \"name\" { … }`")
    })?;
    body.iter().map(|structure| block(source, structure)).collect()
}

fn block(source: &Source, structure: &Structure) -> Result<Written, Box<PolicyError>> {
    let help = "a policy set for OPA holds blocks `policy \"name\" { … }` and nothing else";
    let block = match structure {
        Structure::Block(block) if block.ident.as_str() == "policy" => block,
        Structure::Block(block) => {
            let reason = format!("there is no block `{}`", block.ident.as_str().escape_debug());
            return Err(fail(source, span(block.span()), &reason, help));
        }
        Structure::Attribute(attribute) => {
            let reason = format!("there is no `{}`", attribute.key.as_str().escape_debug());
            return Err(fail(source, span(attribute.span()), &reason, help));
        }
    };
    let [label] = block.labels.as_slice() else {
        return Err(fail(source, span(block.ident.span()), "a policy has one name", help));
    };
    let members = members(source, &block.body)?;
    Ok(Written { name: label.as_str().to_owned(), span: span(label.span()), members })
}

/// Names, texts and places of what a block sets.
type Members = Vec<(String, Option<String>, Option<Span>)>;

fn members(source: &Source, body: &Body) -> Result<Members, Box<PolicyError>> {
    let members = body.iter().map(|structure| match structure {
        Structure::Attribute(attribute) => {
            let text = match &attribute.value {
                Expression::String(text) => Some(text.as_str().to_owned()),
                Expression::HeredocTemplate(heredoc) => heredoc
                    .template
                    .iter()
                    .map(|element| element.as_literal().map(|literal| literal.as_str().to_owned()))
                    .collect(),
                _ => None,
            };
            let place = span(attribute.value.span()).or_else(|| span(attribute.key.span()));
            Ok((attribute.key.as_str().to_owned(), text, place))
        }
        Structure::Block(block) => {
            let reason = format!("a policy has no block `{}`", block.ident.as_str().escape_debug());
            let help = "the members are `query`, `enforcement_level` and `description`";
            Err(fail(source, span(block.ident.span()), &reason, help))
        }
    });
    members.collect()
}

fn span(range: Option<Range<usize>>) -> Option<Span> {
    range.map(Span::from)
}

/// The JSON form of HCL: `{"policy": {"name": {…}}}`, or lists of such objects.
fn from_json(source: &Source) -> Result<Vec<Written>, Box<PolicyError>> {
    let help = "it is a JSON object such as `{\"policy\": {\"name\": {\"query\": …}}}`";
    let value: Value = serde_json::from_str(source.text())
        .map_err(|_| fail(source, None, "it cannot be read as JSON", help))?;
    let objects = |value: &Value| -> Option<Vec<Value>> {
        match value {
            Value::Object(_) => Some(vec![value.clone()]),
            Value::Array(all) => {
                all.iter().all(|one| one.as_object().is_some()).then(|| all.to_vec())
            }
            _ => None,
        }
    };
    let other = || fail(source, None, "it is no object of policies", help);
    let mut written = Vec::new();
    let root = value.as_object().ok_or_else(other)?;
    for (key, blocks) in root {
        if &**key != "policy" {
            let reason = format!("there is no block `{}`", key.escape_debug());
            return Err(fail(source, None, &reason, help));
        }
        for named in objects(blocks).ok_or_else(other)? {
            for (name, bodies) in named.as_object().into_iter().flatten() {
                for body in objects(bodies).ok_or_else(other)? {
                    let members = body.as_object().into_iter().flatten().map(|(key, value)| {
                        (key.to_string(), value.as_str().map(str::to_owned), None)
                    });
                    let members = members.collect();
                    written.push(Written { name: name.to_string(), span: None, members });
                }
            }
        }
    }
    Ok(written)
}

fn fail(source: &Source, span: Option<Span>, reason: &str, help: &str) -> Box<PolicyError> {
    let fault = PolicyFault::BadPolicySet { reason: reason.to_owned(), help: help.to_owned() };
    match span {
        Some(span) => PolicyError::at(source, span, fault),
        None => PolicyError::whole_file(source, fault),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(name: &str, text: &str) -> Result<String, String> {
        let found = read(&Source::new(name, text));
        let line = |policy: &SetPolicy| {
            let SetPolicy { name, query, level, description, .. } = policy;
            format!("{name}: {} {level} {}", query.join("/"), description.as_deref().unwrap_or(""))
        };
        match found {
            Ok(policies) => Ok(policies.iter().map(line).collect::<Vec<_>>().join("; ")),
            Err(errors) => {
                Err(errors.iter().map(|e| e.fault.to_string()).collect::<Vec<_>>().join("; "))
            }
        }
    }

    #[test]
    fn policies_are_read_in_both_forms() {
        let hcl = r#"
            # Comments are welcome.
            policy "one" {
              query = "data.terraform.policies.one.deny"
              enforcement_level = "mandatory"
              description = "First"
            }
            policy "two-2" {
              query             = "data.terraform[\"a-b\"].rule"
              enforcement_level = "advisory"
            }
        "#;
        let json = r#"{"policy": [{"one": {"query": "data.terraform.policies.one.deny",
            "enforcement_level": "mandatory", "description": "First"}},
            {"two-2": [{"query": "data.terraform[\"a-b\"].rule", "enforcement_level": "advisory"}]}]}"#;
        let expected = "one: terraform/policies/one/deny soft-mandatory First; \
                        two-2: terraform/a-b/rule advisory ";
        assert_eq!(read_text("policies.hcl", hcl).as_deref(), Ok(expected));
        assert_eq!(read_text("policies.json", json).as_deref(), Ok(expected));
    }

    #[test]
    fn whatever_else_it_says_is_refused() {
        let policy = |members: &str| format!("policy \"p\" {{\n{members}\n}}\n");
        let query = "query = \"data.a.deny\"\n";
        let level = "enforcement_level = \"mandatory\"\n";
        for (text, says) in [
            (String::new(), "it names no policy"),
            ("x = 1".to_owned(), "there is no `x`"),
            ("import \"a\" {}".to_owned(), "there is no block `import`"),
            ("policy {}".to_owned(), "a policy has one name"),
            ("policy \"a b\" {}".to_owned(), "`a b` is no name of a policy"),
            (policy(query), "`p` has no `enforcement_level`"),
            (policy(level), "`p` has no `query`"),
            (policy(&[query, query, level].concat()), "redefined attribute"),
            (policy("query = var.x"), "`query` of `p` is no plain string"),
            (policy("query = \"data.${x}.deny\""), "`query` of `p` is no plain string"),
            (policy("query = \"data.a.deny[_]\""), "is not the path of a rule"),
            (policy("query = \"data.a\""), "is not the path of a rule"),
            (policy("query = \"input.plan\""), "is not the path of a rule"),
            (policy("query = \"data.a.deny; true\""), "is not the path of a rule"),
            (policy("source = \"./p.sentinel\""), "`p` is for Sentinel: it has a `source`"),
            (policy("enforcement_level = \"hard-mandatory\""), "is a level of Sentinel"),
            (policy("enforcement_level = \"warn\""), "`p` has the level `warn`"),
            (policy("params = \"x\""), "`p` has no `params`"),
            (policy("x {}"), "a policy has no block `x`"),
            (policy(&[query, level].concat()).repeat(2), "it names `p` twice"),
            ("policy \"p\" {".to_owned(), "it cannot be read as HCL"),
        ] {
            let found = read_text("policies.hcl", &text).unwrap_err();
            assert!(found.contains(says), "{text}: {found}");
        }
        for (text, says) in [
            ("[]", "it is no object of policies"),
            ("{\"policy\": {\"a\": 1}}", "it is no object of policies"),
            ("{\"policy\": {}, \"x\": {}}", "there is no block `x`"),
            ("{\"policy\": {\"p\": {\"query\": 1}}}", "`query` of `p` is no plain string"),
            ("{", "it cannot be read as JSON"),
        ] {
            let found = read_text("policies.json", text).unwrap_err();
            assert!(found.contains(says), "{text}: {found}");
        }
    }
}
