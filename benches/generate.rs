//! Writes plans of any size for benchmarks, in the shape of `terraform show -json`.
//!
//! A plan repeats one stack of forty resources in five modules. A stack is the instance of a root
//! module call under one key, so the configuration grows with the plan. The text depends on the
//! number of resources alone. This module knows no policy and reads no plan.
//!
//! [`STACK`] gives every attribute once; values, marks, and expressions follow from it. A literal
//! is the author's, and `null` is unset. `"=var.a|text"` comes from a reference, `"~text"` from the
//! provider, and `"?aws_vpc.main.id|text"` is known after apply; `!` before marks it sensitive. In
//! the text, `#` starts raw JSON, and `||` the faulty value. `{"@": "=var.a", "is": …, "fault": …}`
//! is the long form, with `json` for a JSON string. `%` stands for `data` and for `logs`, `$t` for
//! the team, `$h` its hash, `$n` an octet, `$i` the instance key, and `$r` the release.

use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::iter::{repeat_n, successors};

/// Returns the plan of `resources` managed resource instances as one line of JSON.
///
/// A fault in [`STACK`] comes back as the parser's message, which is no JSON.
pub(crate) fn plan(resources: usize) -> String {
    match modules() {
        Ok(modules) => Writer::new(&modules, resources).plan(),
        Err(error) => error.to_string(),
    }
}

/// The numbers of keys of successive root module calls.
const CALLS: [usize; 8] = [1, 2, 1, 1, 2, 1, 2, 4];
const RELEASE: &str = "2025.10";
const TAGS: &str = r#"{"release": "$r", "team": "$t"}"#;
const VERSION: &str = r#""terraform_version":"1.11.4""#;
const CALLER: &str = r#""address":"data.aws_caller_identity.current","mode":"data","type":"aws_caller_identity","name":"current""#;
const CALLER_VALUES: &str = r#""provider_name":"registry.terraform.io/hashicorp/aws","schema_version":0,"values":{"account_id":"123456789012","arn":"arn:aws:iam::123456789012:role/pipeline","id":"123456789012","user_id":"AROAEXAMPLE"},"sensitive_values":{}"#;
const PROVIDERS: &str = r#""provider_config":{"aws":{"name":"aws","full_name":"registry.terraform.io/hashicorp/aws","version_constraint":"~> 5.90","expressions":{"region":{"constant_value":"eu-central-1"}}},"google":{"name":"google","full_name":"registry.terraform.io/hashicorp/google","version_constraint":"~> 6.20","expressions":{"region":{"constant_value":"europe-west3"}}}}"#;

