package policies.terraform.secrets.hardcoded_provider_credential_test

import data.policies.terraform.secrets.hardcoded_provider_credential as policy

_plan(constants) := {"providers": {"aws.west": {"name": "aws", "constants": constants}}}

_violations(plan) := violations if violations := policy.deny with input as plan

test_denies_keys if {
	_violations(_plan({"region": "eu-central-1", "access_key": "AKIACANARYS3CR3T0001", "secret_key": "canary-s3cr3t-0001"})) == {{
		"message": "the configuration of provider aws.west holds access_key, secret_key",
		"attribute": ["providers", "aws.west", "constants", "access_key"],
	}}
}

test_denies_in_a_nested_block_of_a_module if {
	plan := {"providers": {"module.a:vault": {"constants": {"auth_login": [{"parameters": {"password": "canary-s3cr3t-0001"}}]}}}}
	_violations(plan) == {{
		"message": "the configuration of provider module.a:vault holds password",
		"attribute": ["providers", "module.a:vault", "constants", "auth_login", 0, "parameters", "password"],
	}}
}

test_denies_in_a_list if {
	every constants in [{"api_tokens": ["canary-s3cr3t-0001"]}, {"keys": [["-----BEGIN PRIVATE KEY-----"]]}] {
		count(_violations(_plan(constants))) == 1
	}
	_violations(_plan({"files": ["~/.aws/credentials"]})) == set()
}

test_denies_a_token_under_any_name if count(_violations(_plan({"odd": "-----BEGIN PRIVATE KEY-----"}))) == 1

test_allows_placeholders_and_paths if {
	every value in ["mock", "test", ""] {
		_violations(_plan({"access_key": value, "credentials": value})) == set()
	}
	every value in ["/etc/keys/sa.json", "sa.json", "~/sa.json", "../keys/sa.json"] {
		_violations(_plan({"credentials": value})) == set()
	}
}

test_denies_what_only_looks_like_a_path if {
	every constants in [{"password": "canary/s3cr3t"}, {"client_secret": "a/b.json"}, {"credentials": "{\"type\": \"x/y.json"}] {
		count(_violations(_plan(constants))) == 1
	}
}

test_allows_roles_and_regions if {
	_violations(_plan({"region": "eu-central-1", "assume_role": [{"role_arn": "arn:aws:iam::111122223333:role/deploy"}]})) == set()
}

test_absent_unknown_or_null_arguments_are_none if {
	every constants in [{}, {"access_key": null}] {
		_violations(_plan(constants)) == set()
	}
	_violations({"providers": {"aws": {"name": "aws"}}}) == set()
	_violations({}) == set()
}
