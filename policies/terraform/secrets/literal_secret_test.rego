package policies.terraform.secrets.literal_secret_test

import data.policies.lib.testing
import data.policies.terraform.secrets.literal_secret as policy

# A resource of whose arguments these are constant.
_written(type, values, constants) := object.union(testing.resource(type, values), {"constants": constants})

_database(password) := _written("aws_db_instance", {"username": "orders", "password": password}, ["password", "username"])

_violations(document) := violations if violations := policy.deny with input as document

_attributes(document) := {violation.attribute | some violation in _violations(document)}

test_denies_a_password_that_is_written_out if {
	_violations(_database("canary")) == {{
		"message": "password comes from no variable of the root module and from no resource: it stands in the source, or in a file beside it",
		"attribute": ["password"],
	}}
}

test_denies_in_a_module_with_for_each if {
	count(_violations(testing.with_address(_database("canary"), "module.a[\"x\"].aws_db_instance.b[0]"))) == 1
}

test_denies_the_passwords_of_nested_blocks_and_lists if {
	users := [{"username": "a", "password": ""}, {"username": "b", "password": "canary"}]
	_attributes(_written("aws_mq_broker", {"user": users}, ["user.password"])) == {["user", 1, "password"]}
	_attributes(_written("aws_elasticache_user", {"passwords": ["canary"]}, ["passwords"])) == {["passwords"]}
}

test_denies_a_secure_parameter_alone if {
	_attributes(_written("aws_ssm_parameter", {"type": "SecureString", "value": "canary"}, ["value"])) == {["value"]}
	_violations(_written("aws_ssm_parameter", {"type": "String", "value": "canary"}, ["value"])) == set()
}

test_allows_a_place_that_is_kept_in_a_store_alone if {
	every place in ["", "changeme", "CHANGE_ME", "<set by hand>", "placeholder", "Managed elsewhere: replace me", "{}", "{\"password\": \"todo\"}", "{\"a\": [\"todo\", null], \"b\": true}", "***"] {
		_violations(_written("aws_secretsmanager_secret_version", {"secret_string": place}, ["secret_string"])) == set()
	}
	every secret in ["changeme123", "{\"password\": \"canary\", \"host\": \"todo\"}", "[\"canary\"]", "\"canary\"", "12345", "{\"pin\": 1234}", "{canary}", "[\"todo\", \"canary\"]", "{\"todo\": \"a\\\"b\"}", "{\"pin\": [\"\", {\"a\": \"canary\"}]}"] {
		count(_violations(_written("aws_secretsmanager_secret_version", {"secret_string": secret}, ["secret_string"]))) == 1
	}
	count(_violations(_database("changeme"))) == 1
}

test_allows_what_comes_from_elsewhere if _violations(_written("aws_db_instance", {"password": "canary"}, ["username"])) == set()

test_allows_what_nobody_wrote if _violations(testing.resource("aws_db_instance", {"password": "canary"})) == set()

test_leaves_credentials_of_a_known_form_to_another_policy if _violations(_database("AKIACANARYS3CR3T0001")) == set()

test_unknown_or_absent_values_are_none if {
	every document in testing.bare("aws_db_instance", ["password"]) {
		_violations(document) == set()
	}
	_violations(_database(null)) == set()
}
