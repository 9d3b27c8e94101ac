//! `plangate explain POLICY ADDRESS --input INPUT`: why one verdict is what it is.

use super::explain::Page;
use super::subject::WHOLE;
use crate::engine::{FileCoverage, Imagined, Trace};
use crate::finding::Outcome;
use crate::policy::Policy;
use crate::report::Look;

/// Why `policy` says what it says of `address`.
pub(super) fn page(policy: &Policy, address: &str, trace: &Trace, look: Look) -> String {
    let mut page = Page::new(look);
    page.head(policy);
    page.section("Verdict", |page| verdict(page, address, trace));
    if !trace.values.is_empty() {
        page.section("Values read", |page| values(page, "  ", &trace.values));
    }
    if !trace.links.is_empty() {
        page.section("Links followed", |page| {
            for link in &trace.links {
                let certainty = if link.is_certain { "" } else { ", which may be linked" };
                page.wrapped(
                    &format!("{}{certainty}: {}", link.address, link.via.join("; ")),
                    "  ",
                );
                values(page, "      ", &link.values);
            }
        });
    }
    if !trace.unknown.is_empty() {
        page.section("Known after apply", |page| {
            trace.unknown.iter().for_each(|leaf| page.wrapped(leaf, "  "));
        });
    }
    if let Some(worlds) = &trace.split {
        page.section("What it waits for", |page| worlds.iter().for_each(|w| world(page, w)));
    }
    page.section("Lines evaluated", |page| lines(page, trace));
    page.text
}

fn verdict(page: &mut Page, address: &str, trace: &Trace) {
    let verdict = &trace.verdict;
    let subject = if address == WHOLE { "the input as a whole" } else { address };
    page.wrapped(&format!("{subject}: {}", verdict.outcome.as_str()), "  ");
    for violation in &verdict.violations {
        let attribute = violation.attribute.as_ref().map(|path| format!(" ({path})"));
        page.wrapped(&format!("{}{}", violation.message, attribute.unwrap_or_default()), "      ");
    }
    if let Some(reason) = &verdict.reason {
        page.wrapped(reason, "      ");
    }
    for assumption in &verdict.assumed {
        page.wrapped(&format!("it rests on the assumption {assumption}"), "      ");
    }
    if verdict.outcome == Outcome::NotApplicable {
        page.wrapped("the policy does not judge what is about to be done to it", "      ");
    }
}

fn values(page: &mut Page, indent: &str, values: &[(String, String)]) {
    for (name, value) in values {
        page.wrapped(&format!("{name} = {value}"), indent);
    }
}

fn world(page: &mut Page, world: &Imagined) {
    let facts = world.facts.join(", ");
    page.wrapped(&format!("{} where {facts}", world.outcome.as_str()), "  ");
}

/// The policy from its first rule on, with a mark at each line that was evaluated.
fn lines(page: &mut Page, trace: &Trace) {
    let FileCoverage { covered, missed, .. } = &trace.lines;
    let Some(first) = covered.iter().chain(missed).min().copied() else { return };
    let last = covered.iter().chain(missed).max().copied().unwrap_or(first);
    if trace.verdict.outcome == Outcome::NotApplicable {
        page.wrapped("none: the policy was not asked", "  ");
        return;
    }
    let first = first.saturating_sub(1).max(1);
    let width = (last + 1).to_string().len();
    for number in first..=last + 1 {
        let text = trace.source.line(number as usize);
        let mark = if covered.contains(&number) { '▸' } else { ' ' };
        page.verbatim(&format!("{mark} {number:width$} │ {text}"));
    }
}
