package policies.google.gke.legacy_authentication_test

import data.policies.google.gke.legacy_authentication as policy
import data.policies.lib.testing

_cluster(values) := testing.resource("google_container_cluster", values)

_certificate(issue) := [{"client_certificate_config": [{"issue_client_certificate": issue}]}]

test_denies_legacy_authorization if {
	violations := policy.deny with input as _cluster({"enable_legacy_abac": true})
	violations == {{"message": "legacy authorization is enabled", "attribute": ["enable_legacy_abac"]}}
}

test_denies_a_client_certificate if {
	violations := policy.deny with input as _cluster({"master_auth": _certificate(true)})
	violations == {{
		"message": "a client certificate is issued",
		"attribute": ["master_auth", 0, "client_certificate_config", 0, "issue_client_certificate"],
	}}
}

test_denies_all_of_it_at_once if {
	violations := policy.deny with input as _cluster({
		"enable_legacy_abac": true,
		"master_auth": [object.union(_certificate(true)[0], {"username": "admin", "password": "x"})],
	})
	violations == {{
		"message": "legacy authorization is enabled, a client certificate is issued, a username is set, a password is set",
		"attribute": ["enable_legacy_abac"],
	}}
}

test_allows_a_cluster_without_any if {
	every values in [
		{},
		{"enable_legacy_abac": false, "master_auth": _certificate(false)},
		{"master_auth": [{"username": "", "password": ""}]},
	] {
		violations := policy.deny with input as _cluster(values)
		count(violations) == 0
	}
}

test_values_of_a_wrong_type if {
	every value in [null, 7, "x", {}, [null], [7]] {
		violations := policy.deny with input as _cluster({"enable_legacy_abac": value, "master_auth": value})
		count(violations) == 0
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("google_container_cluster", ["enable_legacy_abac", "master_auth"]) {
		violations := policy.deny with input as document
		count(violations) == 0
	}
}
