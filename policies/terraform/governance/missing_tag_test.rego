package policies.terraform.governance.missing_tag_test

import data.policies.lib.testing
import data.policies.terraform.governance.missing_tag as policy

_params := {"required_tags": ["Owner", "Cost"]}

_bucket(values) := testing.resource("aws_s3_bucket", values)

_violations(document) := violations if violations := policy.deny with input as document with data.params as _params

test_denies_a_missing_tag if {
	_violations(_bucket({"tags": {"Owner": "a"}, "tags_all": {"Owner": "a"}})) == {{
		"message": "required tags are missing: Cost",
		"attribute": ["tags"],
	}}
}

test_denies_an_empty_tag_in_a_module if {
	document := testing.with_address(_bucket({"tags_all": {"Owner": "a", "Cost": ""}}), "module.a[\"x\"].aws_s3_bucket.b")
	count(_violations(document)) == 1
}

test_denies_untagged_resources if {
	count(_violations(object.union(_bucket({}), {"unknown": [["id"], ["tags_all"]]}))) == 1
	count(_violations(_bucket({"tags_all": {}}))) == 1
}

_unset(type, name) := object.union(testing.resource(type, {}), {"unset": ["timeouts", name]})

test_denies_what_shows_an_empty_place_for_tags if {
	every type in ["azurerm_public_ip", "azurerm_virtual_hub", "aws_kms_key", "azapi_resource"] {
		_violations(_unset(type, "tags")) == {{"message": "required tags are missing: Owner, Cost", "attribute": ["tags"]}}
	}
	[violation.attribute | some violation in _violations(_unset("google_compute_address", "labels"))] == [["labels"]]
	_violations(_unset("google_compute_instance_template", "tags")) == set()
	_violations(_unset("digitalocean_droplet", "tags")) == set()
}

test_labels_of_kubernetes_are_no_tags if {
	labelled := testing.resource("aws_eks_node_group", {"labels": {"Owner": "a", "Cost": "1"}, "tags_all": {}})
	count(_violations(labelled)) == 1
	_violations(testing.resource("aws_eks_thing", {"labels": {"role": "a"}})) == set()
}

test_allows_tags_that_choose_or_change_others if {
	_violations(testing.resource("aws_inspector_resource_group", {"tags": {"Name": "web"}})) == set()
	_violations(testing.resource("kubernetes_labels", {"labels": {"role": "a"}})) == set()
}

_database(settings) := testing.resource("google_sql_database_instance", {"settings": [settings]})

test_labels_of_cloud_sql_stand_in_its_settings if {
	[violation.attribute | some violation in _violations(_database({}))] == [["settings", 0, "user_labels"]]
	count(_violations(_database({"user_labels": {"owner": "a"}}))) == 1
	_violations(_database({"user_labels": {"owner": "a", "cost": "1"}})) == set()
	_violations(_database({"user_labels": {"Owner": "a", "Cost": "1"}})) == set()
}

test_denies_values_that_do_not_match if {
	params := {"required_tags": ["Owner"], "tag_patterns": {"Stage": "prod|test", "Cost": "[0-9]{4}"}}
	tagged := {"tags_all": {"Stage": "production", "Cost": "12345", "Owner": "a"}}
	violations := policy.deny with input as _bucket(tagged) with data.params as params
	{violation.message | some violation in violations} == {"tags have values that are not allowed: Cost, Stage"}
	bare := policy.deny with input as _bucket({"tags_all": {"Stage": 7}}) with data.params as params
	{violation.message | some violation in bare} == {"required tags are missing: Owner; tags have values that are not allowed: Stage"}
}

test_allows_values_that_match_and_tags_without_pattern if {
	params := {"required_tags": ["Owner"], "tag_patterns": {"Stage": "prod|test", "Cost": "[0-9]{4}"}}
	every tags in [{"Owner": "a", "Stage": "test", "Cost": "1234"}, {"Owner": "a", "Other": "x"}] {
		violations := policy.deny with input as _bucket({"tags_all": tags}) with data.params as params
		count(violations) == 0
	}
}

test_denies_missing_labels if {
	violations := _violations(testing.resource("google_storage_bucket", {"effective_labels": {"Owner": "a"}}))
	[violation.attribute | some violation in violations] == [["labels"]]
}

test_denies_unlabelled_resources_of_google if {
	count(_violations(object.union(testing.resource("google_compute_instance", {}), {"unset": ["labels"]}))) == 1
	count(_violations(testing.resource("google_container_cluster", {"resource_labels": {"owner": "a"}}))) == 1
	_violations(testing.resource("google_container_cluster", {"resource_labels": {"owner": "a", "cost": "b"}})) == set()
	_violations(testing.resource("google_compute_address", {})) == set()
}

test_denies_an_untagged_group if {
	group := testing.resource("aws_autoscaling_group", {"tag": [{"key": "Owner", "value": "a", "propagate_at_launch": true}]})
	_violations(group) == {{"message": "required tags are missing: Cost", "attribute": ["tag"]}}
	count(_violations(testing.resource("aws_autoscaling_group", {}))) == 1
}

# Before version 5 of the provider a list of maps did what the blocks do.
test_allows_a_group_with_a_list_of_tags if {
	tags := [{"key": name, "value": "a", "propagate_at_launch": "true"} | some name in ["Owner", "Cost"]]
	_violations(testing.resource("aws_autoscaling_group", {"tag": [], "tags": tags})) == set()
}

test_allows_a_tagged_group if {
	tags := [{"key": name, "value": "a"} | some name in ["Owner", "Cost"]]
	_violations(testing.resource("aws_autoscaling_group", {"tag": tags})) == set()
}

test_allows_labels_in_lower_case if {
	_violations(testing.resource("google_storage_bucket", {"effective_labels": {"owner": "a", "cost": "1"}})) == set()
}

test_network_tags_are_no_labels if {
	_violations(testing.resource("google_compute_firewall", {"tags": ["web"]})) == set()
	_violations(testing.resource("digitalocean_droplet", {"tags": ["web"]})) == set()
}

test_allows_default_tags if {
	_violations(_bucket({"tags": {"Owner": "a"}, "tags_all": {"Owner": "a", "Cost": "1"}})) == set()
}

test_allows_what_cannot_be_tagged if {
	_violations(testing.resource("aws_s3_bucket_policy", {"bucket": "a"})) == set()
}

test_allows_everything_without_requirements if {
	violations := policy.deny with input as _bucket({"tags_all": {}}) with data.params as {"required_tags": []}
	violations == set()
}

test_null_and_unknown_tags_are_missing if {
	document := object.union(_bucket({"tags": null}), {"configured": {"tags": true}, "unknown": [["tags"], ["tags_all"]]})
	count(_violations(document)) == 1
}
