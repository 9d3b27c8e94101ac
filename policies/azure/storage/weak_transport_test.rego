package policies.azure.storage.weak_transport_test

import data.policies.azure.storage.weak_transport as policy
import data.policies.lib.testing

_account(values) := testing.resource("azurerm_storage_account", values)

test_denies_plain_http_by_both_names if {
	every name in ["https_traffic_only_enabled", "enable_https_traffic_only"] {
		violations := policy.deny with input as _account({name: false, "min_tls_version": "TLS1_2"})
		violations == {{"message": sprintf("%s is false", [name]), "attribute": [name]}}
	}
}

test_denies_old_tls if {
	every version in ["TLS1_0", "TLS1_1", ""] {
		violations := policy.deny with input as _account({"min_tls_version": version})
		violations == {{"message": sprintf("min_tls_version is %v", [version]), "attribute": ["min_tls_version"]}}
	}
}

test_denies_both_at_once if {
	violations := policy.deny with input as _account({"https_traffic_only_enabled": false, "min_tls_version": "TLS1_0"})
	violations == {{
		"message": "https_traffic_only_enabled is false, min_tls_version is TLS1_0",
		"attribute": ["https_traffic_only_enabled"],
	}}
}

test_allows_https_and_what_the_provider_asks_for if {
	every values in [
		{},
		{"https_traffic_only_enabled": true, "min_tls_version": "TLS1_2"},
		{"enable_https_traffic_only": true, "min_tls_version": "TLS1_3"},
	] {
		violations := policy.deny with input as _account(values)
		count(violations) == 0
	}
}

test_denies_values_of_a_wrong_type if {
	every value in [7, "x", {}, [null]] {
		violations := policy.deny with input as _account({"https_traffic_only_enabled": value, "min_tls_version": value})
		count(violations) == 1
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("azurerm_storage_account", ["enable_https_traffic_only", "https_traffic_only_enabled", "min_tls_version"]) {
		violations := policy.deny with input as document
		count(violations) == 0
	}
}
