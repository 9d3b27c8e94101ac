package policies.aws.iam.wildcard_policy_test

import data.policies.aws.iam.wildcard_policy as policy
import data.policies.lib.testing

_admin := {"Effect": "Allow", "Action": ["*"], "Resource": ["*"]}

_reader := {"Effect": "Allow", "Action": ["s3:Get*"], "Resource": ["*"]}

_owner := {"Effect": "Allow", "Action": ["*"], "Resource": ["arn:aws:s3:::logs/*"]}

_denial := {"Effect": "Deny", "Action": ["*"], "Resource": ["*"]}

_policy := _of("aws_iam_policy", [_reader, _admin])

_narrow := _of("aws_iam_policy", [_reader, _owner, _denial])

_role := testing.with_derived(testing.resource("aws_iam_role", {}), {
	"assume_role_policy": {"Statement": [{"Effect": "Allow", "Action": ["sts:AssumeRole"]}]},
	"inline_policy": [{"name": "a"}, {"policy": {"Statement": [_reader, _admin]}}],
})

_permission_set := testing.with_derived(
	testing.resource("aws_ssoadmin_permission_set_inline_policy", {}),
	{"inline_policy": {"Statement": [_admin]}},
)

_without_document := testing.resource("aws_iam_policy", {"name": "a"})

_of(type, statements) := testing.with_derived(testing.resource(type, {}), {"policy": {"Statement": statements}})

test_denies_everything_on_everything if {
	violations := policy.deny with input as _policy
	violations == {{
		"message": "every action, or all but a few, is allowed on every resource by statement 2 of policy",
		"attribute": ["policy"],
	}}
}

test_denies_every_policy_type if {
	every type in ["aws_iam_group_policy", "aws_iam_policy", "aws_iam_role_policy", "aws_iam_user_policy"] {
		document := _of(type, [_admin])
		violations := policy.deny with input as document
		count(violations) == 1
	}
}

test_denies_an_inline_policy_of_a_role if {
	violations := policy.deny with input as _role
	violations == {{
		"message": concat(" ", [
			"every action, or all but a few, is allowed on every resource",
			"by statement 2 of inline_policy[1].policy",
		]),
		"attribute": ["inline_policy", 1, "policy"],
	}}
}

test_denies_a_permission_set if {
	violations := policy.deny with input as _permission_set
	some violation in violations
	violation.attribute == ["inline_policy"]
}

test_denies_other_spellings if {
	every change in [
		{"Action": ["*:*"]}, {"Action": ["s3:Get*", "**"]}, {"Resource": ["arn:aws:*:*:*:*:*"]},
		{"Condition": {"Bool": {"aws:MultiFactorAuthPresent": ["true"]}}},
	] {
		document := _of("aws_iam_policy", [object.union(_admin, change)])
		violations := policy.deny with input as document
		count(violations) == 1
	}
}

# Peers pass it.
test_denies_everything_but_a_few_actions if {
	document := _of("aws_iam_policy", [{"Effect": "Allow", "NotAction": ["iam:*"], "Resource": ["*"]}])
	violations := policy.deny with input as document
	count(violations) == 1
}

test_denies_everything_but_a_few_resources if {
	document := _of("aws_iam_policy", [{"Effect": "Allow", "Action": ["*"], "NotResource": ["arn:aws:s3:::logs"]}])
	violations := policy.deny with input as document
	count(violations) == 1
}

test_denies_two_statements_once if {
	document := _of("aws_iam_policy", [_admin, _reader, _admin])
	violations := policy.deny with input as document
	some violation in violations
	endswith(violation.message, "by statement 1 of policy, statement 3 of policy")
}

test_allows_narrow_statements if {
	violations := policy.deny with input as _narrow
	count(violations) == 0
}

# IAM refuses the document.
test_allows_an_effect_in_another_case if {
	document := _of("aws_iam_policy", [object.union(_admin, {"Effect": "allow"})])
	violations := policy.deny with input as document
	count(violations) == 0
}

test_allows_without_a_document if {
	violations := policy.deny with input as _without_document
	count(violations) == 0
}

test_survives_values_of_a_wrong_type if {
	every value in [null, 7, "x", [null], {"Statement": 7}, {"Statement": [null]}, {"Statement": [{"Effect": "Allow"}]}] {
		document := testing.with_derived(testing.resource("aws_iam_role", {}), {
			"policy": value,
			"inline_policy": [value, {"policy": value}],
		})
		violations := policy.deny with input as document
		count(violations) == 0
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("aws_iam_policy", ["policy"]) {
		violations := policy.deny with input as document
		count(violations) == 0
	}
}
