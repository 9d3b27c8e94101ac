//! From the files of a set to a program: parsed as the current Rego or the older one, guarded, and
//! the rules that judge found in it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use regorus::unstable::{Module, Ref, Rule};
use regorus::{Engine as Rego, Value as RegoValue};

use super::set::{self, Around};
use super::{EXCEPTION, NUMBER_TOKEN, RawProgram, RawRule, rules};
use crate::base::Source;
use crate::engine::guard::KEYWORDS;
use crate::engine::guard::{self, Dialect, Guarded};
use crate::engine::rewrite::{Rewritten, without_future_imports};
use crate::engine::scope::{Names, Symbols};
use crate::engine::syntax::{self, Step};
use crate::engine::{builtin, compile, fault_text};
use crate::policy::bundle::RegoVersion;
use crate::policy::raw::{Namespaces, RawSet, check_text};
use crate::policy::{Annotation, PolicyError, PolicyFault, annotations};

/// Where the annotations of rules stand below `data`, for `rego.metadata.rule()`.
const ANNOTATIONS: &str = "plangate_annotations";

/// A module of a set.
pub(super) struct Loaded {
    /// The file.
    pub(super) source: Source,
    /// What was parsed: the same text, but for imports of keywords.
    text: Source,
    pub(super) module: Ref<Module>,
    is_old: bool,
    annotations: Vec<Annotation>,
}

/// Compiles `set`, whose rules may take `time_limit`.
pub(super) fn load(set: &RawSet, time_limit: Duration) -> Result<RawProgram, Vec<PolicyError>> {
    let (modules, documents) = read(&set.modules, &set.data, &set.versions)?;
    let mut errors = examine(&modules, &documents);
    let rules = match &set.namespaces {
        Namespaces::Queries(policies) => set::find(&modules, policies, &mut errors),
        Namespaces::All | Namespaces::Named(_) => rules::find(&modules, set, &mut errors),
    };
    if !errors.is_empty() {
        return Err(errors);
    }
    let around = match &set.namespaces {
        Namespaces::Queries(_) => Some(Around::new(set.run.as_ref().map(Source::text), &modules)),
        Namespaces::All | Namespaces::Named(_) => None,
    };
    let mut program = RawProgram {
        rego: new_rego(time_limit),
        exceptions: match around {
            // Only conftest knows them.
            Some(_) => BTreeMap::new(),
            None => exceptions(&modules),
        },
        around,
        reads_configuration: modules.iter().any(|loaded| reads_configuration(&loaded.module)),
        notices: notices(set, &modules, &rules),
        rules,
        modules: Vec::new(),
    };
    program.fill(&modules, documents)?;
    Ok(program)
}

/// Compiles `modules` and `data`, of which nothing judges.
pub(super) fn without_rules(
    modules: &[Source],
    data: &[Source],
    time_limit: Duration,
) -> Result<RawProgram, Vec<PolicyError>> {
    let (modules, documents) = read(modules, data, &BTreeMap::new())?;
    let errors = examine(&modules, &documents);
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut program = RawProgram {
        rego: new_rego(time_limit),
        exceptions: BTreeMap::new(),
        around: None,
        reads_configuration: false,
        notices: Vec::new(),
        rules: Vec::new(),
        modules: Vec::new(),
    };
    program.fill(&modules, documents)?;
    Ok(program)
}

fn new_rego(time_limit: Duration) -> Rego {
    let mut rego = compile::new_rego(time_limit);
    builtin::install_foreign(&mut rego);
    rego
}

/// What was read of the files of a set.
type Files = (Vec<Loaded>, Vec<(Source, RegoValue)>);

/// Parses modules and data.
fn read(
    modules: &[Source],
    data: &[Source],
    versions: &BTreeMap<String, RegoVersion>,
) -> Result<Files, Vec<PolicyError>> {
    let mut errors = Vec::new();
    let mut seen = BTreeSet::new();
    let mut loaded = Vec::new();
    for source in modules.iter().filter(|source| seen.insert(source.name().to_owned())) {
        match Loaded::read(source, versions.get(source.name()).copied()) {
            Ok(module) => loaded.push(module),
            Err(error) => errors.push(*error),
        }
    }
    let documents = documents(data, &mut errors);
    if errors.is_empty() { Ok((loaded, documents)) } else { Err(errors) }
}

