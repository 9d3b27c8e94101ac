package policies.aws.cloudfront.plaintext_viewers_test

import data.policies.aws.cloudfront.plaintext_viewers as policy
import data.policies.lib.testing

_distribution(first, ordered) := testing.resource("aws_cloudfront_distribution", {
	"default_cache_behavior": [_behavior(first)],
	"ordered_cache_behavior": [_behavior(protocol) | some protocol in ordered],
})

_behavior(protocol) := {"target_origin_id": "content", "viewer_protocol_policy": protocol}

_silent := testing.resource("aws_cloudfront_distribution", {})

test_denies_allow_all if {
	violations := policy.deny with input as _distribution("allow-all", [])
	violations == {{
		"message": "viewers may use plain HTTP in default_cache_behavior",
		"attribute": ["default_cache_behavior", 0, "viewer_protocol_policy"],
	}}
}

test_denies_one_of_several_behaviors if {
	violations := policy.deny with input as _distribution("https-only", ["redirect-to-https", "allow-all"])
	violations == {{
		"message": "viewers may use plain HTTP in ordered_cache_behavior[1]",
		"attribute": ["ordered_cache_behavior", 1, "viewer_protocol_policy"],
	}}
}

test_denies_all_of_them_once if {
	violations := policy.deny with input as _distribution("allow-all", ["allow-all"])
	some violation in violations
	count(violations) == 1
	violation.message == "viewers may use plain HTTP in default_cache_behavior, ordered_cache_behavior[0]"
}

test_allows_https if {
	every protocol in ["https-only", "redirect-to-https"] {
		violations := policy.deny with input as _distribution(protocol, [protocol])
		count(violations) == 0
	}
}

test_denies_what_is_absent_or_of_a_wrong_type if {
	violations := policy.deny with input as _silent
	count(violations) == 1
	every value in [null, 7, "", [], {}, true] {
		odd := policy.deny with input as _distribution(value, [])
		count(odd) == 1
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("aws_cloudfront_distribution", ["default_cache_behavior", "ordered_cache_behavior"]) {
		violations := policy.deny with input as document
		count(violations) == 1
	}
}
