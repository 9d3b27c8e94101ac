//! Plan JSON, state JSON and raw state with canaries in every place that can hold a secret.

use serde_json::{Value, json};

use super::shape::{SHAPES, canary};

/// A place: puts the secret with this number there.
type Place = fn(&mut Value, &str, Value);

/// The places of plan JSON whose values somebody calls secret: the document itself, the schema of
/// a provider, or the name of the argument.
const PLACES: &[Place] = &[
    // Variables, which are marked where they are declared.
    |plan, name, secret| {
        plan["variables"][name] = json!({"value": secret});
        root(plan)["variables"][name] = json!({"sensitive": true});
    },
    |plan, name, secret| {
        plan["variables"][name] = json!({"value": {"deep": [secret]}});
        root(plan)["variables"][name] = json!({"ephemeral": true});
    },
    |plan, name, secret| {
        root(plan)["variables"][name] = json!({"sensitive": true, "default": secret});
    },
    |plan, name, secret| {
        plan["variables"][format!("{name}_password")] = json!({"value": secret});
    },
    // Modules below the root.
    |plan, name, secret| {
        let default = json!({"sensitive": true, "default": secret});
        root(plan)["module_calls"]["m"]["module"]["variables"][name] = default;
    },
    |plan, name, secret| {
        let call = &mut root(plan)["module_calls"]["m"];
        call["module"]["variables"][name] = json!({"sensitive": true});
        call["expressions"][name] = json!({"constant_value": secret});
    },
    |plan, name, secret| {
        let expression = json!({"expression": {"constant_value": secret}, "sensitive": true});
        root(plan)["module_calls"]["m"]["module"]["outputs"][name] = expression;
    },
    // What is written in the configuration.
    |plan, name, secret| {
        let expressions = json!({"master_password": {"constant_value": secret}});
        configured(plan, name, json!({"expressions": expressions}));
    },
    |plan, name, secret| {
        let block = json!([{"login": [{"api_key": {"constant_value": secret}}]}]);
        configured(plan, name, json!({"expressions": {"setting": block}}));
    },
    |plan, name, secret| {
        let connection = json!({"connection": {"password": {"constant_value": secret}}});
        let provisioner = json!([{"type": "remote-exec", "expressions": connection}]);
        configured(plan, name, json!({"provisioners": provisioner}));
    },
    |plan, name, secret| {
        let provider = json!({"name": "x", "expressions": {"token": {"constant_value": secret}}});
        plan["configuration"]["provider_config"][name] = provider;
    },
    |plan, name, secret| {
        let expression = json!({"expression": {"constant_value": secret}, "sensitive": true});
        root(plan)["outputs"][name] = expression;
    },
    // Outputs, as they will be and as they were.
    |plan, name, secret| output(plan, name, json!({"after": secret, "after_sensitive": true})),
    |plan, name, secret| output(plan, name, json!({"before": secret, "before_sensitive": true})),
    |plan, name, secret| {
        let value = json!({"value": secret, "sensitive": true});
        plan["planned_values"]["outputs"][name] = value;
    },
    |plan, name, secret| {
        let value = json!({"value": secret, "sensitive": true});
        plan["prior_state"]["values"]["outputs"][name] = value;
    },
    // Resources of the states that a plan holds.
    |plan, name, secret| {
        let resource = stated("terraform_data", name, json!({"input": secret}));
        push(&mut plan["planned_values"]["root_module"]["resources"], resource);
    },
    |plan, name, secret| {
        let resource = stated("terraform_data", name, json!({"input": secret}));
        push(&mut plan["prior_state"]["values"]["root_module"]["resources"], resource);
    },
    |plan, name, secret| {
        let mut resource = stated("terraform_remote_state", name, json!({"input": secret}));
        resource["mode"] = json!("data");
        resource["address"] = json!(format!("data.terraform_remote_state.{name}"));
        push(&mut plan["prior_state"]["values"]["root_module"]["resources"], resource);
    },
    |plan, name, secret| {
        let mut resource = stated("terraform_data", name, json!({"input": secret}));
        resource["address"] = json!(format!("module.m.terraform_data.{name}"));
        let module = json!({"address": "module.m", "resources": [resource]});
        push(&mut plan["prior_state"]["values"]["root_module"]["child_modules"], module);
    },
    // Changes of resources: at depth, whole, before, of an attribute that the provider calls
    // sensitive, of a document in a string, of what is deposed or goes away.
    |plan, name, secret| {
        let after = json!({"input": {"a": [{"b": secret}, "open"]}});
        let marks = json!({"input": {"a": [{"b": true}, false]}});
        let change = json!({"after": after, "after_sensitive": marks});
        changed(plan, "terraform_data", name, "create", change);
    },
    |plan, name, secret| {
        let after = json!({"list": [[secret]], "map": {"open": "x"}});
        let change = json!({"after": after, "after_sensitive": {"list": true}});
        changed(plan, "terraform_data", name, "create", change);
    },
    |plan, name, secret| {
        let change = json!({"after": {"input": secret}, "after_sensitive": true});
        changed(plan, "terraform_data", name, "create", change);
    },
    |plan, name, secret| {
        let before = json!({"input": secret});
        let change = json!({"before": before, "after": {}, "before_sensitive": {"input": true}});
        changed(plan, "terraform_data", name, "update", change);
    },
    |plan, name, secret| {
        let change = json!({"after": {"value": secret}});
        changed(plan, "aws_ssm_parameter", name, "create", change);
    },
    |plan, name, secret| {
        let change = json!({"before": {"user": [{"password": secret}]}, "after": null});
        changed(plan, "aws_mq_broker", name, "delete", change);
    },
    |plan, name, secret| {
        let document = json!({"Statement": [{"Sid": "a", "Password": secret}]}).to_string();
        let change = json!({"after": {"text": document}, "after_sensitive": {"text": true}});
        changed(plan, "terraform_data", name, "create", change);
    },
    |plan, name, secret| {
        let before = json!({"input": secret});
        let change = json!({"before": before, "after": null, "before_sensitive": {"input": true}});
        changed(plan, "terraform_data", name, "delete", change);
        plan["resource_changes"].as_array_mut().unwrap().last_mut().unwrap()["deposed"] =
            json!("0badcafe");
    },
    // What happened elsewhere, what is put off, and what apply invokes.
    |plan, name, secret| {
        let change = json!({"before": {}, "after": {"input": secret},
            "after_sensitive": {"input": true}});
        let resource = resource("terraform_data", name, "update", change);
        push(&mut plan["resource_drift"], resource);
    },
    |plan, name, secret| {
        let change = json!({"before": {"input": secret}, "after": {},
            "before_sensitive": {"input": true}});
        let resource = resource("terraform_data", name, "update", change);
        push(&mut plan["resource_drift"], resource);
    },
    |plan, name, secret| {
        let change = json!({"after": {"input": secret}, "after_sensitive": {"input": true}});
        let change = resource("terraform_data", name, "create", change);
        let deferred = json!({"reason": "resource_config_unknown", "resource_change": change});
        push(&mut plan["deferred_changes"], deferred);
    },
    |plan, name, secret| {
        let invocation = invocation(name, secret);
        let deferred = json!({"reason": "deferred_prereq", "action_invocation": invocation});
        push(&mut plan["deferred_action_invocations"], deferred);
    },
    |plan, name, secret| push(&mut plan["action_invocations"], invocation(name, secret)),
];

