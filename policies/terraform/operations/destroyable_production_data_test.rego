package policies.terraform.operations.destroyable_production_data_test

import data.policies.lib.testing
import data.policies.terraform.operations.destroyable_production_data as policy

_params := {"environment_tags": ["env", "environment"], "protected_environments": ["prod", "production"]}

_table(values, prevents) := object.union(testing.resource("aws_dynamodb_table", values), {"lifecycle": {"prevent_destroy": prevents}})

_violations(document) := violations if violations := policy.deny with input as document with data.params as _params

test_denies_production if {
	_violations(_table({"tags": {"Environment": "Production"}}, false)) == {{
		"message": "prevent_destroy is not set on this production resource",
		"attribute": ["lifecycle"],
	}}
}

test_denies_by_default_tags_and_labels if {
	count(_violations(_table({"tags_all": {"env": "prod"}}, false))) == 1
	count(_violations(_table({"labels": {"env": "prod"}, "tags": ["web"]}, false))) == 1
	count(_violations(testing.with_address(_table({"effective_labels": {"env": "prod"}}, false), "module.a[\"x\"].google_storage_bucket.b"))) == 1
}

test_allows_prevented_destruction if _violations(_table({"tags": {"env": "prod"}}, true)) == set()

test_allows_other_environments if {
	every tags in [{"env": "test"}, {"stage": "prod"}, {}] {
		_violations(_table({"tags": tags}, false)) == set()
	}
}

test_unknown_or_absent_tags_name_no_environment if {
	_violations(_table({}, false)) == set()
	_violations({"values": {}}) == set()
}
