package policies.google.sql.plaintext_connections_test

import data.policies.google.sql.plaintext_connections as policy
import data.policies.lib.testing

_instance(connections) := testing.resource("google_sql_database_instance", {"settings": [{"ip_configuration": connections}]})

test_denies_an_instance_that_says_nothing if {
	every document in [
		testing.resource("google_sql_database_instance", {}),
		testing.resource("google_sql_database_instance", {"settings": [{}]}),
		_instance([]),
		_instance([{"ipv4_enabled": false}]),
	] {
		violations := policy.deny with input as document
		violations == {{
			"message": "ip_configuration does not require encrypted connections",
			"attribute": ["settings", 0, "ip_configuration", 0, "ssl_mode"],
		}}
	}
}

test_denies_both_kinds if {
	every connections in [
		{"ssl_mode": "ALLOW_UNENCRYPTED_AND_ENCRYPTED"},
		{"ssl_mode": "ALLOW_UNENCRYPTED_AND_ENCRYPTED", "require_ssl": true},
		{"ssl_mode": "SSL_MODE_UNSPECIFIED"},
		{"require_ssl": false},
	] {
		violations := policy.deny with input as _instance([connections])
		count(violations) == 1
	}
}

test_allows_encryption_only if {
	every connections in [
		{"ssl_mode": "ENCRYPTED_ONLY"},
		{"ssl_mode": "TRUSTED_CLIENT_CERTIFICATE_REQUIRED", "require_ssl": false},
		{"require_ssl": true},
		{"ssl_mode": "", "require_ssl": true},
	] {
		violations := policy.deny with input as _instance([connections])
		count(violations) == 0
	}
}

test_denies_values_of_a_wrong_type if {
	every value in [null, 7, "ENCRYPTED_ONLY", {}, [null], [{"ssl_mode": true}]] {
		violations := policy.deny with input as _instance(value)
		count(violations) == 1
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("google_sql_database_instance", ["settings"]) {
		violations := policy.deny with input as document
		count(violations) == 1
	}
}
