package policies.lib.stored_secret_test

import data.policies.lib.stored_secret
import data.policies.lib.testing

test_the_secrets_that_are_given if {
	stored_secret.paths(testing.resource("aws_db_instance", {"password": "canary", "username": "a"})) == {["password"]}
	every password in ["", null] {
		stored_secret.paths(testing.resource("aws_db_instance", {"password": password})) == set()
	}
	stored_secret.paths(testing.resource("aws_db_instance", {"password_wo_version": 1})) == set()
	stored_secret.paths(testing.resource("aws_s3_bucket", {"password": "canary"})) == set()
}

test_those_in_blocks if {
	document := testing.resource("aws_mq_broker", {
		"user": [{"password": "canary"}, {"username": "b"}, {"password": "canary"}],
		"ldap_server_metadata": null,
	})
	stored_secret.paths(document) == {["user", 0, "password"], ["user", 2, "password"]}
}

test_parameters_that_are_secure if {
	stored_secret.paths(testing.resource("aws_ssm_parameter", {"type": "SecureString", "value": "canary"})) == {["value"]}
	stored_secret.paths(testing.resource("aws_ssm_parameter", {"type": "String", "value": "canary"})) == set()
	stored_secret.paths(testing.resource("aws_ssm_parameter", {"value": "canary"})) == set()
}

test_paths_that_hold_one if {
	stored_secret.holds({"type": "aws_mq_broker"}, ["user", 1, "password"])
	not stored_secret.holds({"type": "aws_mq_broker"}, ["user", 1, "username"])
	not stored_secret.holds({"type": "aws_mq_broker"}, ["password"])
	not stored_secret.holds({"type": "aws_s3_bucket"}, ["password"])
}
