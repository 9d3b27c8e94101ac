package policies.aws.kms.unrotated_key_test

import data.policies.aws.kms.unrotated_key as policy
import data.policies.lib.testing

_key(attributes) := testing.resource("aws_kms_key", attributes)

test_denies_false_and_absent if {
	every given in [{}, {"enable_key_rotation": false}, {"enable_key_rotation": null}] {
		violations := policy.deny with input as _key(given)
		violations == {{"message": "enable_key_rotation is not true", "attribute": ["enable_key_rotation"]}}
	}
}

test_denies_a_key_with_the_defaults_written_out if {
	violations := policy.deny with input as _key({
		"key_usage": "ENCRYPT_DECRYPT",
		"customer_master_key_spec": "SYMMETRIC_DEFAULT",
		"custom_key_store_id": "",
		"is_enabled": true,
	})
	count(violations) == 1
}

test_allows_true if {
	violations := policy.deny with input as _key({"enable_key_rotation": true})
	count(violations) == 0
}

test_allows_keys_that_cannot_be_rotated if {
	every given in [
		{"key_usage": "SIGN_VERIFY", "customer_master_key_spec": "ECC_NIST_P256"},
		{"customer_master_key_spec": "RSA_4096"},
		{"key_usage": "GENERATE_VERIFY_MAC"},
		{"custom_key_store_id": "cks-0a1b2c3d"},
		{"is_enabled": false},
	] {
		violations := policy.deny with input as _key(given)
		count(violations) == 0
	}
}

test_denies_values_of_a_wrong_type if {
	every value in [7, "x", {}, [true]] {
		violations := policy.deny with input as _key({"enable_key_rotation": value})
		count(violations) == 1
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("aws_kms_key", ["custom_key_store_id", "enable_key_rotation", "is_enabled", "key_usage"]) {
		violations := policy.deny with input as document
		count(violations) == 1
	}
}
