//! IAM documents in one spelling, whatever the author's.
//!
//! The grammar is AWS's: its user guide, "Grammar of the IAM JSON policy language". A list may
//! be written as its only element, `"Principal": "*"` stands for everybody, and names of condition
//! operators and keys are not case-sensitive. Effects and values are left as they are.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{Object, Value};

/// What a document or a part of it may have as members, in AWS's spelling.
const ELEMENTS: [&str; 13] = [
    "Version",
    "Id",
    "Statement",
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
    "Comment",
];

const PRINCIPALS: [&str; 4] = ["AWS", "Service", "Federated", "CanonicalUser"];

const OPERATORS: [&str; 27] = [
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "DateEquals",
    "DateNotEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
    "Bool",
    "BinaryEquals",
    "IpAddress",
    "NotIpAddress",
    "ArnEquals",
    "ArnNotEquals",
    "ArnLike",
    "ArnNotLike",
    "Null",
];

/// Why a value is no IAM document, in words that quote nothing of it.
pub(super) type Fault = &'static str;

/// True for the name of a condition operator, in AWS's spelling.
pub(super) fn is_operator(name: &str) -> bool {
    OPERATORS.contains(&name.strip_suffix("IfExists").unwrap_or(name))
}

/// The canonical form of a document.
///
/// # Errors
/// Why it is none.
pub(super) fn canonical(document: &Value) -> Result<Value, Fault> {
    let Value::Object(members) = document else { return Err("it is no JSON object") };
    let mut members = respelled(members, &ELEMENTS)?;
    let statements = members.get("Statement").map(list).unwrap_or_default();
    let statements: Vec<Value> = statements.iter().map(statement).collect::<Result<_, _>>()?;
    members.insert(Arc::from("Statement"), Value::Array(statements.into()));
    object(members)
}

fn statement(statement: &Value) -> Result<Value, Fault> {
    let Value::Object(members) = statement else { return Err("a statement is no JSON object") };
    let mut members = respelled(members, &ELEMENTS)?;
    for (name, value) in &mut members {
        let canonical = match &**name {
            "Action" | "NotAction" | "Resource" | "NotResource" => strings(value)?,
            "Principal" | "NotPrincipal" => principal(value)?,
            "Condition" => condition(value)?,
            _ => continue,
        };
        *value = canonical;
    }
    object(members)
}

/// `"*"` becomes `{"*": ["*"]}`, and every kind of principal a list.
fn principal(value: &Value) -> Result<Value, Fault> {
    let Value::Object(members) = value else {
        let named = strings(value)?;
        let is_everybody =
            named.as_array().is_some_and(|n| n.iter().any(|n| n.as_str() == Some("*")));
        let kind = if is_everybody { "*" } else { "AWS" };
        return object(BTreeMap::from([(Arc::from(kind), named)]));
    };
    let mut members = respelled(members, &PRINCIPALS)?;
    for value in members.values_mut() {
        *value = strings(value)?;
    }
    object(members)
}

/// Operators by name, each with its keys in lower case, each with a list of strings.
fn condition(value: &Value) -> Result<Value, Fault> {
    let Value::Object(operators) = value else { return Err("a condition is no JSON object") };
    let mut canonical: BTreeMap<Arc<str>, BTreeMap<Arc<str>, Value>> = BTreeMap::new();
    for (operator, keys) in operators {
        let Value::Object(keys) = keys else { return Err("a condition operator has no keys") };
        let known = canonical.entry(self::operator(operator)).or_default();
        for (key, values) in keys {
            let before = known.insert(Arc::from(key.to_lowercase()), strings(values)?);
            if before.is_some() {
                return Err("a condition has a key twice");
            }
        }
    }
    let operators = canonical.into_iter().map(|(name, keys)| Ok((name, object(keys)?)));
    object(operators.collect::<Result<_, Fault>>()?)
}

/// The operator in AWS's spelling, with `ForAllValues:` or `ForAnyValue:` before it and `IfExists`
/// after it; one that AWS does not know stays.
fn operator(written: &Arc<str>) -> Arc<str> {
    let (set, rest) = match written.split_once(':') {
        Some((set, rest)) => (spelled(set, &["ForAllValues", "ForAnyValue"]), rest),
        None => (None, &**written),
    };
    if set.is_none() && written.contains(':') {
        return written.clone();
    }
    let exists = "IfExists";
    let at = rest.len().saturating_sub(exists.len());
    let (name, suffix) = match (rest.get(..at), rest.get(at..)) {
        (Some(name), Some(tail)) if tail.eq_ignore_ascii_case(exists) => (name, exists),
        _ => (rest, ""),
    };
    let Some(name) = spelled(name, &OPERATORS) else { return written.clone() };
    let set = set.map(|set| format!("{set}:")).unwrap_or_default();
    Arc::from(format!("{set}{name}{suffix}"))
}