/// Modules: name, inputs, outputs, blocks. Blocks: address, schema version, repetition, arguments.
const STACK: &str = r##"[["cluster", {"role_arn": "module.identity.role_arn", "subnet_ids": "module.network.private_subnet_ids", "vpc_id": "module.network.vpc_id"}, {}, [
["aws_eks_cluster.main", 1, null, { "name": "=var.name|$t", "role_arn": "?var.role_arn|arn:aws:iam::123456789012:role/$t-service", "version": "1.33", "enabled_cluster_log_types": ["api", "audit", "authenticator", "controllerManager", "scheduler"], "deletion_protection": true, "access_config": [{"authentication_mode": "API"}], "encryption_config": [{"provider": [{"key_arn": "=var.kms_key_arn|arn:aws:kms:eu-central-1:123456789012:key/$h"}], "resources": ["secrets"]}], "vpc_config": [{"endpoint_private_access": true, "endpoint_public_access": "=var.public_endpoint|#false||#true", "public_access_cidrs": "?|#[\"0.0.0.0/0\"]", "security_group_ids": null, "vpc_id": "?|vpc-0a1$h", "subnet_ids": {"@": "?var.subnet_ids", "is": ["subnet-0a0$h", "subnet-0a1$h", "subnet-0a2$h"]}}], "tags": "@tags", "tags_all": "@tags_all", "timeouts": null, "arn": "?|arn:aws:eks:eu-central-1:123456789012:cluster/$t", "id": "?|$t", "endpoint": "?|https://$h.gr7.eu-central-1.eks.amazonaws.com"}],
["aws_eks_node_group.main", 0, ["blue", "green"], { "cluster_name": "=aws_eks_cluster.main.name|$t", "node_group_name": "=each.key|$i", "node_role_arn": "?var.role_arn|arn:aws:iam::123456789012:role/$t-service", "subnet_ids": {"@": "?aws_subnet.nodes", "is": ["subnet-0b0$h", "subnet-0b1$h"]}, "capacity_type": "?|ON_DEMAND", "instance_types": "=var.instance_types|#[\"m7g.large\"]", "remote_access": [], "taint": [], "launch_template": [{"id": "?aws_launch_template.nodes.id|lt-0b$h", "version": "?aws_launch_template.nodes.latest_version|1"}], "scaling_config": [{"desired_size": "=each.value.size|#3", "max_size": 6, "min_size": 3}], "tags": "@tags", "tags_all": "@tags_all", "timeouts": null, "id": "?|$t:$i", "arn": "?|arn:aws:eks:eu-central-1:123456789012:nodegroup/$t/$i"}],
["aws_launch_template.nodes", 0, null, { "name": "=var.name|$t-nodes", "image_id": null, "ebs_optimized": "true", "user_data": null, "block_device_mappings": [{"device_name": "/dev/xvda", "no_device": null, "ebs": [{"encrypted": "=var.encrypted|true||false", "volume_size": 80, "volume_type": "gp3", "kms_key_id": null}]}], "metadata_options": [{"http_endpoint": "?|enabled", "http_tokens": "required", "http_put_response_hop_limit": 1}], "network_interfaces": [], "tags": "@tags", "tags_all": "@tags_all", "id": "?|lt-0b$h", "latest_version": "?|#1"}],
["aws_subnet.nodes", 1, 2, { "vpc_id": "?var.vpc_id|vpc-0a1$h", "cidr_block": "=var.cidr_block,count.index|10.$n.6$i.0/24", "availability_zone": "=var.zones,count.index|eu-central-1a", "map_public_ip_on_launch": "~#false", "assign_ipv6_address_on_creation": "~#false", "ipv6_cidr_block": null, "tags": "@tags", "tags_all": "@tags_all", "timeouts": null, "id": "?|subnet-0b$i$h"}],
["google_container_cluster.main", 2, null, { "name": "=var.name|$t", "location": "europe-west3", "project": "=var.project|acme-$t", "network": "?|projects/acme/global/networks/$t", "initial_node_count": 1, "remove_default_node_pool": true, "deletion_protection": true, "enable_legacy_abac": "~#false", "enable_shielded_nodes": true, "datapath_provider": "ADVANCED_DATAPATH", "resource_labels": "@tags", "effective_labels": "@tags_all", "database_encryption": [{"key_name": "=var.kms_key|projects/acme/locations/europe-west3/keyRings/gke/cryptoKeys/$t", "state": "ENCRYPTED"}], "private_cluster_config": [{"enable_private_nodes": "=var.private_nodes|#true||#false", "enable_private_endpoint": true, "master_ipv4_cidr_block": "172.16.0.0/28"}], "master_authorized_networks_config": [{"cidr_blocks": [{"cidr_block": "10.0.0.0/8", "display_name": "internal"}]}], "release_channel": [{"channel": "REGULAR"}], "workload_identity_config": [{"workload_pool": "=var.project|acme-$t.svc.id.goog"}], "id": "?|projects/acme-$t/locations/europe-west3/clusters/$t", "endpoint": "!?|10.0.0.2", "node_config": "?|#[]", "self_link": "?|https://container.googleapis.com/v1/$t"}],
["google_container_node_pool.main", 1, null, { "cluster": "=google_container_cluster.main.name|$t", "location": "europe-west3", "name": "default", "project": "?|acme-$t", "management": [{"auto_repair": true, "auto_upgrade": true}], "network_config": [], "node_config": [{"machine_type": "=var.machine_type|e2-standard-4", "service_account": "=var.service_account|nodes@$t.iam.gserviceaccount.com||default", "oauth_scopes": ["https://www.googleapis.com/auth/cloud-platform"], "image_type": "?|COS_CONTAINERD", "labels": "@tags", "shielded_instance_config": [{"enable_secure_boot": true, "enable_integrity_monitoring": true}], "workload_metadata_config": [{"mode": "GKE_METADATA"}]}], "node_count": 3, "timeouts": null, "id": "?|projects/acme-$t/locations/europe-west3/clusters/$t/nodePools/default", "version": "?|1.33.2-gke.100"}]
]], ["compute", {"bucket_id": "module.storage.data_bucket_id", "role_arn": "module.identity.role_arn", "security_group_id": "module.network.security_group_id", "subnet_ids": "module.network.private_subnet_ids"}, {}, [
["aws_cloudwatch_log_group.api", 0, null, { "name": "=var.name|/aws/lambda/$t-api", "retention_in_days": 365, "kms_key_id": "=var.kms_key_arn|arn:aws:kms:eu-central-1:123456789012:key/$h", "skip_destroy": "~#false", "tags": "@tags", "tags_all": "@tags_all", "id": "?|/aws/lambda/$t-api", "arn": "?|arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/$t-api"}],
["aws_instance.worker", 2, 3, { "ami": "=var.ami|ami-0$h", "instance_type": "m7g.large", "subnet_id": "?var.subnet_ids,count.index|subnet-0a$i$h", "associate_public_ip_address": false, "iam_instance_profile": "=var.name|$t-service", "monitoring": true, "user_data": null, "metadata_options": [{"http_endpoint": "?|enabled", "http_tokens": "=var.metadata_tokens|required||optional", "http_put_response_hop_limit": 1}], "root_block_device": [{"encrypted": true, "volume_size": 40, "volume_type": "gp3", "kms_key_id": "?|arn:aws:kms:eu-central-1:123456789012:key/$h"}], "ebs_block_device": "?|#[]", "network_interface": "?|#[]", "vpc_security_group_ids": {"@": "?var.security_group_id", "is": ["sg-0a1$h"]}, "tags": "@tags", "tags_all": "@tags_all", "id": "?|i-0$i$h", "private_ip": "?|10.$n.$i.17"}],
["aws_lambda_function.api", 0, null, { "function_name": "=var.name|$t-api", "role": "?var.role_arn|arn:aws:iam::123456789012:role/$t-service", "handler": "main.handler", "runtime": "python3.13", "filename": "build/api.zip", "source_code_hash": "=var.package|Fne61Y/F2pmVywaVqIYcztFMK3LNeMJKpWFNnxDdGTw=", "memory_size": 256, "timeout": 15, "environment": [{"variables": {"@": "?var.bucket_id", "is": {"BUCKET": "acme-$t-data"}}}], "tracing_config": [{"mode": "Active"}], "vpc_config": [{"security_group_ids": {"@": "?var.security_group_id", "is": ["sg-0a1$h"]}, "subnet_ids": {"@": "?var.subnet_ids", "is": ["subnet-0a0$h"]}}], "tags": "@tags", "tags_all": "@tags_all", "arn": "?|arn:aws:lambda:eu-central-1:123456789012:function:$t-api", "id": "?|$t-api", "version": "?|7"}],
["aws_launch_template.worker", 0, null, { "name": "=var.name|$t-worker", "image_id": "=var.ami|ami-0$h", "instance_type": "m7g.large", "user_data": null, "block_device_mappings": [{"device_name": "/dev/xvda", "no_device": null, "ebs": [{"encrypted": "true", "volume_size": 40, "volume_type": "gp3", "kms_key_id": null}]}], "metadata_options": [{"http_endpoint": "?|enabled", "http_tokens": "required", "http_put_response_hop_limit": 1}], "network_interfaces": [{"associate_public_ip_address": "=var.public_address|false||true", "security_groups": {"@": "?var.security_group_id", "is": ["sg-0a1$h"]}, "device_index": 0}], "tags": "@tags", "tags_all": "@tags_all", "id": "?|lt-0a$h", "latest_version": "?|#1"}],
["aws_route53_record.api", 2, null, { "zone_id": "=var.zone_id|Z0$h", "name": "=var.name|api.$t.example.com", "type": "CNAME", "ttl": 300, "records": {"@": "=var.gateway", "is": ["d-$h.execute-api.eu-central-1.amazonaws.com"]}, "alias": [], "health_check_id": null, "set_identifier": null, "failover_routing_policy": [], "fqdn": "?|api.$t.example.com", "id": "?|Z0$h_api.$t.example.com_CNAME"}],
["google_compute_instance.runner", 6, null, { "name": "=var.name|$t-runner", "machine_type": "e2-standard-2", "zone": "europe-west3-a", "project": "?|acme-$t", "can_ip_forward": false, "metadata": {"block-project-ssh-keys": "true", "enable-oslogin": "TRUE"}, "boot_disk": [{"auto_delete": true, "kms_key_self_link": "=var.kms_key|projects/acme/locations/europe-west3/keyRings/gce/cryptoKeys/$t", "initialize_params": [{"image": "debian-cloud/debian-12", "size": 40}]}], "network_interface": [{"network": "=var.network|acme-$t", "access_config": {"@": "=var.access_configs", "is": [], "fault": [{"network_tier": "PREMIUM", "nat_ip": ""}]}, "ipv6_access_config": []}], "service_account": [{"email": "=var.service_account|runner@$t.iam.gserviceaccount.com", "scopes": ["https://www.googleapis.com/auth/logging.write"]}], "shielded_instance_config": [{"enable_secure_boot": true, "enable_vtpm": true, "enable_integrity_monitoring": true}], "labels": "@tags", "effective_labels": "@tags_all", "timeouts": null, "id": "?|projects/acme-$t/zones/europe-west3-a/instances/$t-runner", "instance_id": "?|$h"}]
]], ["identity", {"data_bucket_id": "module.storage.data_bucket_id", "logs_bucket_id": "module.storage.logs_bucket_id"}, {"role_arn": "aws_iam_role.service.arn"}, [
["aws_iam_policy.deploy", 0, null, { "name": "=var.name|$t-deploy", "description": "Lets the pipeline of the team deploy its functions.", "path": "~/", "policy": {"@": "=var.name", "json": {"Statement": [{"Action": ["lambda:UpdateFunctionCode", "lambda:GetFunction"], "Effect": "Allow", "Resource": "arn:aws:lambda:eu-central-1:123456789012:function:$t-*"}], "Version": "2012-10-17"}, "fault": {"Statement": [{"Action": "*", "Effect": "Allow", "Resource": "*"}], "Version": "2012-10-17"}}, "tags": "@tags", "tags_all": "@tags_all", "arn": "?|arn:aws:iam::123456789012:policy/$t-deploy", "id": "?|arn:aws:iam::123456789012:policy/$t-deploy"}],
["aws_iam_role.service", 0, null, { "name": "=var.name|$t-service", "path": "~/", "max_session_duration": "~#3600", "permissions_boundary": null, "assume_role_policy": {"@": "=var.principals", "json": {"Statement": [{"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"Service": ["lambda.amazonaws.com", "eks.amazonaws.com"]}}], "Version": "2012-10-17"}, "fault": {"Statement": [{"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"AWS": "*"}}], "Version": "2012-10-17"}}, "inline_policy": "?|#[]", "managed_policy_arns": "?|#[]", "tags": "@tags", "tags_all": "@tags_all", "arn": "?|arn:aws:iam::123456789012:role/$t-service", "id": "?|$t-service"}],
["aws_iam_role_policy.service", 0, null, { "name": "service", "role": "?aws_iam_role.service.id|$t-service", "policy": {"@": "=", "json": {"Statement": [{"Action": ["s3:GetObject", "s3:PutObject"], "Effect": "Allow", "Resource": "arn:aws:s3:::acme-$t-data/*"}, {"Action": "s3:ListBucket", "Effect": "Allow", "Resource": "arn:aws:s3:::acme-$t-data"}], "Version": "2012-10-17"}}, "id": "?|$t-service:service", "name_prefix": "?|"}],
["aws_s3_bucket_policy.%", 0, null, { "bucket": "?var.%_bucket_id|acme-$t-%", "policy": {"@": "=var.name", "json": {"Statement": [{"Action": "s3:*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}, "Effect": "Deny", "Principal": "*", "Resource": ["arn:aws:s3:::acme-$t-%", "arn:aws:s3:::acme-$t-%/*"]}], "Version": "2012-10-17"}, "fault": {"Statement": [{"Action": "s3:GetObject", "Effect": "Allow", "Principal": "*", "Resource": "arn:aws:s3:::acme-$t-%/*"}], "Version": "2012-10-17"}}, "id": "?|acme-$t-%"}]
]], ["network", {}, {"private_subnet_ids": "aws_subnet.private", "security_group_id": "aws_security_group.app.id", "vpc_id": "aws_vpc.main.id"}, [
["aws_flow_log.main", 1, null, { "vpc_id": "?aws_vpc.main.id|vpc-0a1$h", "traffic_type": "ALL", "log_destination_type": "s3", "log_destination": "=var.flow_log_arn|arn:aws:s3:::acme-flow-logs", "max_aggregation_interval": "~#600", "subnet_id": null, "tags": "@tags", "tags_all": "@tags_all", "id": "?|fl-0$h"}],
["aws_security_group.app", 1, null, { "name": "=var.name|$t-app", "description": "Traffic to the workers of the team.", "vpc_id": "?aws_vpc.main.id|vpc-0a1$h", "egress": "?|#[]", "revoke_rules_on_delete": "~#false", "ingress": {"@": "=var.ingress_cidrs", "is": [{"cidr_blocks": ["10.$n.0.0/16"], "description": "SSH", "from_port": 22, "ipv6_cidr_blocks": [], "protocol": "tcp", "security_groups": [], "self": false, "to_port": 22}], "fault": [{"cidr_blocks": ["0.0.0.0/0"], "description": "SSH", "from_port": 22, "ipv6_cidr_blocks": [], "protocol": "tcp", "security_groups": [], "self": false, "to_port": 22}]}, "tags": "@tags", "tags_all": "@tags_all", "timeouts": null, "id": "?|sg-0a1$h", "owner_id": "?|123456789012"}],
["aws_subnet.private", 1, 3, { "vpc_id": "?aws_vpc.main.id|vpc-0a1$h", "cidr_block": "=var.cidr_block,count.index|10.$n.$i.0/24", "availability_zone": "=var.zones,count.index|eu-central-1a", "map_public_ip_on_launch": "=var.public_addresses|#false||#true", "assign_ipv6_address_on_creation": "~#false", "ipv6_cidr_block": null, "tags": "@tags", "tags_all": "@tags_all", "timeouts": null, "id": "?|subnet-0a$i$h"}],
["aws_vpc.main", 1, null, { "cidr_block": "=var.cidr_block|10.$n.0.0/16", "enable_dns_hostnames": true, "enable_dns_support": true, "instance_tenancy": "~default", "ipv4_ipam_pool_id": null, "tags": "@tags", "tags_all": "@tags_all", "id": "?|vpc-0a1$h", "default_security_group_id": "?|sg-0d$h", "main_route_table_id": "?|rtb-0$h"}],
["aws_vpc_security_group_ingress_rule.https", 0, 2, { "security_group_id": "?aws_security_group.app.id|sg-0a1$h", "cidr_ipv4": "=var.https_cidrs,count.index|10.$n.$i.0/24||0.0.0.0/0", "cidr_ipv6": null, "description": "HTTPS", "ip_protocol": "tcp", "from_port": "=var.https_port|#443||#22", "to_port": "=var.https_port|#443||#22", "prefix_list_id": null, "tags": "@tags", "tags_all": "@tags_all", "id": "?|sgr-0$i$h"}],
["google_compute_firewall.internal", 1, null, { "name": "=var.name|$t-internal", "network": "=var.network|acme-$t", "project": "=var.project|acme-$t", "direction": "INGRESS", "disabled": null, "priority": "~#1000", "allow": [{"ports": ["22", "443"], "protocol": "tcp"}], "deny": [], "log_config": [{"metadata": "INCLUDE_ALL_METADATA"}], "source_ranges": "=var.source_ranges|#[\"10.0.0.0/8\"]||#[\"0.0.0.0/0\"]", "source_tags": null, "target_tags": null, "timeouts": null, "id": "?|projects/acme-$t/global/firewalls/$t-internal", "destination_ranges": "?|#[]"}]
]], ["storage", {}, {"data_bucket_id": "aws_s3_bucket.data.id", "logs_bucket_id": "aws_s3_bucket.logs.id"}, [
["aws_db_instance.main", 2, null, { "identifier": "=var.name|$t", "engine": "postgres", "engine_version": "17.4", "instance_class": "db.m7g.large", "allocated_storage": 100, "username": "app", "password": "!~#null", "storage_encrypted": "=var.encrypted|#true||#false", "kms_key_id": "=var.kms_key_arn|arn:aws:kms:eu-central-1:123456789012:key/$h", "publicly_accessible": "~#false", "deletion_protection": true, "backup_retention_period": 14, "multi_az": true, "iam_database_authentication_enabled": true, "manage_master_user_password": true, "skip_final_snapshot": false, "final_snapshot_identifier": "=var.name|$t-final", "enabled_cloudwatch_logs_exports": ["postgresql"], "performance_insights_enabled": true, "auto_minor_version_upgrade": "~#true", "replicate_source_db": "?|", "timeouts": null, "tags": "@tags", "tags_all": "@tags_all", "id": "?|db-$h", "arn": "?|arn:aws:rds:eu-central-1:123456789012:db:$t", "endpoint": "?|$t.$h.eu-central-1.rds.amazonaws.com:5432"}],
["aws_s3_bucket.%", 0, null, { "bucket": "=var.name|acme-$t-%", "force_destroy": "~#false", "tags": "@tags", "tags_all": "@tags_all", "timeouts": null, "object_lock_enabled": "?|#false", "policy": "?|", "grant": "?|#[]", "logging": "?|#[]", "replication_configuration": "?|#[]", "versioning": {"@": "?", "is": [{"enabled": true, "mfa_delete": false}]}, "website": "?|#[]", "server_side_encryption_configuration": {"@": "?", "is": [{"rule": [{"bucket_key_enabled": true}]}]}, "id": "?|acme-$t-%", "arn": "?|arn:aws:s3:::acme-$t-%", "bucket_domain_name": "?|acme-$t-%.s3.amazonaws.com", "region": "?|eu-central-1"}],
["aws_s3_bucket_public_access_block.%", 0, null, { "bucket": "?aws_s3_bucket.%.id|acme-$t-%", "block_public_acls": true, "block_public_policy": "=var.block_public|#true||#false", "ignore_public_acls": true, "restrict_public_buckets": "=var.block_public|#true||#false", "id": "?|acme-$t-%"}],
["aws_s3_bucket_server_side_encryption_configuration.%", 0, null, { "bucket": "?aws_s3_bucket.%.id|acme-$t-%", "expected_bucket_owner": null, "id": "?|acme-$t-%", "rule": [{"apply_server_side_encryption_by_default": [{"kms_master_key_id": "=var.kms_key_arn|arn:aws:kms:eu-central-1:123456789012:key/$h", "sse_algorithm": "aws:kms"}], "bucket_key_enabled": true}]}],
["aws_s3_bucket_versioning.%", 0, null, { "bucket": "?aws_s3_bucket.%.id|acme-$t-%", "expected_bucket_owner": null, "mfa": null, "versioning_configuration": [{"mfa_delete": "?|Disabled", "status": "=var.versioning|Enabled||Suspended"}], "id": "?|acme-$t-%"}],
["google_storage_bucket.archive", 3, null, { "name": "=var.name|acme-$t-archive", "location": "EUROPE-WEST3", "project": "=var.project|acme-$t", "force_destroy": false, "uniform_bucket_level_access": true, "public_access_prevention": "=var.prevention|enforced||inherited", "versioning": [{"enabled": true}], "encryption": [{"default_kms_key_name": "=var.kms_key|projects/acme/locations/europe-west3/keyRings/gcs/cryptoKeys/$t"}], "logging": [{"log_bucket": "acme-logs", "log_object_prefix": "?|$t"}], "cors": [], "website": "?|#[]", "storage_class": "~STANDARD", "labels": "@tags", "effective_labels": "@tags_all", "timeouts": null, "id": "?|acme-$t-archive", "self_link": "?|https://www.googleapis.com/storage/v1/b/acme-$t-archive"}]
]]]"##;

type Object = Map<String, Value>;

fn modules() -> serde_json::Result<Vec<Module>> {
    let tags = |mark| format!(r#"{{"@": "{mark}", "is": {TAGS}}}"#);
    let text = STACK.replace(r#""@tags""#, &tags("=var.tags"));
    let text = text.replace(r#""@tags_all""#, &tags("~"));
    serde_json::from_str::<Vec<Row>>(&text)?.into_iter().map(Module::read).collect()
}

/// Name, inputs, outputs, blocks.
type Row = (String, Object, Object, Vec<Value>);

/// A module of the stack, ready to be repeated.
struct Module {
    name: String,
    blocks: Vec<Block>,
    /// The module call within the module of a team.
    call: Value,
    /// The variables that the module of a team passes on.
    variables: BTreeSet<String>,
}

impl Module {
    fn read((name, inputs, outputs, blocks): Row) -> serde_json::Result<Self> {
        let (mut entries, mut variables) = (Vec::<Entry>::new(), BTreeSet::new());
        let word = |text: &str| Some(text.split([',', '|', '"', '.']).next()?.to_owned());
        for block in blocks {
            let text = block.to_string();
            let names = if text.contains('%') { ["data", "logs"].iter() } else { [""].iter() };
            for name in names {
                let text = text.replace('%', name);
                variables.extend(text.split("var.").skip(1).filter_map(word));
                entries.push(serde_json::from_str(&text)?);
            }
        }
        variables.retain(|name| !inputs.contains_key(name));
        let mut expressions = referring(&inputs);
        let passed = |name: &String| (name.clone(), refer(&format!("var.{name}")));
        expressions.extend(variables.iter().map(passed));
        let output = |(name, path)| (name, json!({"expression": path}));
        let call = json!({"source": format!("./{name}"), "module": {
            "outputs": referring(&outputs).into_iter().map(output).collect::<Object>(),
            "resources": entries.iter().map(configuration).collect::<Value>(),
            "variables": expressions.keys().map(|name| (name.clone(), json!({}))).collect::<Object>(),
        }, "expressions": expressions});
        Ok(Self { name, blocks: entries.iter().map(Block::compile).collect(), call, variables })
    }
}

/// Address in the module, schema version, count or keys, arguments.
type Entry = (String, u64, Value, Object);

/// A resource block, compiled to the text of its instances.
struct Block {
    address: String,
    /// The members after the address, up to the index.
    head: String,
    provider: String,
    schema_version: u64,
    /// The instance keys as JSON; one empty key without `count` and `for_each`.
    keys: Vec<String>,
    /// The sound and the faulty form of a new resource, and of an existing one.
    forms: [[Form; 2]; 2],
}

/// The values, the unknown marks, and the sensitive marks, as text with `$` in it.
type Form = [String; 3];

impl Block {
    fn compile((address, schema_version, each, arguments): &Entry) -> Self {
        let (kind, name) = address.split_once('.').unwrap_or_default();
        let numbers = 0..each.as_u64().unwrap_or(1);
        let form = |view| objects(arguments, view).map(|object| Value::from(object).to_string());
        Self {
            address: address.clone(),
            head: format!(r#""mode":"managed","type":"{kind}","name":"{name}""#),
            provider: format!("registry.terraform.io/hashicorp/{}", provider(address)),
            schema_version: *schema_version,
            keys: match each {
                Value::Array(keys) => keys.iter().map(Value::to_string).collect(),
                Value::Number(_) => numbers.map(|number| number.to_string()).collect(),
                _ => vec![String::new()],
            },
            forms: [false, true].map(|exists| [false, true].map(|faulty| form((exists, faulty)))),
        }
    }
}

/// Returns the values, the unknown marks, and the sensitive marks of a block; the view tells
/// whether the resource exists, so that everything is known, and whether it is faulty.
fn objects(arguments: &Object, view: (bool, bool)) -> [Object; 3] {
    let mut objects = [(); 3].map(|()| Object::new());
    for (name, value) in arguments {
        for (object, member) in objects.iter_mut().zip(members(value, view)) {
            object.extend(member.map(|member| (name.clone(), member)));
        }
    }
    objects
}

/// Returns what an attribute or a list of blocks adds to each of the three objects.
fn members(value: &Value, (exists, faulty): (bool, bool)) -> [Option<Value>; 3] {
    if let Some(blocks) = nested(value) {
        let mut lists = [(); 3].map(|()| Vec::new());
        for block in blocks {
            let objects = objects(block, (exists, faulty));
            lists.iter_mut().zip(objects).for_each(|(list, object)| list.push(object));
        }
        return lists.map(|list| Some(list.into()));
    }
    let leaf = Leaf::read(value, faulty);
    let shape = Some(shape(&leaf.value)).filter(|shape| !shape.is_boolean());
    let secret = leaf.sensitive.then_some(Value::Bool(true));
    if leaf.origin == Origin::Computed && !exists {
        let empty = |shape: Value| if shape.is_array() { json!([]) } else { json!({}) };
        return [None, Some(Value::Bool(true)), secret.or(shape.map(empty))];
    }
    [Some(leaf.value), shape.clone(), secret.or(shape)]
}

/// Where the value of an attribute comes from.
#[derive(PartialEq)]
enum Origin {
    Constant,
    Reference,
    Computed,
    Default,
}

/// One attribute of a template.
struct Leaf {
    origin: Origin,
    sensitive: bool,
    references: String,
    value: Value,
}

impl Leaf {
    fn read(value: &Value, faulty: bool) -> Self {
        let text = value.get("@").unwrap_or(value).as_str().unwrap_or_default();
        let (sensitive, text) = text.strip_prefix('!').map_or((false, text), |text| (true, text));
        let (origin, text) = match text.split_at_checked(1) {
            Some(("=", text)) => (Origin::Reference, text),
            Some(("?", text)) => (Origin::Computed, text),
            Some(("~", text)) => (Origin::Default, text),
            _ => (Origin::Constant, text),
        };
        let (references, text) = match origin {
            Origin::Reference | Origin::Computed => text.split_once('|').unwrap_or((text, "")),
            Origin::Constant | Origin::Default => ("", text),
        };
        let fault = value.get("fault").filter(|_| faulty);
        let value = match (value.get("@"), value.get("is"), value.get("json")) {
            (Some(_), Some(sound), _) => fault.unwrap_or(sound).clone(),
            (Some(_), _, Some(sound)) => Value::String(fault.unwrap_or(sound).to_string()),
            _ if origin == Origin::Constant => value.clone(),
            _ => {
                let (sound, fault) = text.split_once("||").unwrap_or((text, text));
                let text = if faulty { fault } else { sound };
                let raw = text.strip_prefix('#').map(serde_json::from_str);
                raw.map_or(text.into(), Result::unwrap_or_default)
            }
        };
        Self { origin, sensitive, references: references.to_owned(), value }
    }

    /// Returns the expression in the configuration, where the author wrote one.
    fn expression(&self) -> Option<Value> {
        match (&self.origin, self.references.as_str()) {
            (Origin::Constant, _) if self.value.is_null() || self.value == json!([]) => None,
            (Origin::Constant, _) => Some(json!({"constant_value": self.value})),
            (Origin::Reference, "") => Some(json!({})),
            (Origin::Computed, "") | (Origin::Default, _) => None,
            (Origin::Reference | Origin::Computed, path) => Some(refer(path)),
        }
    }
}

fn nested(value: &Value) -> Option<Vec<&Object>> {
    let items = value.as_array().filter(|items| !items.is_empty())?;
    items.iter().map(Value::as_object).collect()
}

/// Returns the mark of a value without marked parts, as Terraform writes it.
fn shape(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(shape).collect(),
        Value::Object(members) => {
            let shapes = members.iter().map(|(name, value)| (name.clone(), shape(value)));
            shapes.filter(|(_, shape)| !shape.is_boolean()).collect()
        }
        _ => Value::Bool(false),
    }
}

/// Returns the block of a resource in the configuration.
fn configuration((address, schema_version, each, arguments): &Entry) -> Value {
    let (kind, name) = address.split_once('.').unwrap_or_default();
    let mut block = json!({"address": address, "mode": "managed", "type": kind, "name": name,
        "provider_config_key": provider(address), "schema_version": schema_version,
        "expressions": expressions(arguments)});
    let repeated = match each {
        Value::Number(_) => Some(("count_expression", json!({"constant_value": each}))),
        Value::Array(_) => Some(("for_each_expression", refer("local.groups"))),
        _ => None,
    };
    if let (Some(block), Some((name, expression))) = (block.as_object_mut(), repeated) {
        block.insert(name.to_owned(), expression);
    }
    block
}

fn expressions(arguments: &Object) -> Object {
    let expression = |value: &Value| match nested(value) {
        Some(blocks) => Some(blocks.into_iter().map(expressions).collect()),
        None => Leaf::read(value, false).expression(),
    };
    arguments.iter().filter_map(|(name, value)| Some((name.clone(), expression(value)?))).collect()
}

fn referring(paths: &Object) -> Object {
    let member =
        |(name, path): (&String, &Value)| (name.clone(), refer(path.as_str().unwrap_or_default()));
    paths.iter().map(member).collect()
}

/// Returns the references of an expression, of each path the longest first.
fn refer(paths: &str) -> Value {
    let chain = |path| {
        let paths = successors(Some(path), |path: &&str| Some(path.rsplit_once('.')?.0));
        paths.take_while(|path| path.contains('.'))
    };
    json!({"references": paths.split(',').flat_map(chain).collect::<Vec<_>>()})
}

fn provider(address: &str) -> &str {
    address.split('_').next().unwrap_or_default()
}

/// One managed resource instance; its texts are escaped for JSON.
struct Instance<'a> {
    block: &'a Block,
    key: &'a str,
    module: String,
    stack: usize,
    /// Its place in the whole plan.
    number: usize,
}

impl Instance<'_> {
    /// Three of ten stacks exist, and a sixth of their resources changes.
    fn action(&self) -> &'static str {
        match (self.stack % 10, self.number % 6) {
            (1 | 4 | 8, 0) => "update",
            (1 | 4 | 8, _) => "no-op",
            _ => "create",
        }
    }

    fn form(&self) -> &Form {
        let [created, existing] = &self.block.forms;
        let [sound, faulty] = if self.action() == "create" { created } else { existing };
        if self.number % 33 == 5 { faulty } else { sound }
    }

    /// Appends the members from the address to the index.
    fn identify(&self, out: &mut String, module: &str) {
        let address = &self.block.address;
        let key = self.key.replace('"', r#"\""#);
        let suffix = if key.is_empty() { key } else { format!("[{key}]") };
        *out += &format!(r#"{{"address":"{}.{address}{suffix}",{module}"#, self.module);
        *out += &self.block.head;
        if !self.key.is_empty() {
            *out += &format!(r#","index":{}"#, self.key);
        }
        *out += &format!(r#","provider_name":"{}","#, self.block.provider);
    }

    fn expand(&self, out: &mut String, template: &str, release: &str) {
        let mut parts = template.split('$');
        *out += parts.next().unwrap_or_default();
        for part in parts {
            let mut rest = part.chars();
            match rest.next() {
                Some('t') => *out += &format!("t{:06}", self.stack),
                Some('h') => *out += &format!("{:012x}", (self.stack + 1) * 0x9e37_79b9),
                Some('n') => *out += &(self.stack % 250).to_string(),
                Some('i') => *out += self.key.trim_matches('"'),
                _ => *out += release,
            }
            *out += rest.as_str();
        }
    }

    /// Appends the resource as `planned_values` holds it.
    fn resource(&self, out: &mut String) {
        let [values, _, sensitive] = self.form();
        self.identify(out, "");
        *out += &format!(r#""schema_version":{},"values":"#, self.block.schema_version);
        self.expand(out, values, RELEASE);
        *out += &format!(r#","sensitive_values":{sensitive}}}"#);
    }

    fn change(&self, out: &mut String) {
        self.identify(out, &format!(r#""module_address":"{}","#, self.module));
        let ([values, unknown, sensitive], action) = (self.form(), self.action());
        let (before, unknown, before_sensitive) = match action {
            "create" => ("null", unknown.as_str(), "false"),
            "update" => (values.as_str(), unknown.as_str(), sensitive.as_str()),
            _ => (values.as_str(), "{}", sensitive.as_str()),
        };
        *out += &format!(r#""change":{{"actions":["{action}"],"before":"#);
        self.expand(out, before, if action == "update" { "2025.09" } else { RELEASE });
        *out += r#","after":"#;
        self.expand(out, values, RELEASE);
        *out += &format!(r#","after_unknown":{unknown},"before_sensitive":"#);
        *out += &format!(r#"{before_sensitive},"after_sensitive":{sensitive}}}}}"#);
    }
}

/// The plan while it is written.
struct Writer<'a> {
    modules: &'a [Module],
    resources: usize,
    /// The instances in one stack.
    size: usize,
    /// The root module call of each stack.
    calls: Vec<usize>,
    out: String,
}

impl<'a> Writer<'a> {
    fn new(modules: &'a [Module], resources: usize) -> Self {
        let blocks = modules.iter().flat_map(|module| &module.blocks);
        let size: usize = blocks.map(|block| block.keys.len()).sum();
        let calls = CALLS.iter().cycle().enumerate().flat_map(|(call, &keys)| repeat_n(call, keys));
        let calls = calls.take(resources.div_ceil(size.max(1))).collect();
        Self { modules, resources, size, calls, out: String::with_capacity(resources * 2300) }
    }

    fn plan(mut self) -> String {
        self.out += &format!(r#"{{"format_version":"1.2",{VERSION},"planned_values":"#);
        self.out += r#"{"root_module":{"child_modules":["#;
        self.child_modules();
        self.out += r#"]}},"resource_changes":["#;
        for (stack, &call) in self.calls.clone().iter().enumerate() {
            for instance in self.stack(stack, call).into_iter().flatten() {
                self.separate();
                instance.change(&mut self.out);
            }
        }
        self.out += &format!(r#"],"prior_state":{{"format_version":"1.0",{VERSION},"values":{{"#);
        self.out +=
            &format!(r#""root_module":{{"resources":[{{{CALLER},{CALLER_VALUES}}}]}}}}}},"#);
        self.configuration();
        self.out += r#","timestamp":"2025-10-14T09:12:45Z","applyable":true,"complete":true,"#;
        self.out += r#""errored":false}"#;
        self.out
    }

    /// Appends the modules of the planned values.
    fn child_modules(&mut self) {
        for (stack, &call) in self.calls.clone().iter().enumerate() {
            self.separate();
            self.out += &format!(r#"{{"address":"{}","child_modules":["#, team(stack, call));
            for instances in self.stack(stack, call) {
                let Some(first) = instances.first() else { continue };
                self.separate();
                self.out += r#"{"resources":["#;
                for instance in &instances {
                    self.separate();
                    instance.resource(&mut self.out);
                }
                self.out += &format!(r#"],"address":"{}"}}"#, first.module);
            }
            self.out += "]}";
        }
    }

    fn configuration(&mut self) {
        let calls = self.modules.iter().map(|module| (module.name.clone(), module.call.clone()));
        let variables: BTreeSet<_> =
            self.modules.iter().flat_map(|module| &module.variables).collect();
        let each = |name: &&String| ((*name).clone(), refer(&format!("each.value.{name}")));
        let call = json!({"source": "./modules/team", "for_each_expression": refer("local.teams"),
            "expressions": variables.iter().map(each).collect::<Object>(), "module": {
            "module_calls": calls.collect::<Object>(),
            "variables": variables.iter().map(|name| (name.to_string(), json!({}))).collect::<Object>(),
        }}).to_string();
        let data = format!(r#"{{{CALLER},"provider_config_key":"aws","schema_version":0}}"#);
        self.out +=
            &format!(r#""configuration":{{{PROVIDERS},"root_module":{{"resources":[{data}],"#);
        self.out += r#""module_calls":{"#;
        for number in 0..self.calls.last().map_or(0, |last| last + 1) {
            let comma = if number == 0 { "" } else { "," };
            self.out += &format!(r#"{comma}"team_{number:04}":{call}"#);
        }
        self.out += "}}}";
    }

    /// Returns the instances of one stack, by module.
    fn stack(&self, stack: usize, call: usize) -> Vec<Vec<Instance<'a>>> {
        let mut numbers = stack * self.size..self.resources;
        let instances = |module: &'a Module| {
            let blocks = module.blocks.iter();
            let keys = blocks.flat_map(|block| block.keys.iter().map(move |key| (block, key)));
            let module = format!("{}.module.{}", team(stack, call), module.name);
            keys.zip(numbers.by_ref())
                .map(|((block, key), number)| (block, key, module.clone(), number))
                .map(|(block, key, module, number)| Instance { block, key, module, stack, number })
                .collect()
        };
        self.modules.iter().map(instances).collect()
    }

    /// Separates the next element of a list from the one before it.
    fn separate(&mut self) {
        if !self.out.ends_with('[') {
            self.out.push(',');
        }
    }
}

fn team(stack: usize, call: usize) -> String {
    format!(r#"module.team_{call:04}[\"t{stack:06}\"]"#)
}
