package policies.aws.iam.open_trust_test

import data.policies.aws.iam.open_trust as policy
import data.policies.lib.testing

_role(statements) := testing.with_derived(
	testing.resource("aws_iam_role", {}),
	{"assume_role_policy": {"Statement": statements}},
)

_allow(principal) := {"Effect": "Allow", "Action": ["sts:AssumeRole"], "Principal": principal}

_within(statement, condition) := object.union(statement, {"Condition": condition})

_account := "arn:aws:iam::111122223333:root"

_github := "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"

test_denies_everybody if {
	every principal in [{"*": ["*"]}, {"AWS": ["*"]}, {"AWS": [_account, "*"]}] {
		violations := policy.deny with input as _role([_allow({"Service": ["ec2.amazonaws.com"]}), _allow(principal)])
		violations == {{"message": "Statement[1] trusts everybody", "attribute": ["assume_role_policy"]}}
	}
}

test_denies_everybody_but_some if {
	violations := policy.deny with input as _role([{"Effect": "Allow", "NotPrincipal": {"AWS": [_account]}}])
	count(violations) == 1
}

test_denies_conditions_that_keep_nobody_out if {
	every condition in [
		{"StringEquals": {"sts:externalid": ["partner"]}},
		{"Bool": {"aws:multifactorauthpresent": ["true"]}},
		{"StringLike": {"aws:principalorgid": ["*"]}},
	] {
		violations := policy.deny with input as _role([_within(_allow({"AWS": ["*"]}), condition)])
		count(violations) == 1
	}
}

test_allows_everybody_of_an_organization if {
	every condition in [
		{"StringEquals": {"aws:principalorgid": ["o-0a1b2c3d4e"]}},
		{"StringEquals": {"aws:principalaccount": ["111122223333"]}},
		{"ArnLike": {"aws:principalarn": ["arn:aws:iam::111122223333:role/build-*"]}},
	] {
		violations := policy.deny with input as _role([_within(_allow({"AWS": ["*"]}), condition)])
		count(violations) == 0
	}
}

test_allows_named_principals if {
	every principal in [{"AWS": [_account]}, {"Service": ["ec2.amazonaws.com"]}, {}] {
		violations := policy.deny with input as _role([_allow(principal)])
		count(violations) == 0
	}
}

test_denies_every_user_of_a_provider if {
	every condition in [{}, {"StringEquals": {"token.actions.githubusercontent.com:aud": ["sts.amazonaws.com"]}}] {
		violations := policy.deny with input as _role([_within(_allow({"Federated": [_github]}), condition)])
		{violation.message | some violation in violations} == {"Statement[0] trusts whomever its identity provider signs in"}
	}
}

test_allows_a_named_subject if {
	condition := {"StringLike": {"token.actions.githubusercontent.com:sub": ["repo:example/shop:*"]}}
	violations := policy.deny with input as _role([_within(_allow({"Federated": [_github]}), condition)])
	count(violations) == 0
}

test_allows_what_denies if {
	violations := policy.deny with input as _role([{"Effect": "Deny", "Principal": {"AWS": ["*"], "Federated": [_github]}}])
	count(violations) == 0
}

test_allows_without_a_document if {
	violations := policy.deny with input as testing.resource("aws_iam_role", {"name": "a"})
	count(violations) == 0
}

test_survives_values_of_a_wrong_type if {
	every value in [null, 7, "x", [null], {"Statement": 7}, {"Statement": [null]}, {"Statement": [{"Effect": "Allow"}]}] {
		document := testing.with_derived(testing.resource("aws_iam_role", {}), {"assume_role_policy": value})
		violations := policy.deny with input as document
		count(violations) == 0
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("aws_iam_role", ["assume_role_policy"]) {
		violations := policy.deny with input as document
		count(violations) == 0
	}
}
