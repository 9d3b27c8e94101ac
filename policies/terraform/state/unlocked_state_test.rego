package policies.terraform.state.unlocked_state_test

import data.policies.terraform.state.unlocked_state as policy

_kept(type, constants) := {"backend": {"type": type, "constants": constants}}

_violations(plan) := violations if violations := policy.deny with input as plan

test_denies_s3_without_a_lock if {
	every constants in [{}, {"use_lockfile": false}, {"dynamodb_table": null}] {
		_violations(_kept("s3", constants)) == {{
			"message": "the s3 backend does not lock the state",
			"attribute": ["backend", "constants", "use_lockfile"],
		}}
	}
}

test_denies_http_without_a_lock if count(_violations(_kept("http", {"address": "https://x"}))) == 1

test_allows_locked_state if {
	every plan in [
		_kept("s3", {"use_lockfile": true}), _kept("s3", {"dynamodb_table": "locks"}),
		_kept("http", {"lock_address": "https://x"}), _kept("gcs", {}), _kept("cloud", {}),
	] {
		_violations(plan) == set()
	}
}

test_absent_or_unknown_backends_are_another_fault if _violations({}) == set()
