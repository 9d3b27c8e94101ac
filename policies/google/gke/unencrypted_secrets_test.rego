package policies.google.gke.unencrypted_secrets_test

import data.policies.google.gke.unencrypted_secrets as policy
import data.policies.lib.testing

_cluster(encryption) := testing.resource("google_container_cluster", {"database_encryption": encryption})

test_denies_a_cluster_that_says_nothing if {
	violations := policy.deny with input as testing.resource("google_container_cluster", {})
	violations == {{
		"message": "database_encryption does not encrypt secrets",
		"attribute": ["database_encryption", 0, "state"],
	}}
}

test_denies_a_block_that_says_no if {
	violations := policy.deny with input as _cluster([{"state": "DECRYPTED", "key_name": "k"}])
	count(violations) == 1
}

test_denies_encryption_without_a_key if {
	every encryption in [{"state": "ENCRYPTED"}, {"state": "ENCRYPTED", "key_name": ""}] {
		violations := policy.deny with input as _cluster([encryption])
		violations == {{
			"message": "database_encryption names no key",
			"attribute": ["database_encryption", 0, "key_name"],
		}}
	}
}

test_allows_encryption if {
	every state in ["ENCRYPTED", "ALL_OBJECTS_ENCRYPTION_ENABLED"] {
		violations := policy.deny with input as _cluster([{"state": state, "key_name": "projects/p/cryptoKeys/k"}])
		count(violations) == 0
	}
}

# Its name is known after apply.
test_allows_a_key_of_the_same_plan if {
	key := testing.resource("google_kms_crypto_key", {"name": "secrets"})
	violations := policy.deny with input as testing.with_linked(_cluster([{"state": "ENCRYPTED"}]), [key])
	count(violations) == 0
}

test_denies_a_key_for_something_else if {
	key := testing.with_via(testing.resource("google_kms_crypto_key", {}), "subject", "node_config.boot_disk_kms_key")
	violations := policy.deny with input as testing.with_linked(_cluster([{"state": "ENCRYPTED"}]), [key])
	count(violations) == 1
}

test_denies_values_of_a_wrong_type if {
	every value in [null, 7, "ENCRYPTED", {}, [null], [{"state": true, "key_name": true}]] {
		violations := policy.deny with input as _cluster(value)
		count(violations) == 1
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("google_container_cluster", ["database_encryption"]) {
		violations := policy.deny with input as document
		count(violations) == 1
	}
}
