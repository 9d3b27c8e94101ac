package policies.aws.s3.unblocked_public_access_test

import data.policies.aws.s3.unblocked_public_access as policy
import data.policies.lib.testing

_type := "aws_s3_bucket_public_access_block"

_acls := {"block_public_acls": true, "ignore_public_acls": true}

_policies := {"block_public_policy": true, "restrict_public_buckets": true}

_all := object.union(_acls, _policies)

_bucket := testing.resource("aws_s3_bucket", {"bucket": "logs"})

_blocked := testing.with_linked(_bucket, [testing.resource(_type, _all)])

_half_blocked := testing.with_linked(_bucket, [testing.resource(_type, _acls)])

_account := testing.resource("aws_s3_account_public_access_block", _all)

_blocked_by_account := testing.with_linked(_bucket, [_account])

_blocked_together := testing.with_linked(_bucket, [
	testing.resource(_type, _acls),
	testing.resource("aws_s3_account_public_access_block", _policies),
])

_contradicting := testing.with_linked(_bucket, [
	testing.resource(_type, _all),
	testing.with_address(testing.resource(_type, _acls), "aws_s3_bucket_public_access_block.other"),
])

_described := testing.with_linked(_bucket, [testing.data_source("aws_s3_account_public_access_block", _all)])

_one_false := testing.with_linked(_bucket, [testing.resource(_type, object.union(_all, {"restrict_public_buckets": false}))])

_wrong_types := testing.with_linked(_bucket, [testing.resource(_type, {
	"block_public_acls": "yes",
	"block_public_policy": 1,
	"ignore_public_acls": [true],
	"restrict_public_buckets": {},
})])

test_denies_a_bucket_without_a_block if {
	violations := policy.deny with input as _bucket
	violations == {{
		"message": concat("", [
			"block_public_acls, block_public_policy, ignore_public_acls, restrict_public_buckets",
			" are not true for the bucket or its account",
		]),
		"related": [],
	}}
}

# Peers look at two of the four flags only.
test_denies_two_of_four_flags if {
	violations := policy.deny with input as _half_blocked
	violations == {{
		"message": "block_public_policy, restrict_public_buckets are not true for the bucket or its account",
		"related": ["aws_s3_bucket_public_access_block.this"],
	}}
}

test_denies_one_false_flag if {
	violations := policy.deny with input as _one_false
	some violation in violations
	violation.message == "restrict_public_buckets is not true for the bucket or its account"
}

test_allows_four_flags if {
	violations := policy.deny with input as _blocked
	count(violations) == 0
}

test_allows_through_the_account if {
	violations := policy.deny with input as _blocked_by_account
	count(violations) == 0
}

test_bucket_and_account_add_up if {
	violations := policy.deny with input as _blocked_together
	count(violations) == 0
}

test_of_two_blocks_the_weaker_counts if {
	violations := policy.deny with input as _contradicting
	some violation in violations
	violation.related == ["aws_s3_bucket_public_access_block.this", "aws_s3_bucket_public_access_block.other"]
}

test_a_data_source_blocks_nothing if {
	violations := policy.deny with input as _described
	count(violations) == 1
}

test_denies_values_of_a_wrong_type if {
	violations := policy.deny with input as _wrong_types
	count(violations) == 1
}

_assumed := {"aws.s3.account_public_access_block": true}

_unblocked_account := testing.with_linked(_bucket, [testing.resource("aws_s3_account_public_access_block", _acls)])

_destroyed := testing.with_action(_account, "delete")

test_allows_what_is_assumed_of_the_account if {
	violations := policy.deny with input as _bucket with data.assumptions as _assumed
	count(violations) == 0
}

test_denies_when_something_else_is_assumed if {
	violations := policy.deny with input as _bucket with data.assumptions as {"aws.ebs.encryption_by_default": true}
	count(violations) == 1
}

test_denies_what_is_assumed_against_the_plan if {
	violations := policy.deny with input as _unblocked_account with data.assumptions as _assumed
	count(violations) == 1
}

test_denies_what_is_assumed_while_the_plan_destroys_it if {
	violations := policy.deny with input as testing.with_linked(_bucket, [_destroyed]) with data.assumptions as _assumed
	count(violations) == 1
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("aws_s3_bucket", ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"]) {
		violations := policy.deny with input as document
		count(violations) == 1
	}
}
