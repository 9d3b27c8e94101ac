package policies.terraform.state.drifted_resource_test

import data.policies.lib.testing
import data.policies.terraform.state.drifted_resource as policy

_address := "module.a[\"x\"].aws_cloudwatch_log_group.this"

_drifted(action, before, after) := object.union(
	testing.with_address(testing.with_action(testing.resource("aws_cloudwatch_log_group", after), action), _address),
	{"before": before},
)

_plan(drift, attribute) := {
	"kind": "plan", "drift": [drift],
	"relevant_attributes": [{"address": "module.a.aws_cloudwatch_log_group.this", "attribute": attribute}],
}

_violations(plan) := violations if violations := policy.deny with input as plan with data.params as {"any_attribute": false}

_update := _drifted("update", {"retention_in_days": 30, "name": "a"}, {"retention_in_days": 90, "name": "a"})

test_denies_a_relevant_change if {
	_violations(_plan(_update, ["retention_in_days"])) == {{
		"message": "changed outside of Terraform: retention_in_days",
		"address": _address,
		"attribute": ["retention_in_days"],
	}}
}

test_denies_where_all_of_it_is_relevant if count(_violations(_plan(_update, []))) == 1

test_denies_a_deletion if {
	_violations(_plan(_drifted("delete", {"name": "a"}, {}), ["id"])) == {{
		"message": "the resource was deleted outside of Terraform",
		"address": _address,
	}}
}

test_allows_what_nothing_depends_on if {
	_violations(_plan(_update, ["arn"])) == set()
	_violations({"drift": [_update], "relevant_attributes": []}) == set()
}

test_denies_anything_where_it_is_asked_for if {
	violations := policy.deny with input as _plan(_update, ["arn"]) with data.params as {"any_attribute": true}
	count(violations) == 1
}

test_absent_and_unknown_attributes_are_changes if {
	count(_violations(_plan(_drifted("update", {"kms_key_id": "k"}, {}), ["kms_key_id"]))) == 1
	_violations({}) == set()
}

test_allows_no_drift if _violations({"drift": [], "relevant_attributes": []}) == set()
