package policies.terraform.secrets.credential_in_resource_test

import data.policies.lib.testing
import data.policies.terraform.secrets.credential_in_resource as policy

_function(value) := testing.resource("aws_lambda_function", {"environment": [{"variables": {"KEY": value, "NAME": "x"}}]})

_violations(document) := violations if violations := policy.deny with input as document

test_denies_a_token if {
	_violations(_function("AKIACANARYS3CR3T0001")) == {{
		"message": "an AWS access key stands here in clear",
		"attribute": ["environment", 0, "variables", "KEY"],
	}}
}

test_denies_in_a_module_and_in_any_type if {
	document := testing.resource("odd_thing", {"script": "#!/bin/sh\nexport KEY=AKIACANARYS3CR3T0001\n"})
	count(_violations(testing.with_address(document, "module.a[\"x\"].odd_thing.b"))) == 1
}

test_one_violation_for_all if {
	document := testing.resource("odd_thing", {"a": "AKIACANARYS3CR3T0001", "b": "-----BEGIN PRIVATE KEY-----"})
	_violations(document) == {{"message": "a private key, an AWS access key stands here in clear", "attribute": ["a"]}}
}

test_allows_what_is_marked_sensitive if {
	document := object.union(testing.resource("odd_thing", {"token": "AKIACANARYS3CR3T0001"}), {"sensitive": [["token"]]})
	_violations(document) == set()
}

test_denies_what_is_marked_sensitive_and_written_out if {
	document := object.union(testing.resource("odd_thing", {"token": "AKIACANARYS3CR3T0001"}), {"sensitive": [["token"]], "configured": {"token": true}, "references": {}})
	count(_violations(document)) == 1
	_violations(object.union(document, {"references": {"token": ["var.token"]}})) == set()
}

test_allows_what_the_provider_makes if {
	document := object.union(testing.resource("tls_private_key", {"private_key_pem": "-----BEGIN PRIVATE KEY-----"}), {"configured": {"algorithm": true}})
	_violations(document) == set()
}

test_allows_examples_and_references if {
	_violations(_function("AKIAIOSFODNN7EXAMPLE")) == set()
	_violations(_function("arn:aws:secretsmanager:eu-central-1:111122223333:secret:partner")) == set()
}

test_allows_the_id_of_a_key if {
	_violations(testing.resource("aws_iam_access_key", {"id": "AKIACANARYS3CR3T0001"})) == set()
}

test_unknown_or_absent_values_are_none if {
	_violations(_function(null)) == set()
	_violations(testing.resource("odd_thing", {})) == set()
}
