//! What a policy reads, for people: the read set as `plangate policies show` prints it.
//!
//! The host itself goes by `reader.rs`, which counts every word of a policy; here only what the
//! rules come to is named, and where it stands.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use regorus::Value as RegoValue;
use regorus::unstable::{Expr, Module, Ref, Rule, RuleHead};
use serde::Serialize;

use super::compile::Compiled;
use super::document::BY_ATTRIBUTE;
use super::flow;
use super::reach::Reach;
use super::reader::{self, Reader, RuleReader};
use super::scope::{Names, Symbols, Target};
use super::syntax::{self, Step};

/// What a policy and the library rules that it comes to may read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ReadSet {
    /// It goes by computed names, so anything may be read.
    pub everything: bool,
    /// Of what it judges: members of the document, and attributes below `values` and its like.
    pub subject: BTreeSet<String>,
    /// Types of resources that it looks for among those that are linked with what it judges.
    pub links: BTreeSet<String>,
    /// Types of those, with the types that it looks for behind them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub links_of: BTreeMap<String, Vec<String>>,
    /// Of other resources, and of whatever it hands to functions.
    pub others: BTreeSet<String>,
    /// Strings and numbers that it may compare with.
    pub literals: BTreeSet<String>,
}

impl ReadSet {
    /// The read set of `compiled`.
    pub(super) fn of(compiled: &Compiled) -> Self {
        let modules: Vec<Ref<Module>> = compiled.rego.clone().get_modules().to_vec();
        let program = Program::new(&modules);
        let reader = Reader::new(&modules);
        let mut read = ReadSet::default();
        let mut words: BTreeSet<String> = BTreeSet::new();
        let rules: Vec<RuleReader<'_>> = reader.rules().map(|(_, rule)| rule).collect();
        for (rule, names) in program.reached() {
            let strings = program.strings(rule, names);
            syntax::rule_expressions(rule, &mut |expr| read.note(expr, names, &strings));
            for known in rules.iter().filter(|known| known.is_of(rule)) {
                let parts = known.parts();
                let statements = parts.statements.iter().flat_map(|(_, inside)| inside);
                let all: Vec<&Expr> = parts.always.iter().chain(statements).copied().collect();
                let reads = known.read(&all);
                read.everything |= reads.is_everything();
                words.extend(reads.words.iter().map(ToString::to_string));
            }
        }
        let attributes: BTreeSet<String> = read.words().map(str::to_owned).collect();
        read.links = links(compiled, words, &attributes);
        read.links_of = compiled.reads.links_of.clone();
        let own = modules.first().into_iter().flat_map(|module| compared(module));
        let is_name = |text: &str| attributes.contains(text) || read.links.contains(text);
        let literals = own.filter(|literal| !literal.as_string().is_ok_and(|text| is_name(text)));
        read.literals = literals.filter_map(|literal| literal.to_json_str().ok()).collect();
        read
    }

    fn note(&mut self, expr: &Expr, names: &Names, strings: &HashMap<&str, Vec<&str>>) {
        let Some((_, steps)) = syntax::reference(expr) else { return };
        let is_subject = matches!(names.target(expr), Some(Target::Input));
        let at = steps
            .iter()
            .position(|step| matches!(step, Step::Name(name) if BY_ATTRIBUTE.contains(name)));
        match at {
            Some(0) if is_subject => self.subject.extend(paths(&steps, strings)),
            Some(at) => self.others.extend(paths(steps.get(at..).unwrap_or_default(), strings)),
            // The types that it looks for are listed by themselves.
            None if steps.first() == Some(&Step::Name("linked")) => {}
            None if is_subject => self.subject.extend(paths(&steps, strings)),
            // A part of something that a variable holds.
            None if matches!(names.target(expr), Some(Target::Local(_))) => {
                let said = |step: &Step<'_>| matches!(step, Step::Name(name) if reader::SAID.contains(name));
                if !steps.iter().any(said) {
                    self.others.extend(paths(&steps, strings));
                }
            }
            None => {}
        }
    }

    /// The names in the paths.
    fn words(&self) -> impl Iterator<Item = &str> {
        self.subject.iter().chain(&self.others).flat_map(|path| path.split('.'))
    }
}

/// The types among `words`, where the policy looks at what is linked: words that begin as a judged
/// type does, with its provider, and that are no attributes.
fn links(
    compiled: &Compiled,
    words: BTreeSet<String>,
    attributes: &BTreeSet<String>,
) -> BTreeSet<String> {
    if !words.contains("linked") {
        return BTreeSet::new();
    }
    let judged = &compiled.policy.metadata.resource_types;
    let providers: BTreeSet<&str> = judged.iter().filter_map(|name| provider(name)).collect();
    let is_type = |word: &String| provider(word).is_some_and(|name| providers.contains(name));
    words.into_iter().filter(|word| is_type(word) && !attributes.contains(word)).collect()
}

