package policies.aws.cloudfront.no_web_acl_test

import data.policies.aws.cloudfront.no_web_acl as policy
import data.policies.lib.testing

_with(attributes) := testing.resource("aws_cloudfront_distribution", attributes)

test_denies_a_distribution_without_one if {
	violations := policy.deny with input as _with({"enabled": true})
	violations == {{
		"message": "no web ACL protects the distribution",
		"attribute": ["web_acl_id"],
	}}
}

test_denies_what_is_empty_or_of_a_wrong_type if {
	every value in [null, "", 7, [], {}, true] {
		violations := policy.deny with input as _with({"web_acl_id": value})
		count(violations) == 1
	}
}

test_allows_both_generations if {
	every value in [
		"arn:aws:wafv2:us-east-1:111122223333:global/webacl/shop/0d5c1a52",
		"473e64fd-f30b-4765-81a0-62ad96dd167a",
	] {
		violations := policy.deny with input as _with({"web_acl_id": value})
		count(violations) == 0
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("aws_cloudfront_distribution", ["web_acl_id"]) {
		violations := policy.deny with input as document
		count(violations) == 1
	}
}