fn spelled<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    known.iter().find(|known| known.eq_ignore_ascii_case(name)).copied()
}

/// The members by their names in AWS's spelling.
fn respelled(members: &Object, known: &[&str]) -> Result<BTreeMap<Arc<str>, Value>, Fault> {
    let mut found = BTreeMap::new();
    for (name, value) in members.iter().filter(|(_, value)| *value != Value::Null) {
        let name = spelled(name, known).map_or_else(|| name.clone(), Arc::from);
        if found.insert(name, value.clone()).is_some() {
            return Err("it has an element in two spellings");
        }
    }
    Ok(found)
}

fn list(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(elements) => elements.to_vec(),
        other => vec![other.clone()],
    }
}

/// A list of strings; numbers and truth values are written as such.
fn strings(value: &Value) -> Result<Value, Fault> {
    let text = |value: Value| match value {
        Value::String(_) => Ok(value),
        Value::Bool(truth) => Ok(Value::String(Arc::from(truth.to_string()))),
        Value::Integer(number) => Ok(Value::String(Arc::from(number.to_string()))),
        Value::Number(number) => Ok(Value::String(number)),
        Value::Null | Value::Array(_) | Value::Object(_) => {
            Err("an element that takes strings holds another value")
        }
    };
    let texts: Vec<Value> = list(value).into_iter().map(text).collect::<Result<_, _>>()?;
    Ok(Value::Array(texts.into()))
}

fn object(members: BTreeMap<Arc<str>, Value>) -> Result<Value, Fault> {
    let members = Object::new(members.into_iter().collect());
    members.map(Value::Object).map_err(|_| "it has a member twice")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(document: &str) -> String {
        match canonical(&serde_json::from_str(document).unwrap()) {
            Ok(document) => serde_json::to_string(&document).unwrap(),
            Err(fault) => fault.to_owned(),
        }
    }

    #[test]
    fn documents_come_in_one_spelling() {
        let canonical =
            r#"{"Statement":[{"Action":["*"],"Effect":"Allow","Principal":{"*":["*"]}}]}"#;
        for document in [
            r#"{"Statement":{"Effect":"Allow","Action":"*","Principal":"*"}}"#,
            r#"{"Statement":[{"Effect":"Allow","Action":["*"],"Principal":["*"]}]}"#,
            r#"{"statement":[{"effect":"Allow","ACTION":["*"],"principal":{"*":"*"}}]}"#,
        ] {
            assert_eq!(shown(document), canonical);
        }
        assert_eq!(
            shown(
                r#"{"Statement":{"NotPrincipal":{"aws":"1","SERVICE":["s"]},"NotAction":"a","NotResource":[]}}"#
            ),
            r#"{"Statement":[{"NotAction":["a"],"NotPrincipal":{"AWS":["1"],"Service":["s"]},"NotResource":[]}]}"#
        );
        assert_eq!(
            shown(r#"{"Statement":{"Principal":"1"}}"#),
            r#"{"Statement":[{"Principal":{"AWS":["1"]}}]}"#
        );
        assert_eq!(shown("{}"), r#"{"Statement":[]}"#);
    }

    #[test]
    fn conditions_come_in_one_spelling() {
        let condition = |text: &str| shown(&format!(r#"{{"Statement":{{"Condition":{text}}}}}"#));
        assert_eq!(
            condition(
                r#"{"bool":{"aws:SecureTransport":false},"foranyvalue:stringlikeifexists":{"aws:PrincipalOrgID":"o-1"},"Odd":{}}"#
            ),
            r#"{"Statement":[{"Condition":{"Bool":{"aws:securetransport":["false"]},"ForAnyValue:StringLikeIfExists":{"aws:principalorgid":["o-1"]},"Odd":{}}}]}"#
        );
        assert_eq!(
            condition(r#"{"NumericLessThan":{"a":5},"numericlessthan":{"b":[6,"7"]}}"#),
            r#"{"Statement":[{"Condition":{"NumericLessThan":{"a":["5"],"b":["6","7"]}}}]}"#
        );
        assert_eq!(
            condition(r#"{"Bool":{"A":"true","a":"false"}}"#),
            "a condition has a key twice"
        );
        assert_eq!(condition(r#"{"Bool":true}"#), "a condition operator has no keys");
        assert_eq!(condition("[]"), "a condition is no JSON object");
    }

    #[test]
    fn other_values_are_no_documents() {
        assert_eq!(shown("[]"), "it is no JSON object");
        assert_eq!(shown(r#"{"Statement":["x"]}"#), "a statement is no JSON object");
        assert_eq!(
            shown(r#"{"Statement":{"Effect":"Allow","effect":"Deny"}}"#),
            "it has an element in two spellings"
        );
        assert_eq!(
            shown(r#"{"Statement":{"Action":{}}}"#),
            "an element that takes strings holds another value"
        );
    }
}