/// Places whose values nobody calls secret, and which may hold some all the same: nothing of them
/// is ever printed.
const UNSAID: &[Place] = &[
    |plan, name, secret| {
        let instance = json!({"status": "fail", "problems": [{"message": secret}]});
        let address = json!({"kind": "resource", "to_display": format!("terraform_data.{name}")});
        let check = json!({"address": address, "status": "fail", "instances": [instance]});
        push(&mut plan["checks"], check);
    },
    |plan, name, secret| {
        let change = json!({"after": {}, "importing": {"id": secret}, "generated_config": secret});
        changed(plan, "terraform_data", name, "create", change);
    },
    |plan, name, secret| {
        let change = json!({"after": {}, "after_identity": {"x": secret}});
        changed(plan, "terraform_data", name, "create", change);
    },
    |plan, name, secret| plan["a_member_of_tomorrow"][name] = secret,
];

/// A plan with canaries in each place: of each shape, or only of each `every`th. What is called
/// secret stands once more in a resource where nobody says so. Returns the numbers of those, too.
pub(super) fn plan(every: usize) -> (Value, Vec<usize>) {
    let mut plan = json!({
        "format_version": "1.2", "terraform_version": "1.14.0", "complete": true, "errored": false,
        "configuration": {"root_module": {}},
    });
    let mut echo = Echo::default();
    let mut number = 0;
    let places = PLACES.iter().map(|place| (place, true));
    let places = places.chain(UNSAID.iter().map(|place| (place, false)));
    for (at, (place, is_said)) in places.enumerate() {
        for shape in (at % every..SHAPES.len()).step_by(every) {
            let secret = canary(number, shape);
            place(&mut plan, &format!("n{number}"), secret.clone());
            if is_said {
                echo.add(number, secret);
            }
            number += 1;
        }
    }
    assert!(number * every >= 500, "{number} canaries");
    for (name, values) in echo.resources() {
        changed(&mut plan, "terraform_data", &name, "create", json!({"after": values}));
    }
    (plan, echo.numbers)
}

