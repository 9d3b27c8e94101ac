//! Saved plan files: what `plan.out` says is what `show -json` says of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use plangate::base::Source;
use plangate::input::terraform::saved_plan;
use plangate::input::{Document, ReadOptions, convert, find};
use plangate::model::{Kind, Model, Resource};
use plangate::policy::Need;

use crate::support::load;

/// Every saved plan file of ours with the JSON that Terraform made of it, and those of the
/// larger collection where there is one.
fn pairs() -> Vec<(PathBuf, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let corpus = std::env::var_os("PLANGATE_CORPUS")
        .map_or_else(|| root.join("../shared/corpus"), PathBuf::from)
        .join("terraform-1.11");
    if !corpus.is_dir() {
        println!("skipped: there is no collection at {}", corpus.display());
    }
    let mut pairs = Vec::new();
    for directory in [root.join("fixtures"), corpus] {
        for entry in walkdir::WalkDir::new(directory).sort_by_file_name().into_iter().flatten() {
            let path = entry.into_path();
            if path.extension().is_some_and(|extension| extension == "out") {
                pairs.push((path.clone(), path.with_extension("json")));
            }
        }
    }
    assert!(pairs.len() >= 22, "{} pairs", pairs.len());
    pairs
}

fn document(path: &Path) -> Document {
    Document { label: "plan.out".to_owned(), bytes: fs::read(path).unwrap() }
}

