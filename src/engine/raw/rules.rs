//! The rules of a set that judge, found by their names.

use std::collections::{BTreeMap, BTreeSet};

use regorus::unstable::{Expr, Ref, Rule, RuleHead};

use super::load::Loaded;
use super::{RawRule, RuleKind, Shape};
use crate::base::{Enforcement, Severity, Source};
use crate::engine::guard::ours;
use crate::engine::syntax;
use crate::policy::raw::{Namespaces, RawSet, RuleSketch};
use crate::policy::{PolicyError, PolicyFault};

/// The rules that judge, by package and name.
pub(super) fn find(
    modules: &[Loaded],
    set: &RawSet,
    errors: &mut Vec<PolicyError>,
) -> Vec<RawRule> {
    let mut found: BTreeMap<(String, String), RawRule> = BTreeMap::new();
    for loaded in modules.iter().filter(|loaded| is_judged(set, &loaded.package())) {
        for rule in &loaded.module.policy {
            let Some((span, names)) = syntax::rule_name(rule) else { continue };
            let Some(kind) = names.first().copied().and_then(kind) else { continue };
            let Some(shape) = shape(rule) else { continue };
            let (name, more) = (names.first().copied().unwrap_or_default(), names.len() > 1);
            if more {
                let fault = PolicyFault::PartedRule { rule: names.join(".") };
                errors.push(*PolicyError::at(&loaded.source, ours(span), fault));
                continue;
            }
            let key = (loaded.package(), name.to_owned());
            let known = found.entry(key).or_insert_with(|| raw_rule(loaded, rule, name, kind));
            known.note(rule, shape);
        }
    }
    let rules: Vec<RawRule> = found.into_values().collect();
    if errors.is_empty() {
        errors.extend(no_rules(modules, set, &rules));
    }
    rules
}

impl RawRule {
    /// Counts one more definition of it.
    pub(super) fn note(&mut self, rule: &Rule, shape: Shape) {
        self.definitions += definitions(rule);
        if shape == Shape::Partial {
            self.shape = shape;
        }
    }
}

pub(super) fn is_judged(set: &RawSet, package: &str) -> bool {
    match &set.namespaces {
        Namespaces::All | Namespaces::Queries(_) => true,
        Namespaces::Named(names) => names.iter().any(|name| name == package),
    }
}

pub(super) fn raw_rule(loaded: &Loaded, rule: &Rule, name: &str, kind: RuleKind) -> RawRule {
    let annotation = loaded.annotation(rule.span().line as usize);
    let text = |key: &str| annotation.and_then(|found| found.text(key)).map(str::to_owned);
    let custom = annotation.and_then(|found| found.value.get("custom"));
    let severity = custom.and_then(|custom| custom.get("severity")?.as_str());
    let severity = severity.and_then(|word| word.to_lowercase().parse::<Severity>().ok());
    let package = loaded.package();
    let mut path = "data".to_owned();
    syntax::package(&loaded.module).into_iter().for_each(|step| push_step(&mut path, step));
    push_step(&mut path, name);
    let sketch = RuleSketch {
        package,
        rule: name.to_owned(),
        level: match kind {
            RuleKind::Denies => Enforcement::SoftMandatory,
            RuleKind::Warns => Enforcement::Advisory,
        },
        title: text("title"),
        description: text("description"),
        severity,
        source: loaded.source.clone(),
    };
    RawRule {
        policy: sketch.policy(),
        name: name.to_owned(),
        kind,
        definitions: 0,
        shape: Shape::Complete,
        path,
    }
}

/// Adds a step to a path as the interpreter writes it.
pub(super) fn push_step(path: &mut String, step: &str) {
    let is_word = step.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && step.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    match is_word {
        true => path.extend([".", step]),
        false => path.extend(["[\"", step, "\"]"]),
    }
}

