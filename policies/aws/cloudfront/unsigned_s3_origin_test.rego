package policies.aws.cloudfront.unsigned_s3_origin_test

import data.policies.aws.cloudfront.unsigned_s3_origin as policy
import data.policies.lib.testing

_params := {"accept_origin_access_identity": true}

_with(origins) := testing.resource("aws_cloudfront_distribution", {"origin": origins})

_anonymous := {"origin_id": "a", "domain_name": "content.s3.eu-west-1.amazonaws.com"}

# The plan does not know the name of a bucket that it creates.
_unnamed := {"origin_id": "b"}

_signed := object.union(_anonymous, {"origin_access_control_id": "E1"})

_identity := object.union(_anonymous, {"s3_origin_config": [{"origin_access_identity": "origin-access-identity/cloudfront/E2"}]})

_custom := {"origin_id": "c", "domain_name": "www.example.com", "custom_origin_config": [{"origin_protocol_policy": "https-only"}]}

_private := {"origin_id": "d", "domain_name": "internal.example.com", "vpc_origin_config": [{"vpc_origin_id": "vo_1"}]}

test_denies_an_anonymous_origin if {
	violations := policy.deny with input as _with([_signed, _anonymous]) with data.params as _params
	violations == {{
		"message": "origin[1] is read from S3 without origin access control",
		"attribute": ["origin", 1, "origin_access_control_id"],
	}}
}

test_denies_several_once if {
	violations := policy.deny with input as _with([_unnamed, _custom, _anonymous]) with data.params as _params
	some violation in violations
	count(violations) == 1
	violation.message == "origin[0], origin[2] are read from S3 without origin access control"
}

test_denies_a_bucket_that_is_read_as_a_web_server if {
	every name in ["a.s3.amazonaws.com", "a.s3.eu-west-1.amazonaws.com", "A.s3-eu-west-1.amazonaws.com", "s3.amazonaws.com"] {
		violations := policy.deny with input as _with([object.union(_custom, {"domain_name": name})]) with data.params as _params
		count(violations) == 1
	}
	every name in ["a.s3-website-eu-west-1.amazonaws.com", "a.s3-website.eu-central-1.amazonaws.com", "s3.example.com", null, 7] {
		violations := policy.deny with input as _with([object.union(_custom, {"domain_name": name})]) with data.params as _params
		count(violations) == 0
	}
}

test_denies_a_new_bucket_that_is_read_as_a_web_server if {
	unnamed := object.remove(_custom, ["domain_name"])
	document := object.union(_with([_custom, unnamed]), {"unknown": [["origin", 1, "domain_name"]]})
	made := object.union(document, {"references": {"origin": ["aws_s3_bucket.a.bucket_regional_domain_name"]}})
	denied := policy.deny with input as made with data.params as _params
	count(denied) == 1
	every reference in ["aws_s3_bucket.a.website_endpoint", "aws_lb.a.dns_name"] {
		other := object.union(document, {"references": {"origin": [reference]}})
		violations := policy.deny with input as other with data.params as _params
		count(violations) == 0
	}
}

test_allows_signed_custom_and_private_origins if {
	violations := policy.deny with input as _with([_signed, _custom, _private]) with data.params as _params
	count(violations) == 0
}

test_an_identity_is_a_matter_of_taste if {
	accepted := policy.deny with input as _with([_identity]) with data.params as _params
	count(accepted) == 0
	refused := policy.deny with input as _with([_identity]) with data.params as {"accept_origin_access_identity": false}
	count(refused) == 1
}

test_denies_values_that_are_empty_or_of_a_wrong_type if {
	every value in [null, "", 7, [], {}, false] {
		document := _with([object.union(_anonymous, {"origin_access_control_id": value})])
		violations := policy.deny with input as document with data.params as _params
		count(violations) == 1
	}
	every value in [null, "", 7, [], {}, [{}], [{"origin_access_identity": ""}]] {
		document := _with([object.union(_anonymous, {"s3_origin_config": value})])
		violations := policy.deny with input as document with data.params as _params
		count(violations) == 1
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("aws_cloudfront_distribution", ["origin"]) {
		violations := policy.deny with input as document with data.params as {"accept_origin_access_identity": true}
		count(violations) == 0
	}
}