fn model(path: &Path) -> Model {
    load(&document(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What a comparison leaves out.
#[derive(Clone, Copy, PartialEq)]
enum Against {
    /// The JSON that Terraform made. It knows the providers' schemas and the configuration:
    ///
    /// - `marks_every_secret`: the schemas say which attributes are sensitive;
    /// - `configuration` and `declaration`: the sources inside the file say them; that both are
    ///   the same is tested where configurations are made from source;
    /// - `variables`: defaults of those that were not set, and which are sensitive, stand in
    ///   the configuration.
    Terraform,
    /// The JSON that plangate made, which knows no more than the file.
    Plangate,
}

/// Compares what a file says with what JSON of the same plan says, field by field. Left out
/// for any JSON are: `format_version`, for the formats count on their own; `refinements`,
/// which JSON cannot say; `source`, `span` and `header`, for a file has no lines.
fn assert_equal(path: &Path, file: &Model, json: &Model, against: Against) {
    let name = path.display();
    let Model {
        kind,
        format_version,
        tool_version,
        resources,
        drift,
        variables,
        outputs,
        checks,
        relevant_attributes,
        configuration,
        completeness,
        marks_every_secret,
        secrets,
        source: _,
    } = file;
    assert_eq!((*kind, json.kind), (Kind::Plan, Kind::Plan), "{name}");
    assert_eq!((format_version.as_str(), json.format_version.as_str()), ("3", "1.2"), "{name}");
    assert_eq!(*tool_version, json.tool_version, "{name}");
    assert_resources(path, resources, &json.resources);
    assert_resources(path, drift, &json.drift);
    assert_eq!(format!("{outputs:?}"), format!("{:?}", json.outputs), "{name}");
    assert_eq!(*completeness, json.completeness, "{name}");
    assert_eq!(*checks, json.checks, "{name}");
    assert_eq!(*relevant_attributes, json.relevant_attributes, "{name}");
    assert!(configuration.is_some() && !marks_every_secret, "{name}");
    assert_eq!(json.marks_every_secret, against == Against::Terraform, "{name}");
    for (variable, known) in variables {
        assert_eq!(known.value, json.variables[variable].value, "{name}: {variable}");
    }
    for secret in json.secrets.iter() {
        assert!(secrets.contains(secret), "{name}: {secret} is secret in JSON alone");
    }
    if against == Against::Plangate {
        assert_eq!(variables.len(), json.variables.len(), "{name}");
    }
}

fn assert_resources(path: &Path, file: &[Resource], json: &[Resource]) {
    let addresses =
        |resources: &[Resource]| -> Vec<String> { resources.iter().map(Resource::label).collect() };
    assert_eq!(addresses(file), addresses(json), "{}", path.display());
    for (file, json) in file.iter().zip(json) {
        let name = format!("{}: {}", path.display(), file.label());
        let Resource {
            address,
            deposed,
            previous_address,
            provider,
            action,
            action_reason,
            tainted,
            importing,
            replace_paths,
            values,
            before,
            unknown,
            refinements: _,
            sensitive,
            declaration: _,
            span: _,
            header: _,
        } = file;
        assert_eq!(*address, json.address, "{name}");
        assert_eq!(*deposed, json.deposed, "{name}");
        assert_eq!(*previous_address, json.previous_address, "{name}");
        assert_eq!(*provider, json.provider, "{name}");
        assert_eq!(*action, json.action, "{name}");
        assert_eq!(*tainted, json.tainted, "{name}");
        assert_eq!(*action_reason, json.action_reason, "{name}");
        assert_eq!(*importing, json.importing, "{name}");
        assert_eq!(*replace_paths, json.replace_paths, "{name}");
        assert_eq!(*values, json.values, "{name}");
        assert_eq!(*before, json.before, "{name}");
        assert_eq!(*unknown, json.unknown, "{name}");
        assert_eq!(*sensitive, json.sensitive, "{name}");
    }
}

#[test]
fn a_saved_plan_file_says_what_terraform_says_of_it() {
    for (out, json) in pairs() {
        assert_equal(&out, &model(&out), &model(&json), Against::Terraform);
    }
}

/// A finding without its place.
fn verdicts(path: &Path, label: &str) -> Vec<String> {
    let bytes = fs::read(path).unwrap();
    let report = crate::support::check(vec![Document { label: label.to_owned(), bytes }]);
    // A saved plan file names the backend that was used, where the source names none.
    let needs_source = report.policies.iter().filter(|p| p.metadata.needs.contains(&Need::Source));
    let needs_source: Vec<_> = needs_source.map(|policy| &policy.id).collect();
    let findings = report.findings.iter().filter(|f| !needs_source.contains(&&f.policy));
    let counts = report.by_policy.iter().filter(|(policy, _)| !needs_source.contains(policy));
    let counts: Vec<String> = counts.map(|(policy, c)| format!("{policy} {c:?}")).collect();
    let findings = findings.map(|finding| {
        let attribute = finding.attribute.as_ref().map(ToString::to_string);
        let outcome = finding.outcome.as_str();
        format!(
            "{outcome} {} {} {attribute:?} {}",
            finding.policy, finding.address, finding.message
        )
    });
    findings.chain(counts).collect()
}

#[test]
fn a_saved_plan_file_gets_the_verdicts_of_its_json() {
    for (out, json) in pairs() {
        // Beside the JSON stands the source that a saved plan file has inside.
        let label = |name: &str| json.with_file_name(name).display().to_string();
        let expected = verdicts(&json, &label("plan.json"));
        assert_eq!(verdicts(&out, &label("plan")), expected, "{}", out.display());
    }
}

#[test]
fn a_converted_plan_reads_back_as_the_same_model() {
    for (out, _) in pairs() {
        let json = convert(&document(&out)).unwrap();
        let converted = load(&Document { label: "c.json".to_owned(), bytes: json.into() }).unwrap();
        assert_equal(&out, &model(&out), &converted, Against::Plangate);
    }
}

/// What others read of a plan is the same in both documents: everything that says what
/// changes, but for marks that come from schemas.
#[test]
fn a_converted_plan_has_terraforms_shape() {
    for (out, json) in pairs() {
        let name = out.display();
        let ours: serde_json::Value =
            serde_json::from_str(&convert(&document(&out)).unwrap()).unwrap();
        let theirs: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(&json).unwrap()).unwrap();
        for member in ["format_version", "terraform_version", "checks", "timestamp"] {
            assert_eq!(ours.get(member), theirs.get(member), "{name}: {member}");
        }
        for member in ["errored", "applyable", "complete", "output_changes"] {
            assert_eq!(ours.get(member), theirs.get(member), "{name}: {member}");
        }
        for member in ["resource_changes", "resource_drift"] {
            let (ours, theirs) = (changes(&ours[member]), changes(&theirs[member]));
            assert_eq!(ours, theirs, "{name}: {member}");
        }
    }
}

/// Changes by address. Marks are compared as models; a tree of them has members for values
/// that are unknown, if their type has members, and only a schema knows types.
fn changes(list: &serde_json::Value) -> Vec<serde_json::Value> {
    let mut changes = list.as_array().cloned().unwrap_or_default();
    for change in &mut changes {
        change["change"]["after_sensitive"] = serde_json::Value::Null;
        change["change"]["before_sensitive"] = serde_json::Value::Null;
    }
    changes.sort_by_key(|change| format!("{} {}", change["address"], change["deposed"]));
    changes
}

#[test]
fn limits_of_unknown_values_are_kept() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/terraform-1.11");
    let model = model(&path.join("check-blocks/plan.out"));
    let [service] = model.resources.as_slice() else { panic!("one resource") };
    let limits: Vec<(String, bool)> = service
        .refinements
        .iter()
        .map(|(path, refinement)| (path.to_string(), refinement.not_null))
        .collect();
    assert_eq!(limits, [("id".to_owned(), true)]);
}

#[test]
fn the_sources_inside_are_those_beside() {
    let scenarios = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/scenarios");
    let mut files = 0;
    for (out, _) in pairs() {
        let Some(root) = out.parent().filter(|_| out.starts_with(&scenarios)) else { continue };
        let sources = saved_plan::read("plan.out", &fs::read(&out).unwrap()).unwrap().sources;
        // What was downloaded is not kept beside the plan.
        let own = sources.modules.iter().filter(|module| !module.dir.starts_with(".terraform"));
        for module in own {
            assert_eq!(module.path.is_empty(), module.source.is_empty());
            for (name, text) in &module.files {
                let beside = root.join(&module.dir).join(name);
                assert_eq!(*text, fs::read_to_string(&beside).unwrap(), "{}", beside.display());
                files += 1;
            }
        }
        assert_eq!(sources.modules[0].path, Vec::<String>::new());
    }
    assert!(files >= 16, "{files} files");
}

#[test]
fn modules_are_found_by_the_calls_that_lead_to_them() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/terraform-1.11/modules-count-foreach/plan.out");
    let sources = saved_plan::read("plan.out", &fs::read(path).unwrap()).unwrap().sources;
    let modules: Vec<(String, &str, &str)> = sources
        .modules
        .iter()
        .map(|module| (module.path.join("."), module.source.as_str(), module.dir.as_str()))
        .collect();
    assert_eq!(
        modules,
        [
            (String::new(), "", "."),
            ("app".to_owned(), "./modules/app", "modules/app"),
            ("app.store".to_owned(), "../store", "modules/store"),
            ("maybe".to_owned(), "./modules/app", "modules/app"),
            ("maybe.store".to_owned(), "../store", "modules/store"),
        ]
    );
}

