package policies.aws.cloudfront.no_access_log_test

import data.policies.aws.cloudfront.no_access_log as policy
import data.policies.lib.testing

_type := "aws_cloudwatch_log_delivery_source"

_bare := testing.resource("aws_cloudfront_distribution", {})

_logging(value) := testing.resource("aws_cloudfront_distribution", {"logging_config": value})

_source := testing.resource(_type, {"name": "site", "log_type": "ACCESS_LOGS"})

_delivered := testing.with_linked(_bare, [_source])

_deleted := testing.with_linked(_bare, [testing.with_action(_source, "delete")])

_other_log := testing.with_linked(_bare, [testing.resource(_type, {"log_type": "APPLICATION_LOGS"})])

test_denies_a_distribution_without_a_log if {
	violations := policy.deny with input as _bare
	violations == {{
		"message": "neither logging_config nor a log delivery source keeps the requests",
		"attribute": ["logging_config"],
	}}
}

test_allows_a_bucket if {
	violations := policy.deny with input as _logging([{"bucket": "logs.s3.amazonaws.com", "include_cookies": false}])
	count(violations) == 0
}

# Peers know the older form only.
test_allows_a_delivery_source if {
	violations := policy.deny with input as _delivered
	count(violations) == 0
}

test_denies_other_and_deleted_sources if {
	every document in [_deleted, _other_log] {
		violations := policy.deny with input as document
		count(violations) == 1
	}
}

test_denies_what_is_empty_or_of_a_wrong_type if {
	every value in [null, [], {}, 7, [null], [{}], [{"bucket": ""}], [{"bucket": 7}], [{"include_cookies": true}]] {
		violations := policy.deny with input as _logging(value)
		count(violations) == 1
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("aws_cloudfront_distribution", ["log_type", "logging_config"]) {
		violations := policy.deny with input as document
		count(violations) == 1
	}
}
