package policies.aws.s3.public_policy_test

import data.policies.aws.s3.public_policy as policy
import data.policies.lib.testing

_of(type, statements) := testing.with_derived(testing.resource(type, {}), {"policy": {"Statement": statements}})

_policy(statements) := _of("aws_s3_bucket_policy", statements)

_read := {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::site/*"], "Principal": {"*": ["*"]}}

_with(members) := _policy([object.union(_read, members)])

_for(principal) := _policy([object.union(object.remove(_read, ["Principal"]), {"Principal": principal})])

_when(condition) := _with({"Condition": condition})

test_denies_everybody if {
	violations := policy.deny with input as _policy([object.union(_read, {"Effect": "Deny"}), _read])
	violations == {{"message": "Statement[1] grants access to everybody", "attribute": ["policy"]}}
}

test_denies_every_spelling_of_everybody if {
	every principal in [{"*": ["*"]}, {"AWS": ["*"]}, {"AWS": ["arn:aws:iam::111122223333:root", "*"]}] {
		violations := policy.deny with input as _for(principal)
		count(violations) == 1
	}
	others := policy.deny with input as _policy([object.union(
		object.remove(_read, ["Principal"]),
		{"NotPrincipal": {"AWS": ["arn:aws:iam::111122223333:root"]}},
	)])
	count(others) == 1
}

test_denies_conditions_that_confine_nobody if {
	every condition in [
		{"StringEquals": {"aws:referer": ["https://www.example.com/"]}},
		{"StringLike": {"aws:principalarn": ["*"]}},
		{"StringEqualsIfExists": {"aws:principalorgid": ["o-a1b2c3d4e5"]}},
		{"StringNotEquals": {"aws:sourcevpce": ["vpce-0a1b2c3d"]}},
		{"IpAddress": {"aws:sourceip": ["0.0.0.0/0"]}},
		{"IpAddress": {"aws:sourceip": ["0.0.0.0/1", "128.0.0.0/1"]}},
		{"ArnLike": {"aws:principalarn": ["arn:aws:iam::*:role/reader"]}},
		{"Null": {"aws:sourcevpce": ["false"]}},
	] {
		violations := policy.deny with input as _when(condition)
		count(violations) == 1
	}
}

test_allows_conditions_that_confine if {
	every condition in [
		{"StringEquals": {"aws:principalorgid": ["o-a1b2c3d4e5"]}},
		{"StringEquals": {"aws:sourcevpce": ["vpce-0a1b2c3d"]}},
		{"ArnLike": {"aws:sourcearn": ["arn:aws:cloudfront::111122223333:distribution/*"]}},
		{"IpAddress": {"aws:sourceip": ["198.51.100.0/24"]}},
	] {
		violations := policy.deny with input as _when(condition)
		count(violations) == 0
	}
}

test_allows_named_principals_and_denials if {
	every document in [
		_for({"Service": ["cloudfront.amazonaws.com"]}),
		_for({"AWS": ["arn:aws:iam::111122223333:role/reader"]}),
		_with({"Effect": "Deny"}),
		_policy([]),
		testing.resource("aws_s3_bucket", {}),
	] {
		violations := policy.deny with input as document
		count(violations) == 0
	}
}

test_denies_a_bucket_that_writes_its_policy_itself if {
	bucket := object.union(_of("aws_s3_bucket", [_read]), {"configured": {"policy": true}})
	violations := policy.deny with input as testing.with_linked(bucket, [_policy([])])
	count(violations) == 1
}

test_judges_a_bucket_only_without_a_policy_of_its_own if {
	alone := policy.deny with input as _of("aws_s3_bucket", [_read])
	count(alone) == 1
	together := policy.deny with input as testing.with_linked(_of("aws_s3_bucket", [_read]), [_policy([_read])])
	count(together) == 0
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("aws_s3_bucket_policy", ["policy"]) {
		violations := policy.deny with input as document
		count(violations) == 0
	}
}
