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
	count(_violations(testing.resource("azurerm_resource_group", {}))) == 1
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
	count(_violations(testing.resource("google_compute_instance", {"labels": null}))) == 1
	count(_violations(testing.resource("google_container_cluster", {"resource_labels": {"owner": "a"}}))) == 1
	_violations(testing.resource("google_container_cluster", {"resource_labels": {"owner": "a", "cost": "b"}})) == set()
	_violations(testing.resource("google_compute_address", {})) == set()
}

test_denies_an_untagged_group if {
	group := testing.resource("aws_autoscaling_group", {"tag": [{"key": "Owner", "value": "a", "propagate_at_launch": true}]})
	_violations(group) == {{"message": "required tags are missing: Cost", "attribute": ["tag"]}}
	count(_violations(testing.resource("aws_autoscaling_group", {}))) == 1
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
