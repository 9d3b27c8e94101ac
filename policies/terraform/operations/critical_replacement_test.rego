package policies.terraform.operations.critical_replacement_test

import data.policies.lib.testing
import data.policies.terraform.operations.critical_replacement as policy

_params := {"approved_addresses": []}

_replaced := object.union(testing.with_action(testing.resource("aws_lb", {"name": "a"}), "replace"), {"replace_paths": [["name"]]})

_violations(document) := violations if violations := policy.deny with input as document with data.params as _params

test_denies_a_replacement if {
	_violations(_replaced) == {{"message": "the plan replaces this resource: name cannot be changed in place", "attribute": ["name"]}}
}

test_denies_in_a_module if {
	count(_violations(testing.with_address(_replaced, "module.net[\"a\"].aws_lb.this[0]"))) == 1
}

test_says_why if {
	asked := object.union(_replaced, {"action_reason": "replace_by_request", "replace_paths": []})
	_violations(asked) == {{"message": "the plan replaces this resource because it was asked for"}}
	tainted := object.union(_replaced, {"action_reason": "replace_because_tainted", "replace_paths": []})
	_violations(tainted) == {{"message": "the plan replaces this resource because it is tainted"}}
}

test_allows_an_approved_address if {
	violations := policy.deny with input as _replaced with data.params as {"approved_addresses": ["aws_lb.this"]}
	violations == set()
}

test_allows_other_actions if {
	every action in ["create", "update", "no-op", "delete"] {
		_violations(testing.with_action(_replaced, action)) == set()
	}
}

test_denies_whatever_is_unknown_or_absent if {
	every value in [null, {}, []] {
		document := object.union(object.remove(_replaced, ["replace_paths"]), {"values": value})
		_violations(document) == {{"message": "the plan replaces this resource"}}
	}
}
