package policies.terraform.secrets.leaking_output_test

import data.policies.terraform.secrets.leaking_output as policy

_plan(output) := {"outputs": {"key": object.union({"sensitive": false, "references": []}, output)}}

_violations(plan) := violations if violations := policy.deny with input as plan

test_denies_a_credential if {
	_violations(_plan({"value": "AKIACANARYS3CR3T0001"})) == {{
		"message": "the output key shows an AWS access key",
		"attribute": ["outputs", "key", "value"],
	}}
}

test_denies_inside_a_collection if count(_violations(_plan({"value": {"a": [{"b": "-----BEGIN PRIVATE KEY-----"}]}}))) == 1

test_denies_an_unknown_value_by_its_reference if {
	every reference in ["random_password.db.result", "aws_iam_access_key.ci[\"a\"].secret", "data.aws_secretsmanager_secret_version.a.secret_string", "tls_private_key.a.private_key_pem"] {
		violations := _violations(_plan({"references": [reference]}))
		{violation.message | some violation in violations} == {sprintf("the output key shows %s", [reference])}
	}
}

test_allows_sensitive_outputs if _violations(_plan({"sensitive": true, "value": "AKIACANARYS3CR3T0001"})) == set()

test_allows_other_values_and_references if {
	_violations(_plan({"value": "https://example.com", "references": ["aws_lb.a.dns_name", "aws_lb.a"]})) == set()
	_violations(_plan({"references": ["aws_secretsmanager_secret.a.arn", "random_password.a", "module.a.password_arn"]})) == set()
}

test_absent_or_null_values_are_none if {
	_violations(_plan({})) == set()
	_violations({}) == set()
}
