package policies.aws.route53.unsigned_zone_test

import data.policies.aws.route53.unsigned_zone as policy
import data.policies.lib.testing

_zone := testing.resource("aws_route53_zone", {"name": "example.com"})

_private := testing.resource("aws_route53_zone", {"name": "example.internal", "vpc": [{"vpc_id": "vpc-0a1b2c3d"}]})

_dnssec(attributes) := testing.resource("aws_route53_hosted_zone_dnssec", attributes)

_with(attributes) := testing.with_linked(_zone, [_dnssec(attributes)])

_switched_off := testing.with_linked(_zone, [testing.with_action(_dnssec({}), "delete")])

_key_only := testing.with_linked(_zone, [testing.resource("aws_route53_key_signing_key", {"name": "main"})])

test_denies_an_unsigned_zone if {
	every document in [_zone, _switched_off, _key_only] {
		violations := policy.deny with input as document
		violations == {{"message": "DNSSEC signing is not switched on for the zone", "related": []}}
	}
}

test_denies_signing_that_is_switched_off if {
	every status in ["NOT_SIGNING", "", null, 7] {
		violations := policy.deny with input as _with({"signing_status": status})
		some violation in violations
		violation.related == ["aws_route53_hosted_zone_dnssec.this"]
	}
}

test_allows_signed_and_private_zones if {
	every document in [_with({}), _with({"signing_status": "SIGNING"}), _private] {
		violations := policy.deny with input as document
		count(violations) == 0
	}
}

test_denies_a_vpc_that_is_empty_or_of_a_wrong_type if {
	every value in [null, [], {}, 7, "vpc-0a1b2c3d"] {
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