#[test]
fn saved_plan_files_are_found_below_directories() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let directory = tempfile::tempdir().unwrap();
    let plan = fixtures.join("plans/no-changes.out");
    fs::copy(plan, directory.path().join("unit.tfplan")).unwrap();
    let other = super::hostile_plan::zip_of(&[("readme-of-tfplan.txt", b"tfplan")]);
    fs::write(directory.path().join("other.zip"), other).unwrap();
    let found = find(&[directory.path().to_owned()], &ReadOptions::default());
    assert_eq!((found.documents.len(), found.ignored, found.errors.len()), (1, 1, 0));
    assert_eq!(load(&found.documents[0]).unwrap().kind, Kind::Plan);
}

#[test]
fn a_saved_plan_has_no_text_to_show() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let model = model(&fixtures.join("scenarios/state-and-secrets/violating/plan.out"));
    let Model { source, .. } = &model;
    let source: &Source = source;
    assert_eq!((source.name(), source.text()), ("plan.out", ""));
}

fn plangate(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_plangate"))
        .args(arguments)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"))
        .env_clear()
        .output()
        .unwrap()
}

#[test]
fn convert_prints_json_or_says_what_is_wrong() {
    let output = plangate(&["convert", "plans/no-changes.out"]);
    assert_eq!(output.status.code(), Some(0));
    serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap();
    assert!(output.stderr.is_empty());
    for (input, code) in [("plans/no-changes.json", 3), ("absent.out", 3), ("plans", 2)] {
        let output = plangate(&["convert", input]);
        assert_eq!(output.status.code(), Some(code), "{input}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{input}");
    }
}

#[test]
fn a_check_of_a_saved_plan_file_prints_no_secret() {
    let plan = "scenarios/state-and-secrets/violating/plan.out";
    for format in ["pretty", "json", "sarif"] {
        let output = plangate(&["check", plan, "--format", format]);
        assert_eq!(output.status.code(), Some(1), "{format}");
        for text in [output.stdout, output.stderr] {
            assert!(!String::from_utf8_lossy(&text).contains("canary"), "{format}");
        }
    }
}
