package policies.aws.elb.deletable_balancer_test

import data.policies.aws.elb.deletable_balancer as policy
import data.policies.lib.testing

_params := {"protected_tag": {"key": "", "value": ""}}

_production := {"protected_tag": {"key": "stage", "value": "production"}}

_with(attributes) := testing.resource("aws_lb", attributes)

test_denies_the_default if {
	violations := policy.deny with input as _with({}) with data.params as _params
	violations == {{
		"message": "enable_deletion_protection is not true",
		"attribute": ["enable_deletion_protection"],
	}}
}

test_denies_false_and_values_of_a_wrong_type if {
	every value in [false, null, "", 7, [], {}] {
		violations := policy.deny with input as _with({"enable_deletion_protection": value}) with data.params as _params
		count(violations) == 1
	}
}

test_allows_true if {
	violations := policy.deny with input as _with({"enable_deletion_protection": true}) with data.params as _params
	count(violations) == 0
}

test_a_tag_narrows_what_is_denied if {
	production := policy.deny with input as _with({"tags": {"stage": "production"}}) with data.params as _production
	count(production) == 1
	preview := policy.deny with input as _with({"tags": {"stage": "preview"}}) with data.params as _production
	count(preview) == 0
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("aws_lb", ["enable_deletion_protection"]) {
		violations := policy.deny with input as document with data.params as {"protected_tag": {"key": "", "value": ""}}
		count(violations) == 1
	}
}
