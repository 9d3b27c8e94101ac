//! Documents that could decide a verdict, for one of which nothing is known.
//!
//! Permissions for everybody and everything, none at all, everything denied, and statements about what
//! the policy itself names: principals, actions, resources, conditions.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::iam;
use super::table::Kind;
use crate::model::{Object, Value};

/// So many texts of a policy make documents of their own.
const MOST_TEXTS: usize = 24;

/// So many conditions make documents of their own.
const MOST_CONDITIONS: usize = 32;

/// So many of them come before all conditions at once.
const FIRST_CONDITIONS: usize = 2;

/// So many of them do in the less telling statements.
const FEW_CONDITIONS: usize = 8;

/// Documents of a kind for a policy that mentions `words` and compares with `texts`.
pub(in crate::engine) fn documents<'a>(
    kind: Kind,
    words: impl Iterator<Item = &'a str>,
    texts: &[Arc<str>],
) -> Vec<Value> {
    let words: Vec<&str> = words.collect();
    let documents = match kind {
        Kind::Iam => permissions(&words, texts),
        Kind::Containers | Kind::Json => {
            let mut all = objects(&words, texts).into_iter().map(list).collect::<Vec<_>>();
            all.extend(objects(&words, texts));
            all.extend(if kind == Kind::Json { permissions(&words, texts) } else { Vec::new() });
            all
        }
    };
    let mut seen = BTreeSet::new();
    let documents = documents.iter().map(Value::to_json).filter(|text| seen.insert(text.clone()));
    documents.map(|document| text(&document)).collect()
}

fn permissions(words: &[&str], texts: &[Arc<str>]) -> Vec<Value> {
    let everybody = || ("Principal", text("*"));
    let everything = || [("Action", text("*")), ("Resource", text("*"))];
    let allow = || ("Effect", text("Allow"));
    let statement =
        |members: Vec<(&str, Value)>| object(vec![("Statement", list(object(members)))]);
    let all = || vec![allow(), everybody()].into_iter().chain(everything());
    let mut documents = vec![
        statement(all().collect()),
        object(vec![("Statement", Value::Array(Box::default()))]),
        statement(vec![
            allow(),
            everybody(),
            ("NotAction", text("a:b")),
            ("NotResource", text("a")),
        ]),
    ];
    let all_conditions = [("Deny", "false"), ("Deny", "true"), ("Allow", "false"), ("Allow", "a")];
    let all_conditions =
        all_conditions.into_iter().map(|(effect, value)| (effect, condition(words, value)));
    // One condition may do what several together do not; the first that a policy names likely does.
    let mut conditions = single_conditions(words);
    let after = conditions.len().min(FIRST_CONDITIONS);
    conditions.splice(after..after, all_conditions);
    for (effect, condition) in conditions {
        let members = [("Effect", text(effect)), everybody(), ("Condition", condition)];
        documents.push(statement(members.into_iter().chain(everything()).collect()));
    }
    for (kind, name) in
        [("AWS", "*"), ("AWS", "arn:aws:iam::123456789012:root"), ("Service", "a.amazonaws.com")]
    {
        let principal = ("Principal", object(vec![(kind, text(name))]));
        documents
            .push(statement(vec![allow(), principal].into_iter().chain(everything()).collect()));
    }
    for named in texts.iter().take(MOST_TEXTS).map(|text| &**text) {
        let provider = format!("arn:aws:iam::123456789012:oidc-provider/{named}");
        let kinds =
            vec![("AWS", text(named)), ("Federated", text(&provider)), ("Service", text(named))];
        let principal = ("Principal", object(kinds));
        documents
            .push(statement(vec![allow(), principal].into_iter().chain(everything()).collect()));
        for element in ["Action", "Resource", "NotAction"] {
            let members = all().filter(|(name, _)| !element.ends_with(name));
            documents.push(statement(members.chain([(element, text(named))]).collect()));
        }
    }
    documents
}

/// A condition with every operator and key that the policy names.
fn condition(words: &[&str], value: &str) -> Value {
    let keyed = || object(keys(words).map(|key| (key, list(text(value)))).collect());
    object(operators(words).into_iter().map(|operator| (operator, keyed())).collect())
}

