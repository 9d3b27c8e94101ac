package policies.aws.elb.invalid_headers_test

import data.policies.aws.elb.invalid_headers as policy
import data.policies.lib.testing

_with(attributes) := testing.resource("aws_lb", attributes)

test_denies_the_default if {
	violations := policy.deny with input as _with({})
	violations == {{
		"message": "drop_invalid_header_fields is not true",
		"attribute": ["drop_invalid_header_fields"],
	}}
}

test_denies_false_and_values_of_a_wrong_type if {
	every value in [false, null, "", 7, [], {}, [true]] {
		violations := policy.deny with input as _with({"load_balancer_type": "application", "drop_invalid_header_fields": value})
		count(violations) == 1
	}
}

test_allows_true if {
	violations := policy.deny with input as _with({"drop_invalid_header_fields": true})
	count(violations) == 0
}

test_allows_balancers_that_know_no_headers if {
	every type in ["network", "gateway"] {
		violations := policy.deny with input as _with({"load_balancer_type": type})
		count(violations) == 0
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("aws_lb", ["drop_invalid_header_fields"]) {
		violations := policy.deny with input as document
		count(violations) == 1
	}
}
