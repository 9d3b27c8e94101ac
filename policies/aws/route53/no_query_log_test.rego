package policies.aws.route53.no_query_log_test

import data.policies.aws.route53.no_query_log as policy
import data.policies.lib.testing

_zone := testing.resource("aws_route53_zone", {"name": "example.com"})

_private := testing.resource("aws_route53_zone", {"name": "example.internal", "vpc": [{"vpc_id": "vpc-0a1b2c3d"}]})

_log := testing.resource("aws_route53_query_log", {})

_logged := testing.with_linked(_zone, [_log])

_deleted := testing.with_linked(_zone, [testing.with_action(_log, "delete")])

test_denies_a_zone_without_a_log if {
	every document in [_zone, _deleted] {
		violations := policy.deny with input as document
		violations == {{"message": "no query log belongs to the zone"}}
	}
}

test_allows_logged_and_private_zones if {
	every document in [_logged, _private] {
		violations := policy.deny with input as document
		count(violations) == 0
	}
}

test_denies_a_vpc_that_is_empty_or_of_a_wrong_type if {
	every value in [null, [], {}, 7] {
		violations := policy.deny with input as testing.resource("aws_route53_zone", {"vpc": value})
		count(violations) == 1
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("aws_route53_zone", ["vpc"]) {
		violations := policy.deny with input as document
		count(violations) == 1
	}
}