/// Conditions with one operator and one key that the policy names, those that it names first above all,
/// in denials and permissions.
fn single_conditions(words: &[&str]) -> Vec<(&'static str, Value)> {
    let operators: Vec<_> = operators(words).into_iter().enumerate().collect();
    let of_key = |(at, key)| operators.iter().map(move |(other, name)| (at + other, *name, key));
    let mut pairs: Vec<(usize, &str, &str)> = keys(words).enumerate().flat_map(of_key).collect();
    pairs.sort_by_key(|(distance, ..)| *distance);
    let effects = [("Deny", "false", MOST_CONDITIONS), ("Allow", "a", FEW_CONDITIONS)];
    let effects = effects
        .into_iter()
        .chain([("Deny", "true", FEW_CONDITIONS), ("Allow", "true", FEW_CONDITIONS)]);
    let all = effects.flat_map(|(effect, value, most)| {
        pairs.iter().take(most).map(move |(_, operator, key)| {
            (effect, object(vec![(operator, object(vec![(key, list(text(value)))]))]))
        })
    });
    all.collect()
}

/// The condition keys that a policy names.
fn keys<'a>(words: &[&'a str]) -> impl Iterator<Item = &'a str> {
    words.iter().copied().filter(|word| word.contains(':') && !word.contains(['/', ' ', '*']))
}

/// The condition operators that a policy names.
fn operators<'a>(words: &[&'a str]) -> Vec<&'a str> {
    let named: Vec<&str> = words.iter().copied().filter(|word| iam::is_operator(word)).collect();
    if named.is_empty() { vec!["Bool", "StringEquals"] } else { named }
}

/// Objects that have every name in the policy, with one value for all, and one within another.
fn objects(words: &[&str], texts: &[Arc<str>]) -> Vec<Value> {
    let is_name =
        |word: &&&str| !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || c == '_');
    let all = |value: &Value| {
        object(words.iter().filter(is_name).map(|word| (*word, value.clone())).collect())
    };
    let mut values = vec![Value::Bool(true), Value::Bool(false), text("*")];
    values.extend(texts.iter().take(MOST_TEXTS).map(|named| Value::String(named.clone())));
    let flat: Vec<Value> = values.iter().map(all).collect();
    let nested = flat.iter().take(2).flat_map(|flat| [all(flat), all(&list(flat.clone()))]);
    let nested: Vec<Value> = nested.collect();
    [object(Vec::new())].into_iter().chain(flat).chain(nested).collect()
}

fn text(text: &str) -> Value {
    Value::String(Arc::from(text))
}

fn list(only: Value) -> Value {
    Value::Array(vec![only].into())
}

fn object(members: Vec<(&str, Value)>) -> Value {
    let members = members.into_iter().map(|(name, value)| (Arc::from(name), value));
    Value::Object(Object::new(members.collect()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn documents_for(kind: Kind, words: &[&str], texts: &[&str]) -> Vec<String> {
        let texts: Vec<Arc<str>> = texts.iter().map(|text| Arc::from(*text)).collect();
        let documents = documents(kind, words.iter().copied(), &texts);
        documents.iter().map(|document| document.as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn permissions_speak_of_what_a_policy_names() {
        let words = ["Bool", "BoolIfExists", "aws:securetransport", "s3:tlsversion", "Statement"];
        let documents = documents_for(Kind::Iam, &words, &["kms:Decrypt"]);
        for part in [
            r#"{"Statement":[]}"#,
            r#""Condition":{"Bool":{"aws:securetransport":["false"]}},"Effect":"Deny""#,
            r#""Condition":{"Bool":{"aws:securetransport":["false"],"s3:tlsversion":["false"]}"#,
            r#""Condition":{"BoolIfExists":{"s3:tlsversion":["true"]}},"Effect":"Deny""#,
            r#""Action":"kms:Decrypt""#,
            r#""NotAction":"kms:Decrypt""#,
        ] {
            assert!(documents.iter().any(|document| document.contains(part)), "{part}");
        }
        for document in &documents {
            super::super::parse(document, Some(Kind::Iam)).unwrap();
        }
    }

    #[test]
    fn containers_have_what_a_policy_names() {
        let documents =
            documents_for(Kind::Containers, &["linuxParameters", "privileged"], &["root"]);
        for part in [
            r#"[{"linuxParameters":true,"privileged":true}]"#,
            r#""linuxParameters":{"linuxParameters":true,"privileged":true}"#,
            r#"[{"linuxParameters":"root","privileged":"root"}]"#,
        ] {
            assert!(documents.iter().any(|document| document.contains(part)), "{part}");
        }
    }
}
