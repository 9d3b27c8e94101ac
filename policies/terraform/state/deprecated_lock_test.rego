package policies.terraform.state.deprecated_lock_test

import data.policies.terraform.state.deprecated_lock as policy

_plan(version, constants) := {"terraform_version": version, "backend": {"type": "s3", "constants": constants}}

_violations(plan) := violations if violations := policy.deny with input as plan

test_denies_a_table_alone if {
	every version in ["1.11.0", "1.11.4", "1.15.0-rc1", "2.0.0"] {
		_violations(_plan(version, {"dynamodb_table": "locks"})) == {{
			"message": "dynamodb_table is deprecated, and use_lockfile is not true",
			"attribute": ["backend", "constants", "dynamodb_table"],
		}}
	}
	count(_violations(_plan("1.11.4", {"dynamodb_table": "locks", "use_lockfile": false}))) == 1
}

test_allows_a_lock_file_or_an_older_version if {
	_violations(_plan("1.11.4", {"dynamodb_table": "locks", "use_lockfile": true})) == set()
	_violations(_plan("1.11.4", {"use_lockfile": true})) == set()
	_violations(_plan("1.10.5", {"dynamodb_table": "locks"})) == set()
	_violations({"terraform_version": "1.11.4", "backend": {"type": "gcs", "constants": {}}}) == set()
}

test_allows_the_table_of_opentofu if {
	plan := object.union(_plan("1.11.0", {"dynamodb_table": "locks"}), {"providers": {"aws": {"source": "registry.opentofu.org/hashicorp/aws"}}})
	_violations(plan) == set()
}

test_absent_or_unknown_backends_and_tables_are_another_fault if {
	_violations({"terraform_version": "1.11.4"}) == set()
	_violations(_plan("1.11.4", {"dynamodb_table": ""})) == set()
	_violations(_plan("1.11.4", {"dynamodb_table": null})) == set()
	_violations(_plan("latest", {"dynamodb_table": "locks"})) == set()
}
