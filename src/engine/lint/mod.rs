//! What policies may be suspected of: things that the interpreter accepts and that are hardly meant.

mod comparison;
mod reference;
mod usage;

use std::collections::BTreeSet;

use regorus::unstable::{Module, Ref};

use super::scope::{Names, Symbols};
use super::{compile, guard, syntax};
use crate::base::{Source, Span};
use crate::model::Vocabulary;
use crate::policy::{Lint, LintRule, Policy, PolicySet};

/// One file under examination.
struct File<'a> {
    source: &'a Source,
    module: Ref<Module>,
    names: Names,
    /// The policy that it is; None for a library.
    policy: Option<&'a Policy>,
}

impl File<'_> {
    fn lint(&self, rule: LintRule, span: Span, message: String, help: String) -> Lint {
        Lint::new(rule, self.source, span, message, help)
    }
}

/// Looks at the policies and libraries of `set` whose files are `wanted`; with a vocabulary, at the
/// attributes that they speak of, too. Files that do not parse are passed over: whoever compiles them
/// says so.
#[must_use]
pub fn lint(
    set: &PolicySet,
    wanted: &dyn Fn(&Source) -> bool,
    vocabulary: Option<&Vocabulary>,
) -> Vec<Lint> {
    let policies = set.policies.values().map(|policy| (&policy.source, Some(policy)));
    let libraries = set.libraries.values().map(|library| (&library.source, None));
    let parsed: Vec<(&Source, Option<&Policy>, Ref<Module>)> = policies
        .chain(libraries)
        .filter_map(|(source, policy)| Some((source, policy, compile::module(source).ok()?)))
        .collect();
    let symbols = Symbols::new(parsed.iter().map(|(_, _, module)| module.as_ref()));
    let files: Vec<File<'_>> = parsed
        .into_iter()
        .map(|(source, policy, module)| {
            let names = Names::new(&module, &symbols);
            File { source, module, names, policy }
        })
        .collect();
    let tests = set.tests.iter().filter_map(|test| {
        let module = compile::module(&test.source).ok()?;
        let names = Names::new(&module, &symbols);
        Some(File { source: &test.source, module, names, policy: None })
    });
    // What tests alone ask for is of use in a library, such as one that makes documents for them.
    let of_tests = usage::mentioned(&tests.collect::<Vec<_>>(), &symbols);
    let mentioned = usage::mentioned(&files, &symbols);
    let tested = tested(set);
    let mut lints = Vec::new();
    for file in files.iter().filter(|file| wanted(file.source)) {
        lints.extend(usage::unused_rules(file, &mentioned, &of_tests));
        lints.extend(usage::unused_imports(file));
        lints.extend(comparison::mixed(file, vocabulary));
        if let Some(policy) = file.policy {
            lints.extend(thin_metadata(file, policy));
            lints.extend(missing_test(file, policy, &tested));
            if let Some(vocabulary) = vocabulary {
                lints.extend(reference::unknown_types(file, policy, vocabulary));
                lints.extend(reference::unknown_attributes(file, policy, vocabulary));
            }
        }
    }
    lints.sort_by(|a, b| {
        let key = |lint: &Lint| (lint.source.name().to_owned(), lint.span, lint.rule);
        key(a).cmp(&key(b))
    });
    lints.dedup_by(|later, kept| {
        later.source.name() == kept.source.name()
            && (later.span, later.rule, &later.message) == (kept.span, kept.rule, &kept.message)
    });
    lints
}

/// The packages that tests with at least one test rule mention.
fn tested(set: &PolicySet) -> BTreeSet<String> {
    let mut tested = BTreeSet::new();
    for file in &set.tests {
        let Ok(module) = compile::module(&file.source) else { continue };
        let is_test = |name: &str| name.starts_with("test_");
        let has_tests = module.policy.iter().any(|rule| {
            let name = syntax::rule_name(rule).and_then(|(_, name)| name.first().copied());
            name.is_some_and(is_test)
        });
        if !has_tests {
            continue;
        }
        tested.insert(syntax::package(&module).join("."));
        let imports = module.imports.iter().map(|import| syntax::path(&import.refr));
        tested.extend(imports.filter_map(|path| Some(path.strip_prefix(&["data"])?.join("."))));
        for rule in &module.policy {
            syntax::rule_expressions(rule, &mut |expr| {
                let path = syntax::path(expr);
                if let Some(path) = path.strip_prefix(&["data"]) {
                    (1..=path.len()).for_each(|length| {
                        tested.extend(path.get(..length).map(|part| part.join(".")));
                    });
                }
            });
        }
    }
    tested
}

fn missing_test(file: &File<'_>, policy: &Policy, tested: &BTreeSet<String>) -> Option<Lint> {
    if tested.contains(&policy.package) {
        return None;
    }
    let path = policy.source.name().replace(".rego", "_test.rego");
    let message = "no test asks what the policy says".to_owned();
    let help = format!("write one that denies and one that allows into `{path}`");
    Some(file.lint(LintRule::MissingTest, package_span(&file.module), message, help))
}

/// What whoever is blocked by the policy would miss.
fn thin_metadata(file: &File<'_>, policy: &Policy) -> Vec<Lint> {
    let metadata = &policy.metadata;
    let missing = [
        (
            metadata.description.is_empty(),
            "the metadata does not say why it matters",
            "add `description: …` below `title`, and say when the policy may be waived",
        ),
        (
            metadata.remediation.is_empty(),
            "the metadata does not say what to do about a violation",
            "add `remediation: …` below `custom`",
        ),
        (
            metadata.title.ends_with('.'),
            "the title is a sentence, and names no fault",
            "name the fault in a few words, without a period",
        ),
    ];
    let lint = |(_, message, help): (bool, &str, &str)| {
        let span = first_line(file.source);
        file.lint(LintRule::ThinMetadata, span, message.to_owned(), help.to_owned())
    };
    missing.into_iter().filter(|(is_missing, ..)| *is_missing).map(lint).collect()
}

fn package_span(module: &Module) -> Span {
    guard::ours(module.package.refr.span())
}

fn first_line(source: &Source) -> Span {
    Span { start: 0, end: source.line(1).len() }
}
