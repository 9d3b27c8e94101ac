package policies.aws.s3.direct_website_test

import data.policies.aws.s3.direct_website as policy
import data.policies.lib.testing

_bucket := testing.resource("aws_s3_bucket", {"bucket": "www.example.com"})

_website := testing.resource("aws_s3_bucket_website_configuration", {"index_document": [{"suffix": "index.html"}]})

_inline(website) := testing.resource("aws_s3_bucket", {"website": website})

_distribution(origins) := testing.with_via(
	testing.resource("aws_cloudfront_distribution", {"origin": origins}),
	"linked",
	"origin.domain_name",
)

_behind(origins) := testing.with_linked(_bucket, [_website, _distribution(origins)])

_log_target := testing.with_via(_distribution([{"origin_id": "other"}]), "linked", "logging_config.bucket")

test_denies_a_website_of_s3_alone if {
	violations := policy.deny with input as testing.with_linked(_bucket, [_website])
	violations == {{
		"message": "nothing but S3 serves the website of the bucket",
		"attribute": ["website"],
		"related": ["aws_s3_bucket_website_configuration.this"],
	}}
}

test_denies_a_block_on_the_bucket if {
	violations := policy.deny with input as _inline([{"index_document": "index.html"}])
	count(violations) == 1
}

# The domain name is not known before apply; that the origin is no bucket is.
test_denies_a_distribution_before_the_website_endpoint if {
	every origins in [[], [{"origin_id": "site", "custom_origin_config": [{"origin_protocol_policy": "http-only"}]}]] {
		violations := policy.deny with input as _behind(origins)
		count(violations) == 1
	}
}

test_denies_a_distribution_that_only_writes_logs_there if {
	violations := policy.deny with input as testing.with_linked(_bucket, [_website, _log_target])
	count(violations) == 1
}

test_allows_a_distribution_before_the_bucket if {
	every origins in [[{"origin_id": "site"}], [{"origin_id": "site", "custom_origin_config": []}]] {
		violations := policy.deny with input as _behind(origins)
		count(violations) == 0
	}
}

test_allows_buckets_without_content_to_serve if {
	redirect := testing.resource("aws_s3_bucket_website_configuration", {"redirect_all_requests_to": [{"host_name": "example.com"}]})
	every document in [
		_bucket,
		testing.with_linked(_bucket, [redirect]),
		testing.with_linked(_bucket, [testing.with_action(_website, "delete")]),
		_inline([]),
		_inline(null),
		_inline([{"redirect_all_requests_to": "example.com"}]),
	] {
		violations := policy.deny with input as document
		count(violations) == 0
	}
}

test_denies_a_website_of_a_wrong_type if {
	every value in [[{}], [null], [7], [{"redirect_all_requests_to": ""}], [{"redirect_all_requests_to": []}]] {
		violations := policy.deny with input as _inline(value)
		count(violations) == 1
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("aws_s3_bucket", ["website"]) {
		violations := policy.deny with input as document
		count(violations) == 0
	}
}
