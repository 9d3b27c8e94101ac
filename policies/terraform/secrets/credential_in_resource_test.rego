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
	document := object.union(testing.resource("odd_thing", {"token": "AKIACANARYS3CR3T0001"}), {"sensitive": [["token"]], "configured": {"token": true}, "constants": ["token"]})
	count(_violations(document)) == 1
	_violations(object.union(document, {"constants": []})) == set()
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

_called(name, value) := object.union(
	testing.resource("aws_lambda_function", {"environment": [{"variables": {name: value}}]}),
	{"configured": {"environment": true}},
)

_key := "Zk3p9Xw2Qa7Lr5Tn8Vb1Hc6Jd4Mf0Gs2"

test_denies_a_random_text_that_is_called_like_a_secret if {
	every value in [_key, "3f9a1c7e5b2d8046f1e3a5c7092b4d68"] {
		_violations(_called("PARTNER_API_KEY", value)) == {{
			"message": "a random text that is called like a secret stands here in clear",
			"attribute": ["environment", 0, "variables", "PARTNER_API_KEY"],
		}}
	}
}

test_allows_a_random_text_with_another_name if {
	every name in ["BUILD", "TOKEN_HASH", "SECRET_ARN", "PUBLIC_TOKEN"] {
		_violations(_called(name, _key)) == set()
	}
}

test_allows_a_name_of_a_secret_that_holds_none if {
	every value in ["", "production/import/partner-credentials", "arn:aws:secretsmanager:eu-central-1:111122223333:secret:partner", "00000000000000000000000000000000", "Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1", null] {
		_violations(_called("PARTNER_TOKEN", value)) == set()
	}
}

test_leaves_marked_and_made_values_to_others if {
	document := _called("PARTNER_TOKEN", _key)
	_violations(object.union(document, {"sensitive": [["environment"]], "constants": []})) == set()
	_violations(object.remove(document, ["configured"])) == set()
}

test_denies_the_encoded_script_of_a_machine_at_azure if {
	every text in ["export KEY=AKIACANARYS3CR3T0001", base64.encode("export KEY=AKIACANARYS3CR3T0001")] {
		document := testing.resource("azurerm_linux_virtual_machine", {"custom_data": text})
		{violation.attribute | some violation in _violations(document)} == {["custom_data"]}
	}
	_violations(testing.resource("azurerm_linux_virtual_machine", {"custom_data": base64.encode("echo hello")})) == set()
}

test_leaves_user_data_to_another_policy if {
	_violations(testing.resource("aws_instance", {"user_data": "export KEY=AKIACANARYS3CR3T0001"})) == set()
	count(_violations(testing.resource("aws_instance", {"tags": {"key": "AKIACANARYS3CR3T0001"}}))) == 1
}
