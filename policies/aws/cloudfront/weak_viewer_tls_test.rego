package policies.aws.cloudfront.weak_viewer_tls_test

import data.policies.aws.cloudfront.weak_viewer_tls as policy
import data.policies.lib.testing

_params := {"allow_default_certificate": false}

_with(certificate) := testing.resource("aws_cloudfront_distribution", {"viewer_certificate": [certificate]})

_own(version) := _with({"acm_certificate_arn": "arn:aws:acm:us-east-1:111122223333:certificate/1", "minimum_protocol_version": version})

_silent := testing.resource("aws_cloudfront_distribution", {})

_default := _with({"cloudfront_default_certificate": true, "minimum_protocol_version": "TLSv1.2_2021"})

test_denies_old_versions if {
	every version in ["SSLv3", "TLSv1", "TLSv1_2016", "TLSv1.1_2016"] {
		violations := policy.deny with input as _own(version) with data.params as _params
		violations == {{
			"message": sprintf("viewers may use %s", [version]),
			"attribute": ["viewer_certificate", 0, "minimum_protocol_version"],
		}}
	}
}

# The minimum that is written beside it has no effect.
test_denies_the_default_certificate if {
	violations := policy.deny with input as _default with data.params as _params
	violations == {{
		"message": "the certificate of cloudfront.net lets viewers use TLS 1.0",
		"attribute": ["viewer_certificate", 0, "cloudfront_default_certificate"],
	}}
}

test_allows_the_default_certificate_on_request if {
	violations := policy.deny with input as _default with data.params as {"allow_default_certificate": true}
	count(violations) == 0
}

test_allows_new_versions if {
	every version in ["TLSv1.2_2018", "TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025"] {
		violations := policy.deny with input as _own(version) with data.params as _params
		count(violations) == 0
	}
}

test_denies_the_default_version if {
	violations := policy.deny with input as _with({"iam_certificate_id": "x"}) with data.params as _params
	some violation in violations
	violation.message == "viewers may use TLSv1, which is the default"
}

test_denies_what_is_absent_or_of_a_wrong_type if {
	every document in [_silent, _own(null), _own(1.2), _own(["TLSv1.2_2021"]), _with(null), _with(7)] {
		violations := policy.deny with input as document with data.params as {"allow_default_certificate": true}
		count(violations) == 1
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("aws_cloudfront_distribution", ["aliases", "viewer_certificate"]) {
		violations := policy.deny with input as document with data.params as {"allow_default_certificate": false}
		count(violations) == 1
	}
}
