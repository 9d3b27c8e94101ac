//! `docs/policies.md` says what the policies say of themselves: it is made from their metadata.
//!
//! `UPDATE=1 cargo test policy_docs` writes it anew.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use plangate::base::{Profile, Severity};
use plangate::policy::{self, Metadata, Policy, PolicySet, Scope};

use crate::support;

/// Providers and services as people call them, where that is neither their name in capitals nor
/// their name with one.
const NAMES: [(&str, &str); 7] = [
    ("google", "Google Cloud"),
    ("bigquery", "BigQuery"),
    ("cloudfront", "CloudFront"),
    ("dynamodb", "DynamoDB"),
    ("elb", "Load balancing"),
    ("keyvault", "Key Vault"),
    ("route53", "Route 53"),
];

const HEAD: &str = "\
# Policies

<!-- Made from the metadata of the policies: UPDATE=1 cargo test policy_docs -->

What plangate checks out of the box. `plangate explain ID` prints the same for one policy on the
terminal, and `plangate policies show ID` what it reads; the codes of other tools are accepted
wherever an id is. Severities are: critical, where anyone can reach it or a loss cannot be undone;
high, one step away from that; medium, defence in depth and resilience; low, hygiene.

Without configuration plangate judges by the profile `baseline`: what nearly everyone agrees on. The
profile `strict` (`--profile strict`, or `policies.profile` in the configuration) adds the policies
that are marked so: what costs money or work, and what only some need.
";

fn name(word: &str) -> String {
    let known = NAMES.iter().find(|(key, _)| *key == word);
    let capitals = if word.len() <= 3 { word.len() } else { 1 };
    let spelt = || word[..capitals].to_uppercase() + &word[capitals..];
    known.map_or_else(spelt, |(_, name)| (*name).to_owned())
}

/// The provider and the service of a policy, from its path.
fn group(policy: &Policy) -> (String, String) {
    let mut words = policy.package.split('.').skip(1);
    let mut next = || words.next().unwrap_or_default().to_owned();
    (next(), next())
}

fn document() -> String {
    let set = PolicySet::load(policy::built_in());
    let mut groups: BTreeMap<(String, String), Vec<&Policy>> = BTreeMap::new();
    for policy in set.policies.values() {
        groups.entry(group(policy)).or_default().push(policy);
    }
    let mut text = HEAD.to_owned();
    write_summary(&mut text, &set).unwrap();
    for ((provider, service), policies) in &groups {
        write!(text, "\n## {} {}\n", name(provider), name(service)).unwrap();
        write_table(&mut text, policies).unwrap();
        for policy in policies {
            write_policy(&mut text, policy).unwrap();
        }
    }
    text
}

/// How many there are, by provider and severity.
fn write_summary(text: &mut String, set: &PolicySet) -> std::fmt::Result {
    let severities = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low];
    let mut counts: BTreeMap<String, BTreeMap<Severity, usize>> = BTreeMap::new();
    for policy in set.policies.values() {
        let by_severity = counts.entry(group(policy).0).or_default();
        *by_severity.entry(policy.metadata.severity).or_default() += 1;
    }
    write!(text, "\n| | critical | high | medium | low | |\n|---|---|---|---|---|---|\n")?;
    for (provider, by_severity) in &counts {
        write!(text, "| {} |", name(provider))?;
        for severity in severities {
            write!(text, " {} |", by_severity.get(&severity).copied().unwrap_or_default())?;
        }
        writeln!(text, " {} |", by_severity.values().sum::<usize>())?;
    }
    Ok(())
}

fn write_table(text: &mut String, policies: &[&Policy]) -> std::fmt::Result {
    write!(text, "\n| policy | severity | fault |\n|---|---|---|\n")?;
    for policy in policies {
        let (id, metadata) = (&policy.id, &policy.metadata);
        let mark = if is_strict(metadata) { ", strict only" } else { "" };
        writeln!(text, "| [{id}](#{id}) | {}{mark} | {} |", metadata.severity, metadata.title)?;
    }
    Ok(())
}

fn write_policy(text: &mut String, policy: &Policy) -> std::fmt::Result {
    let (id, metadata) = (&policy.id, &policy.metadata);
    let mark = if is_strict(metadata) { " · only in the profile `strict`" } else { "" };
    write!(text, "\n### {id}\n\n**{}** · {}{mark}\n", metadata.title, metadata.severity)?;
    write!(text, "\n{}\n", metadata.description)?;
    if !metadata.remediation.is_empty() {
        write!(text, "\n**Remedy:** {}\n", metadata.remediation)?;
    }
    write_facts(text, metadata)?;
    write_examples(text, metadata)
}

fn write_facts(text: &mut String, metadata: &Metadata) -> std::fmt::Result {
    text.push('\n');
    match metadata.scope {
        Scope::Plan | Scope::Document => {
            writeln!(text, "- Judges: the plan, or the state, as a whole")?
        }
        Scope::Resource if metadata.resource_types == ["*"] => {
            writeln!(text, "- Judges: resources of every type")?;
        }
        Scope::Resource => writeln!(text, "- Judges: {}", code(&metadata.resource_types))?,
    }
    if !metadata.needs.is_empty() {
        let needs = metadata.needs.iter().map(|need| need.as_str());
        writeln!(text, "- Needs: {}", needs.collect::<Vec<_>>().join(", "))?;
    }
    for (name, parameter) in &metadata.params {
        let default = match parameter.required {
            true => "to be set".to_owned(),
            false => format!("`{}`", serde_json::to_string(&parameter.default).unwrap_or_default()),
        };
        writeln!(text, "- Parameter `{name}`, {default}: {}", parameter.description)?;
    }
    for (name, assumption) in &metadata.assumptions {
        writeln!(text, "- Assumption `{name}`: {}", assumption.description)?;
    }
    if !metadata.aliases.is_empty() {
        writeln!(text, "- Also known as: {}", code(&metadata.aliases))?;
    }
    let controls = metadata.controls.iter();
    let controls: Vec<String> =
        controls.map(|(name, numbers)| format!("{name} {}", numbers.join(", "))).collect();
    if !controls.is_empty() {
        writeln!(text, "- Controls: {}", controls.join("; "))?;
    }
    for reference in &metadata.references {
        writeln!(text, "- <{reference}>")?;
    }
    Ok(())
}

fn write_examples(text: &mut String, metadata: &Metadata) -> std::fmt::Result {
    let Some(examples) = &metadata.examples else { return Ok(()) };
    write!(text, "\n<details><summary>Examples</summary>\n")?;
    for (form, example) in [("Fails", &examples.fails), ("Passes", &examples.passes)] {
        write!(text, "\n{form}:\n\n```hcl\n{example}\n```\n")?;
    }
    write!(text, "\n</details>\n")
}

/// True for a policy that belongs to no profile but `strict`.
fn is_strict(metadata: &Metadata) -> bool {
    !metadata.profiles.contains(&Profile::Baseline)
}

fn code(words: &[String]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

#[test]
fn the_page_is_current() {
    let path = support::path("docs/policies.md");
    let expected = document();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &expected).unwrap();
    }
    let actual = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(actual == expected, "docs/policies.md is old: UPDATE=1 cargo test policy_docs");
}
