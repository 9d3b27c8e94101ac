//! Terraform source with canaries, beside its plan JSON and inside a saved plan file.

use serde_json::{Value, json};

use super::plan::{Echo, raw, raw_state};
use super::shape::{SHAPES, canary};
use crate::hostile_plan::{field, zip_of};

/// The places of source: what is written for a name and a value.
const PLACES: &[fn(&str, &str) -> String] = &[
    |name, value| {
        format!("variable \"{name}\" {{\n  sensitive = true\n  default   = {value}\n}}\n")
    },
    |name, value| {
        format!("variable \"{name}\" {{\n  ephemeral = true\n  default   = {value}\n}}\n")
    },
    |name, value| format!("variable \"{name}_password\" {{\n  default = {value}\n}}\n"),
    |name, value| format!("output \"{name}\" {{\n  sensitive = true\n  value     = {value}\n}}\n"),
    |name, value| format!("locals {{\n  {name}_api_key = {value}\n}}\n"),
    |name, value| format!("locals {{\n  {name} = {{ open = 1, secret = [{value}] }}\n}}\n"),
    |name, value| format!("provider \"x\" {{\n  alias = \"{name}\"\n  token = {value}\n}}\n"),
    |name, value| {
        format!(
            "resource \"null_resource\" \"{name}\" {{\n  count    = 0\n  password = {value}\n}}\n"
        )
    },
    |name, value| {
        format!(
            "resource \"null_resource\" \"{name}\" {{\n  count = 0\n  provisioner \"remote-exec\" {{\n    \
             connection {{\n      password = {value}\n    }}\n  }}\n}}\n"
        )
    },
    |name, value| {
        format!("module \"{name}\" {{\n  source = \"./modules/m\"\n  given  = {value}\n}}\n")
    },
    |name, value| {
        format!(
            "locals {{\n  {name}_credentials = jsonencode({{ user = \"x\", key = {value} }})\n}}\n"
        )
    },
    |name, value| {
        format!("data \"x_y\" \"{name}\" {{\n  auth_token = true ? {value} : \"none\"\n}}\n")
    },
];

/// The module that [`PLACES`] call.
const MODULE: &str = "variable \"given\" {\n  sensitive = true\n}\n";

/// Source with a canary of each shape in each place, from the number `first`; what is called
/// secret in it.
struct Program {
    text: String,
    echo: Echo,
}

fn program(first: usize) -> Program {
    let mut program = Program { text: String::new(), echo: Echo::default() };
    let mut number = first;
    for place in PLACES {
        for shape in 0..SHAPES.len() {
            let secret = canary(number, shape);
            program.text.push_str(&place(&format!("n{number}"), &expression(&secret)));
            program.echo.add(number, secret);
            number += 1;
        }
    }
    // The backend is there once.
    let secret = canary(number, 0);
    let backend = expression(&secret);
    program.text.push_str(&format!(
        "terraform {{\n  backend \"s3\" {{\n    secret_key = {backend}\n  }}\n}}\n"
    ));
    program.echo.add(number, secret);
    program
}

/// The resources that findings point at: each has its canaries on lines of its own.
fn pointed_at(echo: &Echo) -> String {
    let mut text = String::new();
    for (name, values) in echo.resources() {
        text.push_str(&format!("resource \"terraform_data\" \"{name}\" {{\n  input = {{\n"));
        for (name, value) in values["input"].as_object().unwrap() {
            text.push_str(&format!("    {name} = {}\n", expression(value)));
        }
        text.push_str("  }\n}\n");
    }
    text
}

