package policies.aws.s3.provider_managed_key_test

import data.policies.aws.s3.provider_managed_key as policy
import data.policies.lib.testing

_params := {"key_tag": {"key": "", "value": ""}}

_narrowed := {"key_tag": {"key": "class", "value": "secret"}}

_type := "aws_s3_bucket_server_side_encryption_configuration"

_key := "arn:aws:kms:eu-west-1:111122223333:key/0b3c2a1d-5e4f-4a6b-8c7d-9e0f1a2b3c4d"

_bare := testing.resource("aws_s3_bucket", {"bucket": "orders", "tags": {"class": "public"}})

_rules(encryption) := {"rule": [{"apply_server_side_encryption_by_default": [encryption]}]}

_linked(encryption) := testing.with_linked(_bare, [testing.resource(_type, _rules(encryption))])

_inline(encryption) := testing.resource("aws_s3_bucket", {"server_side_encryption_configuration": [_rules(encryption)]})

test_denies_a_bucket_that_declares_nothing if {
	violations := policy.deny with input as _bare with data.params as _params
	violations == {{
		"message": "no customer managed key encrypts the bucket by default",
		"attribute": ["server_side_encryption_configuration"],
		"related": [],
	}}
}

test_denies_keys_of_aws if {
	every encryption in [
		{"sse_algorithm": "AES256"},
		{"sse_algorithm": "aws:kms"},
		{"sse_algorithm": "aws:kms", "kms_master_key_id": "alias/aws/s3"},
		{"sse_algorithm": "aws:kms", "kms_master_key_id": "arn:aws:kms:eu-west-1:111122223333:alias/aws/s3"},
		{"sse_algorithm": "AES256", "kms_master_key_id": _key},
	] {
		violations := policy.deny with input as _linked(encryption) with data.params as _params
		some violation in violations
		violation.related == [concat(".", [_type, "this"])]
	}
}

test_allows_a_key_of_ones_own if {
	every algorithm in ["aws:kms", "aws:kms:dsse"] {
		every key in [_key, "alias/orders"] {
			encryption := {"sse_algorithm": algorithm, "kms_master_key_id": key}
			linked := policy.deny with input as _linked(encryption) with data.params as _params
			count(linked) == 0
			inline := policy.deny with input as _inline(encryption) with data.params as _params
			count(inline) == 0
		}
	}
}

test_a_tag_narrows_what_is_denied if {
	violations := policy.deny with input as _bare with data.params as _narrowed
	count(violations) == 0
	secret := testing.resource("aws_s3_bucket", {"tags": {"class": "secret"}})
	denied := policy.deny with input as secret with data.params as _narrowed
	count(denied) == 1
}

test_denies_what_is_empty_or_of_a_wrong_type if {
	every key in [null, "", 7, [], {}, true] {
		violations := policy.deny with input as _linked({"sse_algorithm": "aws:kms", "kms_master_key_id": key}) with data.params as _params
		count(violations) == 1
	}
	every encryption in [null, 7, {}, "aws:kms"] {
		violations := policy.deny with input as _inline(encryption) with data.params as _params
		count(violations) == 1
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("aws_s3_bucket", ["server_side_encryption_configuration"]) {
		violations := policy.deny with input as document with data.params as _params
		count(violations) == 1
	}
}
