package policies.aws.s3.unencrypted_bucket_test

import data.policies.aws.s3.unencrypted_bucket as policy
import data.policies.lib.testing

_params := {"accept_s3_default": false}

_type := "aws_s3_bucket_server_side_encryption_configuration"

_bare := testing.resource("aws_s3_bucket", {"bucket": "logs"})

_inline := testing.resource("aws_s3_bucket", {"server_side_encryption_configuration": [_block("AES256")]})

_odd_inline := testing.resource("aws_s3_bucket", {"server_side_encryption_configuration": [_block("rot13")]})

_companion := testing.resource(_type, _block("aws:kms"))

_linked := testing.with_linked(_bare, [_companion])

_linked_to_data := testing.with_linked(_bare, [testing.data_source(_type, _block("aws:kms"))])

_linked_to_deleted := testing.with_linked(_bare, [testing.with_action(_companion, "delete")])

_linked_without_algorithm := testing.with_linked(_bare, [testing.resource(_type, {"rule": [{"bucket_key_enabled": true}]})])

_in_state := testing.with_action(_inline, "none")

_block(algorithm) := {"rule": [{"apply_server_side_encryption_by_default": [{"sse_algorithm": algorithm}]}]}

test_denies_a_bucket_without_a_block if {
	violations := policy.deny with input as _bare with data.params as _params
	violations == {{
		"message": "the bucket has no server-side encryption configuration",
		"attribute": ["server_side_encryption_configuration"],
	}}
}

test_allows_every_algorithm_of_s3 if {
	every algorithm in ["AES256", "aws:kms", "aws:kms:dsse"] {
		document := testing.resource("aws_s3_bucket", {"server_side_encryption_configuration": [_block(algorithm)]})
		violations := policy.deny with input as document with data.params as _params
		count(violations) == 0
	}
}

test_allows_through_a_companion if {
	violations := policy.deny with input as _linked with data.params as _params
	count(violations) == 0
}

test_allows_a_computed_block_in_state if {
	violations := policy.deny with input as _in_state with data.params as _params
	count(violations) == 0
}

test_allows_the_default_of_s3_on_request if {
	violations := policy.deny with input as _bare with data.params as {"accept_s3_default": true}
	count(violations) == 0
}

test_denies_an_unknown_algorithm_even_on_request if {
	violations := policy.deny with input as _odd_inline with data.params as {"accept_s3_default": true}
	count(violations) == 1
}

test_denies_a_companion_without_an_algorithm if {
	violations := policy.deny with input as _linked_without_algorithm with data.params as _params
	some violation in violations
	violation.related == [concat(".", [_type, "this"])]
}

test_a_data_source_is_no_companion if {
	violations := policy.deny with input as _linked_to_data with data.params as _params
	count(violations) == 1
}

test_a_deleted_companion_does_not_count if {
	violations := policy.deny with input as _linked_to_deleted with data.params as _params
	count(violations) == 1
}

test_denies_values_of_a_wrong_type if {
	every value in [null, 7, "AES256", {}, [], [null], [{"rule": 7}], [{"rule": [null]}]] {
		document := testing.resource("aws_s3_bucket", {"server_side_encryption_configuration": value})
		violations := policy.deny with input as document with data.params as _params
		count(violations) == 1
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("aws_s3_bucket", ["server_side_encryption_configuration"]) {
		violations := policy.deny with input as document with data.params as {"accept_s3_default": false}
		count(violations) == 1
	}
}
