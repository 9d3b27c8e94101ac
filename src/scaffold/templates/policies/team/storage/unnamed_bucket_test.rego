package policies.team.storage.unnamed_bucket_test

import data.policies.team.storage.unnamed_bucket as policy

_bucket(values) := {"type": "aws_s3_bucket", "values": values}

test_denies_a_bucket_without_a_name if {
	violations := policy.deny with input as _bucket({})
	violations == {{"message": "the bucket has no name", "attribute": ["bucket"]}}
}

test_allows_a_bucket_with_a_name if {
	violations := policy.deny with input as _bucket({"bucket": "acme-logs"})
	count(violations) == 0
}