/// `value` as Terraform writes it; a text of several lines as a heredoc.
fn expression(value: &Value) -> String {
    match value {
        Value::String(text) if text.contains('\n') && !text.contains('\r') => {
            let text = text.replace("${", "$${").replace("%{", "%%{");
            format!("<<EOT\n{text}\nEOT")
        }
        Value::Array(elements) => {
            let elements: Vec<String> = elements.iter().map(expression).collect();
            format!("[{}]", elements.join(", "))
        }
        Value::Object(members) => {
            let members =
                members.iter().map(|(name, value)| format!("{name} = {}", expression(value)));
            format!("{{ {} }}", members.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string().replace("${", "$${").replace("%{", "%%{"),
    }
}

/// The files of a root module and the plan JSON of what stands in it; the numbers of canaries.
pub(super) fn beside_a_plan() -> (Vec<(&'static str, String)>, Value, Vec<usize>) {
    let Program { text, echo } = program(0);
    let text = text + &pointed_at(&echo);
    let files = vec![("main.tf", text), ("modules/m/main.tf", MODULE.to_owned())];
    let resource = |(name, values): (String, Value)| {
        let change = json!({"actions": ["create"], "after": values});
        json!({"address": format!("terraform_data.{name}"), "mode": "managed",
            "type": "terraform_data", "name": name, "provider_name": "x", "change": change})
    };
    let resources: Vec<Value> = echo.resources().into_iter().map(resource).collect();
    let plan = json!({"format_version": "1.2", "terraform_version": "1.11.4", "complete": true,
        "resource_changes": resources});
    (files, plan, echo.numbers)
}

/// A saved plan file: canaries in its source, its state, its variables, outputs and changes. One
/// resource holds them once more, where nobody says what they are.
pub(super) fn saved_plan() -> (Vec<u8>, Vec<usize>) {
    let Program { mut text, echo } = program(0);
    let Echo { mut values, mut numbers } = echo;
    let (mut state, of_state) = raw_state(1000);
    values.extend(of_state.values);
    numbers.extend(of_state.numbers);
    let mut tfplan = b"\x08\x03".to_vec();
    for shape in 0..SHAPES.len() {
        let number = 2000 + shape * 6;
        let mut next = |at: usize| {
            let secret = canary(number + at, shape);
            values.insert(format!("note_{}", number + at), secret.clone());
            numbers.push(number + at);
            (format!("n{}", number + at), secret)
        };
        let (name, secret) = next(0);
        text.push_str(&format!("variable \"{name}\" {{\n  sensitive = true\n}}\n"));
        let entry = [field(1, name.as_bytes()), field(2, &dynamic(&secret))].concat();
        tfplan.extend(field(2, &entry));
        let (name, secret) = next(1);
        text.push_str(&format!("variable \"{name}\" {{\n  ephemeral = true\n}}\n"));
        let entry = [field(1, name.as_bytes()), field(2, &dynamic(&secret))].concat();
        tfplan.extend(field(2, &entry));
        let (name, secret) = next(2);
        let (_, before) = next(3);
        let values = [field(2, &dynamic(&before)), field(2, &dynamic(&secret))].concat();
        let change = [b"\x08\x03".to_vec(), values].concat();
        let output = [field(1, name.as_bytes()), field(2, &change), b"\x18\x01".to_vec()].concat();
        tfplan.extend(field(4, &output));
        let (name, secret) = next(4);
        let marks = [marked(4, "input")].concat();
        tfplan.extend(created(3, &name, &json!({"input": secret}), &marks));
        let (name, secret) = next(5);
        let marks = [marked(4, "input")].concat();
        tfplan.extend(created(18, &name, &json!({"input": secret}), &marks));
        let instance = json!({"schema_version": 0, "attributes": {"input": null}});
        state["resources"].as_array_mut().unwrap().push(raw("terraform_data", &name, instance));
    }
    for (name, values) in (Echo { values, numbers: Vec::new() }).resources() {
        tfplan.extend(created(3, &name, &values, &[]));
    }
    tfplan.extend(field(14, b"1.11.4"));
    // The plan says that it can be applied, and that it is complete.
    tfplan.extend(b"\xc8\x01\x01\xd0\x01\x01");
    let modules: Vec<Value> = text
        .match_indices("module \"")
        .filter_map(|(at, before)| text[at + before.len()..].split('"').next())
        .map(|name| json!({"Key": name, "Source": "./modules/m", "Dir": "modules/m"}))
        .chain([json!({"Key": "", "Dir": "."})])
        .collect();
    let calls: Vec<String> = modules
        .iter()
        .filter_map(|module| module["Key"].as_str().filter(|key| !key.is_empty()))
        .map(|key| format!("tfconfig/m-{key}/main.tf"))
        .collect();
    let (modules, state) = (Value::from(modules).to_string(), state.to_string());
    let mut entries: Vec<(&str, &[u8])> = vec![
        ("tfplan", &tfplan),
        ("tfstate", state.as_bytes()),
        ("tfconfig/modules.json", modules.as_bytes()),
        ("tfconfig/m-/main.tf", text.as_bytes()),
    ];
    entries.extend(calls.iter().map(|name| (name.as_str(), MODULE.as_bytes())));
    (zip_of(&entries), numbers)
}

/// A change of a resource in the field `number` of a plan.
fn created(number: u8, name: &str, values: &Value, marks: &[u8]) -> Vec<u8> {
    let value = field(2, &dynamic(values));
    let (action, before) = if number == 3 { (1, Vec::new()) } else { (3, value.clone()) };
    let change = [vec![0x08, action], before, value, marks.to_vec()].concat();
    let address = format!("terraform_data.{name}");
    field(number, &[field(9, &change), field(13, address.as_bytes())].concat())
}

/// A path of one attribute in a list of paths that are secret.
fn marked(number: u8, attribute: &str) -> Vec<u8> {
    field(number, &field(1, &field(1, attribute.as_bytes())))
}

/// A value in MessagePack, as a plan holds it.
fn dynamic(value: &Value) -> Vec<u8> {
    let mut packed = Vec::new();
    pack(value, &mut packed);
    field(1, &packed)
}

fn pack(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Null => rmp::encode::write_nil(out).unwrap(),
        Value::Bool(value) => rmp::encode::write_bool(out, *value).unwrap(),
        Value::Number(number) => match number.as_u64() {
            Some(number) => {
                rmp::encode::write_uint(out, number).unwrap();
            }
            None => rmp::encode::write_f64(out, number.as_f64().unwrap()).unwrap(),
        },
        Value::String(text) => rmp::encode::write_str(out, text).unwrap(),
        Value::Array(elements) => {
            rmp::encode::write_array_len(out, elements.len() as u32).unwrap();
            elements.iter().for_each(|element| pack(element, out));
        }
        Value::Object(members) => {
            rmp::encode::write_map_len(out, members.len() as u32).unwrap();
            for (name, value) in members {
                rmp::encode::write_str(out, name).unwrap();
                pack(value, out);
            }
        }
    }
}