/// What a rule called `name` does: it judges when it is called `deny`, `violation` or `warn`, or
/// by such a word and more words after underscores.
fn kind(name: &str) -> Option<RuleKind> {
    let words =
        [("deny", RuleKind::Denies), ("violation", RuleKind::Denies), ("warn", RuleKind::Warns)];
    words.into_iter().find_map(|(word, kind)| {
        let rest = name.strip_prefix(word)?;
        let is_word =
            |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric());
        let are_words = rest.strip_prefix('_').is_some_and(|rest| rest.split('_').all(is_word));
        (rest.is_empty() || are_words).then_some(kind)
    })
}

/// The path of some rule that has a name of one part and is no function.
pub(super) fn any(modules: &[Loaded]) -> Option<String> {
    modules.iter().find_map(|loaded| {
        let rules = loaded.module.policy.iter();
        let mut plain = rules.filter(|rule| match rule.as_ref() {
            Rule::Spec { head: RuleHead::Set { refr, .. }, .. }
            | Rule::Spec { head: RuleHead::Compr { refr, .. }, .. } => {
                matches!(refr.as_ref(), Expr::Var { .. })
            }
            _ => false,
        });
        let (_, names) = plain.find_map(|rule| syntax::rule_name(rule))?;
        let mut path = "data".to_owned();
        syntax::package(&loaded.module).into_iter().for_each(|step| push_step(&mut path, step));
        names.first().iter().for_each(|name| push_step(&mut path, name));
        Some(path)
    })
}

/// How a rule is defined; None for a function.
pub(super) fn shape(rule: &Rule) -> Option<Shape> {
    match rule {
        Rule::Spec { head: RuleHead::Func { .. }, .. } => None,
        Rule::Spec { head: RuleHead::Set { .. }, .. } => Some(Shape::Partial),
        Rule::Spec { head: RuleHead::Compr { refr, .. }, .. } => match refr.as_ref() {
            Expr::RefBrack { .. } => Some(Shape::Partial),
            _ => Some(Shape::Complete),
        },
        Rule::Default { args, .. } => args.is_empty().then_some(Shape::Complete),
    }
}

fn definitions(rule: &Rule) -> usize {
    match rule {
        Rule::Spec { bodies, .. } => bodies.iter().filter(|body| !body.is_else).count().max(1),
        Rule::Default { .. } => 1,
    }
}

/// A package in which nothing judges would pass whatever it is shown.
fn no_rules(modules: &[Loaded], set: &RawSet, rules: &[RawRule]) -> Option<PolicyError> {
    let others = packages_with_rules(modules);
    let packages = match &set.namespaces {
        Namespaces::All if rules.is_empty() => "any package".to_owned(),
        Namespaces::All | Namespaces::Queries(_) => return None,
        Namespaces::Named(names) => {
            let judges = |name: &&String| rules.iter().any(|rule| rule.policy.package == **name);
            let idle = names.iter().find(|name| !judges(name))?;
            format!("the package {idle}")
        }
    };
    let help = match others.is_empty() {
        true => "write the verdict as `deny contains msg if { … }`".to_owned(),
        false => {
            let others: Vec<&str> = others.iter().map(String::as_str).collect();
            format!(
                "name the packages with `--namespace`; there are rules in {}",
                others.join(", ")
            )
        }
    };
    let source = Source::new(set.name.clone(), "");
    Some(*PolicyError::whole_file(&source, PolicyFault::NoRules { packages, help }))
}

pub(super) fn packages_with_rules(modules: &[Loaded]) -> BTreeSet<String> {
    let judges = |rule: &Ref<Rule>| {
        let named = syntax::rule_name(rule);
        let judges = named.and_then(|(_, names)| kind(names.first().copied()?)).is_some();
        judges && shape(rule).is_some()
    };
    let with_rules = modules.iter().filter(|loaded| loaded.module.policy.iter().any(judges));
    with_rules.map(Loaded::package).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_a_rule_does() {
        for name in ["deny", "violation", "deny_public", "violation_a_b2"] {
            assert_eq!(kind(name), Some(RuleKind::Denies), "{name}");
        }
        assert_eq!(kind("warn_x"), Some(RuleKind::Warns));
        for name in ["denyx", "deny_", "deny__x", "allow", "deny_a-b"] {
            assert_eq!(kind(name), None, "{name}");
        }
    }
}