/// The strings and numbers of a module that are neither said in a violation nor keys of objects.
fn compared(module: &Module) -> Vec<RegoValue> {
    let mut others = reader::said(module);
    for rule in &module.policy {
        syntax::rule_expressions(rule, &mut |expr| {
            let Expr::Object { fields, .. } = expr else { return };
            others.extend(fields.iter().map(|(_, key, _)| flow::location(key)));
        });
    }
    let mut found = Vec::new();
    for rule in &module.policy {
        syntax::rule_expressions(rule, &mut |expr| match expr {
            Expr::String { value, .. }
            | Expr::RawString { value, .. }
            | Expr::Number { value, .. }
                if !others.contains(&flow::location(expr)) =>
            {
                found.push(value.clone());
            }
            _ => {}
        });
    }
    found
}

/// `aws` of `aws_s3_bucket`.
fn provider(resource_type: &str) -> Option<&str> {
    resource_type.split_once('_').map(|(provider, _)| provider).filter(|name| !name.is_empty())
}

/// The paths that `steps` may be: a name for each string that a variable stands for, and none for
/// positions in lists. A name that is computed is `*`.
fn paths(steps: &[Step<'_>], strings: &HashMap<&str, Vec<&str>>) -> Vec<String> {
    let mut found = vec![String::new()];
    for (at, step) in steps.iter().enumerate() {
        let names: Vec<&str> = match step {
            Step::Name(name) => vec![*name],
            Step::Variable(name) => match strings.get(name) {
                Some(strings) => strings.clone(),
                // Below an attribute it is mostly a position.
                None if at == 1 => vec!["*"],
                None => continue,
            },
            Step::Dynamic if at == 1 => vec!["*"],
            Step::Position | Step::Each | Step::Dynamic => continue,
        };
        let longer = found.iter().flat_map(|path| {
            let dot = if path.is_empty() { "" } else { "." };
            names.iter().map(move |name| format!("{path}{dot}{name}"))
        });
        found = longer.collect();
    }
    found.retain(|path| !path.is_empty());
    found
}

/// The modules of a policy, with what their names mean.
struct Program<'a> {
    modules: &'a [Ref<Module>],
    names: Vec<Names>,
    symbols: Symbols,
}

impl<'a> Program<'a> {
    fn new(modules: &'a [Ref<Module>]) -> Self {
        let symbols = Symbols::new(modules.iter().map(AsRef::as_ref));
        let names = modules.iter().map(|module| Names::new(module, &symbols)).collect();
        Program { modules, names, symbols }
    }

    fn rules(&self) -> impl Iterator<Item = (&'a Rule, &Names)> {
        let modules = self.modules.iter().zip(&self.names);
        modules.flat_map(|(module, names)| {
            module.policy.iter().map(move |rule| (rule.as_ref(), names))
        })
    }

    /// The rules that the policy comes to.
    fn reached(&self) -> Vec<(&'a Rule, &Names)> {
        let reach = Reach::of(self.modules, &self.names, &self.symbols);
        self.rules().filter(|(rule, names)| reach.has(rule, names)).collect()
    }

    fn named<'b>(&'b self, path: &'b [String]) -> impl Iterator<Item = (&'a Rule, &'b Names)> {
        self.rules().filter(move |(rule, names)| {
            flow::path_of(rule, names).is_some_and(|known| known == path)
        })
    }

    /// The variables of a rule that stand for strings which are written out, here or in a rule.
    fn strings(&self, rule: &'a Rule, names: &Names) -> HashMap<&'a str, Vec<&'a str>> {
        let mut found: HashMap<&str, Vec<&str>> = HashMap::new();
        for iteration in flow::iterations(rule) {
            let Some(variable) = iteration.value else { continue };
            let mut listed = written_out(iteration.collection);
            if let Some(Target::Data(path)) = names.target(iteration.collection) {
                listed.extend(self.named(&path).flat_map(|(rule, _)| match rule {
                    Rule::Spec { head: RuleHead::Compr { assign: Some(assign), .. }, .. } => {
                        written_out(&assign.value)
                    }
                    _ => Vec::new(),
                }));
            }
            if !listed.is_empty() {
                found.entry(variable).or_default().extend(listed);
            }
        }
        found
    }
}

/// The strings of a list or set that is written out.
fn written_out(expr: &Expr) -> Vec<&str> {
    let (Expr::Array { items, .. } | Expr::Set { items, .. }) = expr else { return Vec::new() };
    let strings = items.iter().filter_map(|item| match item.as_ref() {
        Expr::String { value, .. } | Expr::RawString { value, .. } => value.as_string().ok(),
        _ => None,
    });
    strings.map(AsRef::as_ref).collect()
}
