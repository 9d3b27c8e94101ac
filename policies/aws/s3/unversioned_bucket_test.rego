package policies.aws.s3.unversioned_bucket_test

import data.policies.aws.s3.unversioned_bucket as policy
import data.policies.lib.testing

_params := {"exempt_tag": {"key": "", "value": ""}}

_exempting := {"exempt_tag": {"key": "content", "value": "logs"}}

_type := "aws_s3_bucket_versioning"

_bucket := testing.resource("aws_s3_bucket", {"bucket": "orders", "tags": {"content": "logs"}})

_companion(status) := testing.resource(_type, {"versioning_configuration": [{"status": status}]})

_linked(status) := testing.with_linked(_bucket, [_companion(status)])

_inline(value) := testing.resource("aws_s3_bucket", {"versioning": value})

_deleted := testing.with_linked(_bucket, [testing.with_action(_companion("Enabled"), "delete")])

_exporting := object.union(_inline([{"enabled": true}]), {"configured": {"bucket": true}})

_suspended_now := testing.with_linked(_inline([{"enabled": true}]), [_companion("Suspended")])

test_denies_a_bucket_without_versioning if {
	every document in [_bucket, _deleted] {
		violations := policy.deny with input as document with data.params as _params
		violations == {{
			"message": "versioning is not enabled for the bucket",
			"attribute": ["versioning"],
			"related": [],
		}}
	}
}

test_denies_every_other_status if {
	every status in ["Suspended", "Disabled", "", null, 7, true] {
		violations := policy.deny with input as _linked(status) with data.params as _params
		some violation in violations
		violation.related == [concat(".", [_type, "this"])]
	}
}

test_denies_versioning_that_is_being_suspended if {
	every document in [_suspended_now, _exporting] {
		violations := policy.deny with input as document with data.params as _params
		count(violations) == 1
	}
}

test_allows_a_companion_and_a_block if {
	every document in [_linked("Enabled"), _inline([{"enabled": true}])] {
		violations := policy.deny with input as document with data.params as _params
		count(violations) == 0
	}
}

test_allows_an_exempt_bucket if {
	violations := policy.deny with input as _bucket with data.params as _exempting
	count(violations) == 0
}

test_denies_values_of_a_wrong_type if {
	every value in [null, 7, "x", {}, [], [null], [{}], [{"enabled": false}], [{"enabled": "yes"}], {"enabled": true}] {
		violations := policy.deny with input as _inline(value) with data.params as _params
		count(violations) == 1
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("aws_s3_bucket", ["versioning"]) {
		violations := policy.deny with input as document with data.params as _params
		count(violations) == 1
	}
}
