package policies.terraform.secrets.exposed_secret_variable_test

import data.policies.terraform.secrets.exposed_secret_variable as policy

_plan(name, variable) := {"variables": {name: object.union({"declared": true, "sensitive": false}, variable)}}

_messages(plan) := {violation.message | some violation in violations} if {
	violations := policy.deny with input as plan
}

test_denies_what_is_not_sensitive if {
	_messages(_plan("database_password", {"value": "canary"})) == {"the variable database_password is not declared sensitive"}
}

test_denies_a_default if {
	_messages(_plan("api_key", {"sensitive": true, "default": "canary"})) == {"the variable api_key has a default that everyone can read"}
}

test_denies_a_credential_under_any_name if {
	_messages(_plan("settings", {"default": {"a": ["AKIACANARYS3CR3T0001"]}})) == {"the variable settings has a credential as its default"}
}

test_points_at_the_variable if {
	violations := policy.deny with input as _plan("token", {"value": "canary"})
	[violation.attribute | some violation in violations] == [["variables", "token"]]
}

test_allows_sensitive_variables if {
	every default_value in [null, ""] {
		_messages(_plan("database_password", {"sensitive": true, "default": default_value})) == set()
	}
}

test_allows_other_names if {
	every name in ["secret_name", "password_length", "region", "token_ttl"] {
		_messages(_plan(name, {"default": "x"})) == set()
	}
	_messages(_plan("rotate_secret", {"value": true})) == set()
	_messages(_plan("max_tokens", {"value": 5})) == set()
}

test_unknown_or_absent_values_are_not_printed if {
	_messages(_plan("token", {})) == set()
	_messages(_plan("token", {"value": null})) == set()
	_messages({"variables": {"token": {"declared": false, "sensitive": false, "value": "x"}}}) == set()
	_messages({}) == set()
}
