package policies.terraform.operations.unhealthy_plan_test

import data.policies.terraform.operations.unhealthy_plan as policy

_sound := {"kind": "plan", "errored": false, "complete": true, "deferred": [], "checks": [{"address": "check.a", "status": "pass"}]}

_violations(change) := violations if violations := policy.deny with input as object.union(_sound, change)

test_allows_a_sound_plan if _violations({}) == set()

test_allows_checks_that_are_unknown if _violations({"checks": [{"address": "check.a", "status": "unknown"}]}) == set()

test_denies_a_failed_check if {
	_violations({"checks": [{"address": "module.a.check.b", "status": "fail"}]}) == {{"message": "the plan is not sound: failed checks: module.a.check.b"}}
}

test_denies_an_errored_plan if {
	_violations({"errored": true, "complete": false}) == {{"message": "the plan is not sound: planning stopped with an error"}}
}

test_denies_an_incomplete_plan if {
	_violations({"complete": false}) == {{"message": "the plan is not sound: resources were left out, as with -target"}}
}

test_denies_a_deferred_change if {
	_violations({"complete": false, "deferred": [{"address": "a.b[\"*\"]", "reason": "instance_count_unknown"}]}) == {{
		"message": "the plan is not sound: put off to a later run: a.b[\"*\"]",
	}}
}

test_absent_checks_say_nothing if {
	violations := policy.deny with input as object.remove(_sound, ["checks", "deferred"])
	violations == set()
}