impl RawProgram {
    /// Gives the interpreter its modules and data.
    fn fill(
        &mut self,
        modules: &[Loaded],
        documents: Vec<(Source, RegoValue)>,
    ) -> Result<(), Vec<PolicyError>> {
        let rego = &mut self.rego;
        rego.set_gather_prints(true);
        for (at, loaded) in modules.iter().enumerate() {
            let annotation = |line: usize| format!("data.{ANNOTATIONS}[\"{at}\"][\"{line}\"]");
            let rewritten =
                Rewritten::new(&loaded.source, &loaded.text, &loaded.module, &annotation);
            rego.set_rego_v0(loaded.is_old);
            let text = rewritten.text.text().to_owned();
            rego.add_policy(loaded.source.name().to_owned(), text)
                .map_err(|error| vec![interpreter_error(&error.to_string(), &rewritten)])?;
            self.modules.push(rewritten);
        }
        for (source, document) in documents {
            rego.add_data(document).map_err(|error| {
                let reason = fault_text::without_values(&error.to_string());
                vec![*PolicyError::whole_file(&source, PolicyFault::BadData { reason })]
            })?;
        }
        let annotations = RegoValue::from(BTreeMap::from([(
            RegoValue::from(ANNOTATIONS),
            annotations_by_line(modules),
        )]));
        let fail = |text: String| {
            let source = modules.first().map(|loaded| loaded.source.clone());
            vec![compile::interpreter_error(&text, source.as_slice())]
        };
        rego.add_data(annotations).map_err(|error| fail(error.to_string()))?;
        // Unsafe variables and the like come up when the interpreter prepares itself.
        let judging = self.rules.first().map(|rule| rule.path.clone());
        if let Some(entry) = judging.or_else(|| rules::any(modules)) {
            let entry = entry.as_str().into();
            rego.compile_with_entrypoint(&entry).map_err(|error| {
                let text = error.to_string();
                let sources: Vec<&Source> = self.modules.iter().map(|m| &m.source).collect();
                let at = fault_text::read(&text, &sources).place.map_or(0, |(index, _)| index);
                match self.modules.get(at) {
                    Some(module) => vec![interpreter_error(&text, module)],
                    None => fail(text),
                }
            })?;
        }
        Ok(())
    }
}

/// An error of the interpreter about a module that it got rewritten.
fn interpreter_error(text: &str, module: &Rewritten) -> PolicyError {
    let fault = fault_text::read(text, &[&module.source]);
    let reason = PolicyFault::Syntax { reason: fault.message };
    match fault.place {
        Some((_, place)) => {
            let place = module.original(place);
            *PolicyError::at(&module.source, fault_text::word_at(&module.source, place), reason)
        }
        None => *PolicyError::whole_file(&module.source, reason),
    }
}

impl Loaded {
    fn read(source: &Source, version: Option<RegoVersion>) -> Result<Self, Box<PolicyError>> {
        check_text(source)?;
        let text = without_future_imports(source.text());
        let new = || parse(&Source::new(source.name(), text.clone()), Rego::new());
        let old = || parse(source, older()).map(|module| (module, source.text().to_owned()));
        let (parsed, is_old) = match (version, new()) {
            (Some(RegoVersion::V0), _) => (old(), true),
            (_, Ok(module)) => (Ok((module, text)), false),
            (Some(RegoVersion::V1), Err(new)) => (Err(new), false),
            (None, Err(new)) => match old() {
                // To the older parser keywords are names.
                Ok((module, _)) if names_a_keyword(&module) => (Err(new), false),
                Ok(module) => (Ok(module), true),
                // Of both errors, the one of the parser that came further.
                Err(old) => (Err(if old.span > new.span { old } else { new }), true),
            },
        };
        let (module, text) = parsed?;
        Ok(Loaded {
            source: source.clone(),
            text: Source::new(source.name(), text),
            annotations: annotations(source),
            module,
            is_old,
        })
    }

    pub(super) fn package(&self) -> String {
        syntax::package(&self.module).join(".")
    }

    /// The annotation of the rule that begins on `line`.
    pub(super) fn annotation(&self, line: usize) -> Option<&Annotation> {
        let found = self.annotations.iter().rfind(|annotation| annotation.last_line < line)?;
        let between = (found.last_line + 1)..line;
        let is_next = between.clone().all(|at| {
            let text = self.source.line(at).trim();
            text.is_empty() || text.starts_with('#')
        });
        is_next.then_some(found)
    }
}

/// An interpreter of Rego as it was before its version 1.
fn older() -> Rego {
    let mut rego = Rego::new();
    rego.set_rego_v0(true);
    rego
}

/// True for a module with a rule whose name is a keyword of today.
fn names_a_keyword(module: &Module) -> bool {
    let names = module.policy.iter().filter_map(|rule| syntax::rule_name(rule));
    let mut first = names.filter_map(|(_, names)| names.first().copied());
    first.any(|name| KEYWORDS.contains(&name))
}

fn parse(source: &Source, mut rego: Rego) -> Result<Ref<Module>, Box<PolicyError>> {
    let added = rego.add_policy(source.name().to_owned(), source.text().to_owned());
    let fail =
        |text: &str| Box::new(compile::interpreter_error(text, std::slice::from_ref(source)));
    added.map_err(|error| fail(&error.to_string()))?;
    rego.get_modules().first().cloned().ok_or_else(|| fail("the file holds no module"))
}