/// Secrets once more, where nobody calls them so.
#[derive(Default)]
pub(super) struct Echo {
    pub(super) values: serde_json::Map<String, Value>,
    pub(super) numbers: Vec<usize>,
}

impl Echo {
    pub(super) fn add(&mut self, number: usize, secret: Value) {
        self.values.insert(format!("note_{number}"), secret);
        self.numbers.push(number);
    }

    /// Names and values of resources that hold a few each.
    pub(super) fn resources(&self) -> Vec<(String, Value)> {
        let values: Vec<(&String, &Value)> = self.values.iter().collect();
        let resource = |(at, part): (usize, &[(&String, &Value)])| {
            let part: serde_json::Map<String, Value> =
                part.iter().map(|(name, value)| ((*name).clone(), (*value).clone())).collect();
            (format!("echo_{at}"), json!({"input": part}))
        };
        values.chunks(10).enumerate().map(resource).collect()
    }
}

/// State JSON: marked values, attributes that the provider calls sensitive, outputs, modules.
pub(super) fn state() -> (Value, Vec<usize>) {
    let mut state = json!({"format_version": "1.0", "terraform_version": "1.11.4", "values": {}});
    let mut echo = Echo::default();
    for shape in 0..SHAPES.len() {
        let mut next = |at: usize| {
            let number = shape * 4 + at;
            let secret = canary(number, shape);
            echo.add(number, secret.clone());
            (format!("n{number}"), secret)
        };
        let (name, secret) = next(0);
        let resources = |state: &mut Value, resource: Value| {
            push(&mut state["values"]["root_module"]["resources"], resource);
        };
        resources(&mut state, stated("terraform_data", &name, json!({"input": secret})));
        let (name, secret) = next(1);
        let mut resource = stated("aws_ssm_parameter", &name, json!({"value": secret}));
        resource["sensitive_values"] = json!({});
        resources(&mut state, resource);
        let (name, secret) = next(2);
        state["values"]["outputs"][name] = json!({"value": secret, "sensitive": true});
        let (name, secret) = next(3);
        let mut resource =
            stated("terraform_data", &name, json!({"input": {"db_password": secret}}));
        resource["sensitive_values"] = json!({});
        resource["address"] = json!(format!("module.m.terraform_data.{name}"));
        let module = json!({"address": "module.m", "resources": [resource]});
        push(&mut state["values"]["root_module"]["child_modules"], module);
    }
    for (name, values) in echo.resources() {
        let mut resource = stated("terraform_data", &name, values);
        resource["sensitive_values"] = json!({});
        push(&mut state["values"]["root_module"]["resources"], resource);
    }
    (state, echo.numbers)
}

