package policies.terraform.state.damaged_object_test

import data.policies.lib.testing
import data.policies.terraform.state.damaged_object as policy

_state(document) := {"kind": "state", "resources": {"module.a.aws_instance.this[0]": document}}

_instance(change) := object.union(testing.resource("aws_instance", {}), change)

_violations(plan) := violations if violations := policy.deny with input as plan

test_denies_a_tainted_object if {
	_violations(_state(_instance({"tainted": true}))) == {{
		"message": "the object is tainted and waits to be replaced",
		"address": "module.a.aws_instance.this[0]",
	}}
}

test_denies_a_deposed_object if {
	_violations(_state(_instance({"tainted": false, "deposed": "0badcafe"}))) == {{
		"message": "the object is deposed and waits to be destroyed",
		"address": "module.a.aws_instance.this[0]",
	}}
}

test_denies_an_object_once if count(_violations(_state(_instance({"tainted": true, "deposed": "0"})))) == 1

test_allows_sound_objects if _violations(_state(_instance({"tainted": false}))) == set()

test_allows_a_plan_that_mends_it if _violations(object.union(_state(_instance({"tainted": true})), {"kind": "plan"})) == set()

test_absent_or_unknown_values_do_not_matter if _violations({"kind": "state", "resources": {"a.b": {}}}) == set()
