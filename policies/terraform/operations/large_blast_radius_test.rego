package policies.terraform.operations.large_blast_radius_test

import data.policies.lib.testing
import data.policies.terraform.operations.large_blast_radius as policy

_params := {"most_destroyed": 5, "most_percent": 20, "percent_from": 10}

# So many resources of a module with for_each, each with its action.
_plan(actions) := {"kind": "plan", "resources": {address: document |
	some action, number in actions
	some index in numbers.range(1, number)
	address := sprintf("module.site[\"%s\"].aws_instance.web[%v]", [action, index])
	document := testing.with_address(testing.with_action(testing.resource("aws_instance", {}), action), address)
}}

_count(plan) := count(violations) if violations := policy.deny with input as plan with data.params as _params

test_denies_many_deletions if {
	violations := policy.deny with input as _plan({"delete": 4, "replace": 2, "no-op": 94}) with data.params as _params
	[violation.message | some violation in violations] == ["the plan destroys 6 of 100 resources: 4 to be deleted, 2 to be replaced"]
}

test_denies_a_large_share if _count(_plan({"replace": 3, "no-op": 9})) == 1

# So many resources of each module, which are deleted.
_in_modules(numbers_) := {"resources": {address: document |
	some module, number in numbers_
	some index in numbers.range(1, number)
	address := sprintf("%s.aws_instance.web[%v]", [module, index])
	document := object.union(testing.with_action(testing.resource("aws_instance", {}), "delete"), {"module": module})
}}

test_denies_much_of_one_module if {
	params := object.union(_params, {"most_destroyed": 50, "most_percent": 100, "most_destroyed_in_module": 3})
	violations := policy.deny with input as _in_modules({"module.a": 4, "module.b": 1}) with data.params as params
	count(violations) == 1
}

test_allows_a_little_of_several_modules if {
	params := object.union(_params, {"most_destroyed": 50, "most_percent": 100, "most_destroyed_in_module": 3})
	violations := policy.deny with input as _in_modules({"module.a": 3, "module.b": 3, "module.c": 3}) with data.params as params
	count(violations) == 0
}

test_allows_few if _count(_plan({"delete": 2, "no-op": 9})) == 0

test_allows_a_large_share_of_little if _count(_plan({"delete": 3, "no-op": 1})) == 0

test_allows_what_is_created_or_forgotten if _count(_plan({"create": 50, "forget": 20, "update": 20})) == 0

test_deposed_objects_do_not_count if {
	plan := {"resources": {sprintf("a.b (deposed object %v)", [n]): document |
		some n in numbers.range(1, 9)
		document := object.union(testing.with_action(testing.resource("aws_instance", {}), "delete"), {"deposed": "0"})
	}}
	_count(plan) == 0
}

test_unknown_or_absent_values_do_not_matter if {
	plan := {"resources": {sprintf("aws_instance.a[%v]", [n]): {"mode": "managed", "action": "delete", "values": null} | some n in numbers.range(1, 6)}}
	_count(plan) == 1
	_count({}) == 0
}