/// The files of data, read.
fn documents(data: &[Source], errors: &mut Vec<PolicyError>) -> Vec<(Source, RegoValue)> {
    let mut documents = Vec::new();
    for source in data {
        let is_json = source.name().ends_with(".json");
        if source.text().contains(NUMBER_TOKEN) {
            let reason = "it holds a key that is kept for numbers".to_owned();
            errors.push(*PolicyError::whole_file(source, PolicyFault::BadData { reason }));
            continue;
        }
        let read = match is_json {
            true => RegoValue::from_json_str(source.text()),
            false => RegoValue::from_yaml_str(source.text()),
        };
        let reason = match read {
            Ok(value @ RegoValue::Object(_)) => {
                documents.push((source.clone(), value));
                continue;
            }
            Ok(_) => "it is no object".to_owned(),
            Err(error) => fault_text::without_values(&error.to_string()),
        };
        errors.push(*PolicyError::whole_file(source, PolicyFault::BadData { reason }));
    }
    documents
}

/// Runs the guards over all modules.
fn examine(modules: &[Loaded], documents: &[(Source, RegoValue)]) -> Vec<PolicyError> {
    let names = documents.iter().flat_map(|(_, document)| names_in(document));
    let symbols =
        Symbols::new(modules.iter().map(|loaded| loaded.module.as_ref())).with_documents(names);
    let names: Vec<Names> =
        modules.iter().map(|loaded| Names::new(&loaded.module, &symbols)).collect();
    let guarded: Vec<Guarded<'_>> = modules
        .iter()
        .zip(&names)
        .map(|(loaded, names)| Guarded {
            source: &loaded.source,
            module: &loaded.module,
            names,
            symbols: &symbols,
            dialect: Dialect::Raw,
        })
        .collect();
    let mut errors: Vec<PolicyError> = guarded.iter().flat_map(Guarded::check).collect();
    errors.extend(guard::together(&guarded));
    errors
}

fn names_in(document: &RegoValue) -> Vec<String> {
    let RegoValue::Object(members) = document else { return Vec::new() };
    members.iter().filter_map(|(key, _)| Some(key.as_string().ok()?.to_string())).collect()
}

/// The paths of the rules that list exceptions, by package.
fn exceptions(modules: &[Loaded]) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for loaded in modules {
        let named = |rule: &Ref<Rule>| {
            syntax::rule_name(rule).is_some_and(|(_, names)| names == [EXCEPTION])
        };
        if loaded.module.policy.iter().any(named) {
            let mut path = "data".to_owned();
            syntax::package(&loaded.module)
                .into_iter()
                .for_each(|s| rules::push_step(&mut path, s));
            rules::push_step(&mut path, EXCEPTION);
            found.insert(loaded.package(), path);
        }
    }
    found
}

/// True when a reference of the module has a step `configuration`.
fn reads_configuration(module: &Module) -> bool {
    let mut reads = false;
    for rule in &module.policy {
        syntax::rule_expressions(rule, &mut |expr| {
            let steps = syntax::reference(expr).map(|(_, steps)| steps).unwrap_or_default();
            reads |= steps.contains(&Step::Name("configuration"));
        });
    }
    let mut imports = module.imports.iter().map(|import| syntax::path(&import.refr));
    reads || imports.any(|path| path.contains(&"configuration"))
}

/// What the reader should know of the set.
fn notices(set: &RawSet, modules: &[Loaded], rules: &[RawRule]) -> Vec<String> {
    let number = rules.len();
    let (policies, see) = if number == 1 { ("policy", "sees") } else { ("policies", "see") };
    let mut notices = vec![format!(
        "{number} {policies} of {} {see} the document as it is: for them, what is known only after \
         apply is absent, and nothing is undetermined",
        set.name
    )];
    let old: Vec<&str> =
        modules.iter().filter(|loaded| loaded.is_old).map(|loaded| loaded.source.name()).collect();
    if let Some(first) = old.first() {
        let more = match old.len() {
            1 => String::new(),
            number => format!(" and {} more", number - 1),
        };
        notices.push(format!(
            "{first}{more}: written in the older Rego (v0); `opa fmt --write --v0-v1` brings it up \
             to date"
        ));
    }
    let others: Vec<String> = rules::packages_with_rules(modules)
        .into_iter()
        .filter(|package| !rules::is_judged(set, package))
        .collect();
    if !others.is_empty() {
        notices.push(format!(
            "{} holds rules that do not judge, in {}: name the packages with `--namespace`, or \
             give `--all-namespaces`",
            set.name,
            others.join(", ")
        ));
    }
    notices
}

/// The annotations by the index of the module and the line of the rule. A rule without one has an
/// empty object, as OPA has it.
fn annotations_by_line(modules: &[Loaded]) -> RegoValue {
    let by_module = modules.iter().enumerate().map(|(at, loaded)| {
        let by_line = loaded.module.policy.iter().map(|rule| {
            let line = rule.span().line as usize;
            let found = loaded.annotation(line).and_then(Annotation::of_rule);
            let found = found.map(|value| value.to_json());
            let json = found.unwrap_or_else(|| "{}".to_owned());
            let value = RegoValue::from_json_str(&json).unwrap_or(RegoValue::Null);
            (RegoValue::from(line.to_string()), value)
        });
        (RegoValue::from(at.to_string()), RegoValue::from(by_line.collect::<BTreeMap<_, _>>()))
    });
    RegoValue::from(by_module.collect::<BTreeMap<_, _>>())
}