/// Raw state of the same kind; `first` is the number of the first canary.
pub(super) fn raw_state(first: usize) -> (Value, Echo) {
    let mut state = json!({"version": 4, "terraform_version": "1.11.4", "serial": 1,
        "lineage": "00000000-0000-0000-0000-000000000000"});
    let mut echo = Echo::default();
    for shape in 0..SHAPES.len() {
        let mut next = |at: usize| {
            let number = first + shape * 4 + at;
            let secret = canary(number, shape);
            echo.add(number, secret.clone());
            (format!("n{number}"), secret)
        };
        let (name, secret) = next(0);
        let path = json!([{"type": "get_attr", "value": "input"}]);
        let instance = json!({"schema_version": 0, "attributes": {"input": secret},
            "sensitive_attributes": [path]});
        push(&mut state["resources"], raw("terraform_data", &name, instance));
        let (name, secret) = next(1);
        let instance = json!({"schema_version": 0, "attributes": {"value": secret}});
        push(&mut state["resources"], raw("aws_ssm_parameter", &name, instance));
        let (name, secret) = next(2);
        state["outputs"][name] = json!({"value": secret, "type": "dynamic", "sensitive": true});
        let (name, secret) = next(3);
        let instance = json!({"schema_version": 0, "attributes": {"access_token": secret}});
        push(&mut state["resources"], raw("terraform_data", &name, instance));
    }
    (state, echo)
}

/// A block of raw state.
pub(super) fn raw(resource_type: &str, name: &str, instance: Value) -> Value {
    json!({"mode": "managed", "type": resource_type, "name": name,
        "provider": "provider[\"registry.terraform.io/hashicorp/x\"]", "instances": [instance]})
}

fn root(plan: &mut Value) -> &mut Value {
    &mut plan["configuration"]["root_module"]
}

fn configured(plan: &mut Value, name: &str, parts: Value) {
    let mut resource = json!({"address": format!("null_resource.{name}"), "mode": "managed",
        "type": "null_resource", "name": name, "provider_config_key": "x"});
    let parts = parts.as_object().unwrap().clone();
    resource.as_object_mut().unwrap().extend(parts);
    // No instance: nothing but the configuration knows of it.
    resource["count_expression"] = json!({"constant_value": 0});
    push(&mut root(plan)["resources"], resource);
}

fn output(plan: &mut Value, name: &str, change: Value) {
    plan["output_changes"][name] = change;
    plan["output_changes"][name]["actions"] = json!(["update"]);
}

/// A resource of a state, whose first attribute is marked.
fn stated(resource_type: &str, name: &str, values: Value) -> Value {
    json!({"address": format!("{resource_type}.{name}"), "mode": "managed", "type": resource_type,
        "name": name, "provider_name": "x", "values": values, "sensitive_values": {"input": true}})
}

fn resource(resource_type: &str, name: &str, action: &str, change: Value) -> Value {
    let mut resource = json!({"address": format!("{resource_type}.{name}"), "mode": "managed",
        "type": resource_type, "name": name, "provider_name": "x", "change": change});
    resource["change"]["actions"] = json!([action]);
    resource
}

fn changed(plan: &mut Value, resource_type: &str, name: &str, action: &str, change: Value) {
    push(&mut plan["resource_changes"], resource(resource_type, name, action, change));
}

fn invocation(name: &str, secret: Value) -> Value {
    json!({"address": format!("action.x_call.{name}"), "type": "x_call", "name": name,
        "provider_name": "x", "config_values": {"body": secret, "open": "x"},
        "config_sensitive": {"body": true}})
}

fn push(list: &mut Value, element: Value) {
    match list {
        Value::Array(elements) => elements.push(element),
        other => *other = json!([element]),
    }
}
