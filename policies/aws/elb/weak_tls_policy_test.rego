package policies.aws.elb.weak_tls_policy_test

import data.policies.aws.elb.weak_tls_policy as policy
import data.policies.lib.testing

_listener(protocol, name) := testing.resource("aws_lb_listener", {"protocol": protocol, "ssl_policy": name})

_silent := testing.resource("aws_alb_listener", {"protocol": "HTTPS"})

test_denies_policies_with_old_versions if {
	every name in [
		"ELBSecurityPolicy-2016-08",
		"ELBSecurityPolicy-FS-2018-06",
		"ELBSecurityPolicy-FS-1-1-2019-08",
		"ELBSecurityPolicy-TLS-1-0-2015-04",
		"ELBSecurityPolicy-TLS-1-1-2017-01",
		"ELBSecurityPolicy-TLS13-1-1-2021-06",
		"ELBSecurityPolicy-TLS13-1-0-FIPS-2023-04",
	] {
		violations := policy.deny with input as _listener("HTTPS", name)
		violations == {{"message": sprintf("%s accepts TLS older than 1.2", [name]), "attribute": ["ssl_policy"]}}
	}
}

# Peers take the prefix for TLS 1.3 alone.
test_denies_tls_13_that_goes_down_to_10 if {
	violations := policy.deny with input as _listener("TLS", "ELBSecurityPolicy-TLS13-1-0-2021-06")
	count(violations) == 1
}

test_denies_the_default if {
	violations := policy.deny with input as _silent
	violations == {{
		"message": "the listener names no security policy, and the default accepts TLS 1.0",
		"attribute": ["ssl_policy"],
	}}
}

test_allows_modern_policies if {
	every name in [
		"ELBSecurityPolicy-TLS13-1-2-2021-06",
		"ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
		"ELBSecurityPolicy-TLS13-1-2-FIPS-2023-04",
		"ELBSecurityPolicy-TLS13-1-3-2021-06",
		"ELBSecurityPolicy-TLS-1-2-2017-01",
		"ELBSecurityPolicy-TLS-1-2-Ext-2018-06",
		"ELBSecurityPolicy-FS-1-2-Res-2020-10",
	] {
		violations := policy.deny with input as _listener("HTTPS", name)
		count(violations) == 0
	}
}

test_allows_listeners_without_tls if {
	every protocol in ["HTTP", "TCP", "UDP", null] {
		violations := policy.deny with input as _listener(protocol, null)
		count(violations) == 0
	}
}

test_denies_what_is_empty_or_of_a_wrong_type if {
	every value in [null, "", 7, [], {}, ["ELBSecurityPolicy-TLS13-1-2-2021-06"]] {
		violations := policy.deny with input as _listener("HTTPS", value)
		count(violations) == 1
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("aws_lb_listener", ["protocol", "ssl_policy"]) {
		violations := policy.deny with input as document
		count(violations) == 0
	}
}
