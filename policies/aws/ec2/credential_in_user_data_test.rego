package policies.aws.ec2.credential_in_user_data_test

import data.policies.aws.ec2.credential_in_user_data as policy
import data.policies.lib.testing

_types := ["aws_instance", "aws_launch_configuration", "aws_launch_template", "aws_spot_instance_request"]

# It has the form of a key and belongs to nobody.
_script := "#!/bin/sh\nexport AWS_ACCESS_KEY_ID=AKIACANARYS3CR3T0008\n"

_violation(name) := {{"message": sprintf("%s holds an AWS access key", [name]), "attribute": [name]}}

test_denies_encoded_text if {
	every type in _types {
		every name in ["user_data", "user_data_base64"] {
			violations := policy.deny with input as testing.resource(type, {name: base64.encode(_script)})
			violations == _violation(name)
		}
	}
}

test_denies_plain_text if {
	violations := policy.deny with input as testing.resource("aws_instance", {"user_data": _script})
	violations == _violation("user_data")
}

test_denies_a_part_of_an_archive if {
	archive := concat("\n", [
		"MIME-Version: 1.0", "", "--X", "Content-Transfer-Encoding: base64", "", base64.encode(_script), "--X--",
	])
	document := testing.resource("aws_launch_template", {"user_data": base64.encode(archive)})
	violations := policy.deny with input as document
	violations == _violation("user_data")
}

test_denies_once_for_several_kinds if {
	text := concat("", [_script, "-----BEGIN RSA PRIVATE KEY-----"])
	violations := policy.deny with input as testing.resource("aws_instance", {"user_data": text})
	{violation.message | some violation in violations} == {"user_data holds a private key, an AWS access key"}
}

test_allows_text_without_a_credential if {
	every text in ["#!/bin/sh\nexport SECRET=import/partner\n", "f1d2d2f924e986ac86fdf7b36c94bcdf32beec15", ""] {
		violations := policy.deny with input as testing.resource("aws_instance", {"user_data": text})
		count(violations) == 0
	}
}

test_allows_the_examples_of_documentation if {
	document := testing.resource("aws_instance", {"user_data": "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE"})
	violations := policy.deny with input as document
	count(violations) == 0
}

# What is known only after apply was written by nobody.
test_allows_an_absent_argument if {
	every given in [{}, {"user_data": null}, {"user_data": 7}] {
		violations := policy.deny with input as testing.resource("aws_launch_template", given)
		count(violations) == 0
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("aws_instance", ["user_data", "user_data_base64"]) {
		violations := policy.deny with input as document
		count(violations) == 0
	}
}
