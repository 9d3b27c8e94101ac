package policies.aws.elb.no_access_log_test

import data.policies.aws.elb.no_access_log as policy
import data.policies.lib.testing

_with(block) := testing.resource("aws_lb", {"access_logs": [block]})

_classic(block) := testing.resource("aws_elb", {"access_logs": [block]})

_silent := testing.resource("aws_lb", {})

_gateway := testing.resource("aws_lb", {"load_balancer_type": "gateway"})

test_denies_a_balancer_without_logs if {
	violations := policy.deny with input as _silent
	violations == {{"message": "access_logs are not enabled, or have no bucket", "attribute": ["access_logs"]}}
}

test_denies_logs_that_are_not_enabled if {
	every document in [_with({"bucket": "logs"}), _with({"bucket": "logs", "enabled": false}), _classic({"bucket": "logs", "enabled": false})] {
		violations := policy.deny with input as document
		count(violations) == 1
	}
}

test_allows_enabled_logs if {
	every document in [_with({"bucket": "logs", "enabled": true}), _classic({"bucket": "logs"}), _gateway] {
		violations := policy.deny with input as document
		count(violations) == 0
	}
}

test_denies_what_is_empty_or_of_a_wrong_type if {
	every block in [null, {}, [], 7, {"enabled": true}, {"bucket": "", "enabled": true}, {"bucket": "logs", "enabled": null}] {
		violations := policy.deny with input as _with(block)
		count(violations) == 1
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("aws_lb", ["access_logs"]) {
		violations := policy.deny with input as document
		count(violations) == 1
	}
}
