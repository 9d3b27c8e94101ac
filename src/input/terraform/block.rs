//! Nested blocks that a plan has although its configuration does not show them.
//!
//! What is not known and was not written is computed by its provider, and counts as absent. The JSON of a
//! plan leaves `dynamic` blocks out of the configuration, so that what they make looks the same. There is but
//! one reading where the plan knows that there is such a block and not what it holds, where the resource is yet
//! to be made and the plan knows its blocks, and where no provider computes the block: a `dynamic` block makes
//! it. Source says it of every block; this is for plans without.

use std::sync::Arc;

use crate::base::PathStep;
use crate::model::{Declaration, Object, Resource, Value};

/// Blocks that no provider computes, by type. Those of AWS were found by plans of version 5.100.0 of the provider:
/// where none is written, these are empty, and others are known after apply. Of the others those are listed that
/// open something and are declared as arguments alone.
const NEVER_COMPUTED: [(&str, &[&str]); 24] = [
    ("aws_alb", &["access_logs"]),
    ("aws_autoscaling_group", &["tag"]),
    ("aws_cloudfront_distribution", &["logging_config", "ordered_cache_behavior", "origin"]),
    ("aws_dynamodb_table", &["replica"]),
    ("aws_eks_cluster", &["compute_config", "encryption_config", "vpc_config"]),
    ("aws_eks_node_group", &["launch_template", "remote_access"]),
    ("aws_elb", &["access_logs"]),
    ("aws_instance", &["launch_template"]),
    ("aws_lambda_function", &["environment", "vpc_config"]),
    ("aws_launch_template", &["block_device_mappings", "network_interfaces"]),
    ("aws_lb", &["access_logs"]),
    ("aws_route53_record", &["alias", "failover_routing_policy"]),
    ("aws_route53_zone", &["vpc"]),
    ("aws_s3_bucket_website_configuration", &["redirect_all_requests_to"]),
    ("aws_spot_instance_request", &["launch_template"]),
    ("azurerm_kubernetes_cluster", &["default_node_pool"]),
    ("azurerm_network_interface", &["ip_configuration"]),
    ("google_compute_firewall", &["allow"]),
    ("google_compute_firewall_policy_rule", &["match", "match.layer4_configs"]),
    ("google_compute_instance", &INTERFACES),
    ("google_compute_instance_template", &INTERFACES),
    ("google_compute_network_firewall_policy_rule", &["match", "match.layer4_configs"]),
    ("google_compute_region_instance_template", &INTERFACES),
    ("google_compute_region_network_firewall_policy_rule", &["match", "match.layer4_configs"]),
];

/// Blocks that a provider computes, and knows the number of before it knows what they hold.
const COMPUTED: [(&str, &str); 1] = [("aws_acm_certificate", "domain_validation_options")];

const INTERFACES: [&str; 3] = [
    "network_interface",
    "network_interface.access_config",
    "network_interface.ipv6_access_config",
];

/// Adds to the declaration of a planned resource every block that only a `dynamic` block can have made.
pub(super) fn add_dynamic(resource: &mut Resource) {
    let Some(declaration) = &resource.declaration else { return };
    let resource_type = &*declaration.resource_type;
    let known = NEVER_COMPUTED.iter().find(|(name, _)| *name == resource_type);
    let listed = known.map(|(_, names)| *names).unwrap_or_default();
    let is_computed = |name: &str| COMPUTED.contains(&(resource_type, name));
    let mut arguments: Option<Value> = None;
    for path in &resource.unknown {
        let written = arguments.as_ref().unwrap_or(&declaration.arguments);
        let is_written = !path.root().is_some_and(is_computed);
        if let Some(more) = is_written.then(|| with_block(written, &path.0, "", listed)).flatten() {
            arguments = Some(more);
        }
    }
    let is_new = resource.before.as_ref().is_none_or(|before| *before == Value::Null);
    let values = resource.values.as_ref().filter(|_| is_new).and_then(Value::as_object);
    let known = values.into_iter().flatten().filter(|(_, value)| are_blocks(value));
    for (name, _) in known.filter(|(name, _)| !is_computed(name)) {
        let written = arguments.as_ref().unwrap_or(&declaration.arguments);
        if let Some(members) = written.as_object().filter(|members| members.get(name).is_none()) {
            arguments = Some(with(members, name, Value::Bool(true)));
        }
    }
    if let Some(arguments) = arguments {
        let supplemented = Declaration { arguments, ..(**declaration).clone() };
        resource.declaration = Some(Arc::new(supplemented));
    }
}

/// The arguments in `written` with the block that the unknown value at `path` must lie in; None where they
/// need none, or where nobody can say. `above` is the name of the block they stand in.
fn with_block(written: &Value, path: &[PathStep], above: &str, listed: &[&str]) -> Option<Value> {
    match (written, path) {
        (Value::Object(members), [PathStep::Key(key), below @ ..]) => {
            let name = if above.is_empty() { key.to_string() } else { format!("{above}.{key}") };
            let more = match (members.get(key), below) {
                (Some(inner), _) => with_block(inner, below, &name, listed)?,
                // There is one, whatever it holds.
                (None, [PathStep::Index(_), PathStep::Key(_), ..]) => Value::Bool(true),
                // Not even the number is known.
                (None, []) if listed.contains(&&*name) => {
                    Value::Array([Value::Object(Object::default())].into())
                }
                (None, _) => return None,
            };
            Some(with(members, key, more))
        }
        // Blocks may be sorted on their way into the plan: any of them may be meant.
        (Value::Array(blocks), [PathStep::Index(_), below @ ..]) => {
            let more = blocks.iter().map(|block| with_block(block, below, above, listed));
            let more: Vec<Value> = more.collect::<Option<_>>()?;
            (!more.is_empty()).then(|| Value::Array(more.into()))
        }
        (Value::Object(_), [PathStep::Index(_), below @ ..]) => {
            with_block(written, below, above, listed)
        }
        _ => None,
    }
}

fn with(members: &Object, name: &Arc<str>, value: Value) -> Value {
    let others = members.iter().filter(|(known, _)| known != name).cloned();
    let all = others.chain([(name.clone(), value)]).collect();
    Value::Object(Object::new(all).unwrap_or_default())
}

/// True for a list that holds objects.
fn are_blocks(value: &Value) -> bool {
    let elements = value.as_array().unwrap_or_default();
    elements.iter().any(|element| element.as_object().is_some())
}
