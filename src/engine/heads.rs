//! Rules whose names overlap, as in `p[key].a` and `p.b.a`: whoever asks for `p.b` gets from the
//! interpreter what the rules of that very name say, and nothing of the others. And names that mean
//! two things.

use std::collections::{BTreeMap, BTreeSet};

use regorus::unstable::{Expr, Rule, RuleHead, Span as RegoSpan};

use super::guard::Guarded;
use super::syntax;
use crate::policy::{PolicyError, PolicyFault};

/// Names that are a rule and a function, and those with two defaults.
pub(super) fn doubles(modules: &[Guarded<'_>]) -> Vec<PolicyError> {
    let mut seen: BTreeMap<Vec<&str>, BTreeSet<Kind>> = BTreeMap::new();
    let mut errors = Vec::new();
    for guarded in modules {
        for rule in &guarded.module.policy {
            let Some((span, name)) = syntax::rule_name(rule) else { continue };
            let kind = match rule.as_ref() {
                Rule::Default { .. } => Kind::Default,
                Rule::Spec { head: RuleHead::Func { .. }, .. } => Kind::Function,
                Rule::Spec { .. } => Kind::Rule,
            };
            let name_text = name.last().copied().unwrap_or_default().to_owned();
            let package = guarded.names.package.iter().map(String::as_str);
            let kinds = seen.entry(package.chain(name).collect()).or_default();
            let is_double = match kind {
                Kind::Default => kinds.contains(&kind),
                Kind::Function => kinds.contains(&Kind::Rule),
                Kind::Rule => kinds.contains(&Kind::Function),
            };
            kinds.insert(kind);
            if is_double {
                errors.push(guarded.error(span, PolicyFault::DoubleName { name: name_text }));
            }
        }
    }
    errors
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Default,
    Function,
    Rule,
}

/// The head of a rule.
struct Head<'a> {
    /// The package and what of the name is written out.
    path: Vec<&'a str>,
    /// True when more follows, which is computed.
    is_open: bool,
    span: &'a RegoSpan,
    guarded: &'a Guarded<'a>,
}

/// The rules whose names are in part computed, and may be those of other rules.
pub(super) fn overlaps(modules: &[Guarded<'_>]) -> Vec<PolicyError> {
    let heads: Vec<Head<'_>> = modules
        .iter()
        .flat_map(|guarded| {
            guarded.module.policy.iter().filter_map(move |rule| head(rule, guarded))
        })
        .collect();
    let open = heads.iter().filter(|head| head.is_open);
    let overlapping = open.filter(|open| {
        heads
            .iter()
            .any(|other| other.path.len() > open.path.len() && other.path.starts_with(&open.path))
    });
    let fault = |head: &Head<'_>| {
        let name = head.path.last().copied().unwrap_or_default().to_owned();
        head.guarded.error(head.span, PolicyFault::OverlappingNames { name })
    };
    overlapping.map(fault).collect()
}

fn head<'a>(rule: &'a Rule, guarded: &'a Guarded<'a>) -> Option<Head<'a>> {
    let refr = match rule {
        // A function has one name.
        Rule::Spec { head: RuleHead::Func { .. }, .. } => return None,
        Rule::Spec { head: RuleHead::Compr { refr, .. } | RuleHead::Set { refr, .. }, .. }
        | Rule::Default { refr, .. } => refr,
    };
    let (span, name) = syntax::rule_name(rule)?;
    let is_open = steps(refr) > name.len();
    let path = guarded.names.package.iter().map(String::as_str).chain(name).collect();
    Some(Head { path, is_open, span, guarded })
}

/// How many steps a name has.
fn steps(refr: &Expr) -> usize {
    syntax::reference(refr).map_or(0, |(_, steps)| steps.len() + 1)
}
