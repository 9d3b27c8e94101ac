//! Nested blocks that a plan does not know although no provider computes them.
//!
//! What is not known and was not written is computed by its provider, and counts as absent. The JSON of a
//! plan leaves `dynamic` blocks out of the configuration, so that what they make looks the same. Where no
//! provider computes a block there is but one reading: a `dynamic` block makes it. Source says it of
//! every block; this is for plans without.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::{AttributePath, PathStep};
use crate::model::{Declaration, Object, Value};

/// The blocks, by type. Found by plans of version 5.100.0 of the provider: where none is written, these are
/// empty, and others are known after apply.
const NEVER_COMPUTED: [(&str, &[&str]); 15] = [
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
];

/// The declaration, with every block that only a `dynamic` block can have made.
pub(super) fn with_dynamic(
    declaration: Arc<Declaration>,
    unknown: &[AttributePath],
) -> Arc<Declaration> {
    let known = NEVER_COMPUTED.iter().find(|(name, _)| *name == &*declaration.resource_type);
    let (Some((_, names)), Some(written)) = (known, declaration.arguments.as_object()) else {
        return declaration;
    };
    let mut blocks: BTreeMap<Arc<str>, Vec<(Arc<str>, Value)>> = BTreeMap::new();
    for path in unknown {
        let Some((PathStep::Key(name), below)) = path.0.split_first() else { continue };
        if !names.contains(&&**name) || written.get(name).is_some() {
            continue;
        }
        let arguments = blocks.entry(name.clone()).or_default();
        if let [PathStep::Index(_), PathStep::Key(argument), ..] = below
            && !arguments.iter().any(|(name, _)| name == argument)
        {
            arguments.push((argument.clone(), Value::Bool(true)));
        }
    }
    if blocks.is_empty() {
        return declaration;
    }
    let blocks = blocks.into_iter().map(|(name, arguments)| {
        let block = Value::Object(Object::new(arguments).unwrap_or_default());
        (name, Value::Array([block].into()))
    });
    let all = written.iter().cloned().chain(blocks).collect();
    let mut supplemented = (*declaration).clone();
    supplemented.arguments = Value::Object(Object::new(all).unwrap_or_default());
    Arc::new(supplemented)
}
