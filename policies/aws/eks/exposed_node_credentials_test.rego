package policies.aws.eks.exposed_node_credentials_test

import data.policies.aws.eks.exposed_node_credentials as policy
import data.policies.lib.testing

_group(templates) := testing.with_linked(testing.resource("aws_eks_node_group", {}), templates)

_template(options) := testing.resource("aws_launch_template", {"metadata_options": [options]})

test_denies_two_hops if {
	template := _template({"http_tokens": "required", "http_put_response_hop_limit": 2})
	violations := policy.deny with input as _group([template])
	violations == {{
		"message": "in the launch template http_put_response_hop_limit is not 1",
		"attribute": ["launch_template"],
		"related": ["aws_launch_template.this"],
	}}
}

test_denies_optional_tokens if {
	template := _template({"http_tokens": "optional", "http_put_response_hop_limit": 1})
	violations := policy.deny with input as _group([template])
	{violation.message | some violation in violations} == {"in the launch template http_tokens is not required"}
}

test_denies_a_silent_template_once if {
	violations := policy.deny with input as _group([testing.resource("aws_launch_template", {})])
	{violation.message | some violation in violations} == {concat("", [
		"in the launch template http_put_response_hop_limit is not 1",
		" and http_tokens is not required",
	])}
}

test_allows_a_single_hop_with_tokens if {
	template := _template({"http_tokens": "required", "http_put_response_hop_limit": 1})
	violations := policy.deny with input as _group([template])
	count(violations) == 0
}

test_allows_no_service if {
	violations := policy.deny with input as _group([_template({"http_endpoint": "disabled"})])
	count(violations) == 0
}

test_allows_a_group_without_a_template if {
	violations := policy.deny with input as testing.resource("aws_eks_node_group", {})
	count(violations) == 0
}

test_allows_a_template_that_only_a_label_names if {
	template := testing.with_via(_template({}), "subject", "labels.template")
	violations := policy.deny with input as _group([template])
	count(violations) == 0
}

test_denies_values_of_a_wrong_type if {
	every value in [null, 7, "x", [true], [{"http_put_response_hop_limit": "many"}]] {
		template := testing.resource("aws_launch_template", {"metadata_options": value})
		violations := policy.deny with input as _group([template])
		count(violations) == 1
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("aws_eks_node_group", ["launch_template"]) {
		violations := policy.deny with input as document
		count(violations) == 0
	}
}
