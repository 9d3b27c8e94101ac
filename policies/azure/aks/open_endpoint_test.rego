package policies.azure.aks.open_endpoint_test

import data.policies.azure.aks.open_endpoint as policy
import data.policies.lib.testing

_params := {"open_ipv4_prefix": 8, "open_ipv6_prefix": 16}

_cluster(values) := testing.resource("azurerm_kubernetes_cluster", values)

_profile(ranges) := {"api_server_access_profile": [{"authorized_ip_ranges": ranges}]}

test_denies_a_cluster_that_says_nothing if {
	every values in [{}, {"private_cluster_enabled": false}, {"api_server_access_profile": [{}]}, _profile([])] {
		violations := policy.deny with input as _cluster(values) with data.params as _params
		violations == {{
			"message": "the cluster is not private, and no ranges restrict its API server",
			"attribute": ["api_server_access_profile", 0, "authorized_ip_ranges"],
		}}
	}
}

test_denies_the_internet if {
	violations := policy.deny with input as _cluster(_profile(["203.0.113.0/24", "0.0.0.0/1", "128.0.0.0/1"]))
		with data.params as _params
	violations == {{
		"message": "the API server is open to 0.0.0.0/1, 128.0.0.0/1",
		"attribute": ["api_server_access_profile", 0, "authorized_ip_ranges"],
	}}
	old := policy.deny with input as _cluster({"api_server_authorized_ip_ranges": ["0.0.0.0/0"]}) with data.params as _params
	{violation.attribute | some violation in old} == {["api_server_authorized_ip_ranges"]}
}

test_allows_private_and_restricted_clusters if {
	every values in [
		{"private_cluster_enabled": true},
		_profile(["203.0.113.0/24"]),
		{"api_server_authorized_ip_ranges": ["203.0.113.0/24", "10.0.0.0/8"]},
	] {
		violations := policy.deny with input as _cluster(values) with data.params as _params
		count(violations) == 0
	}
}

test_denies_values_of_a_wrong_type if {
	every value in [null, 7, {}, [null], [7]] {
		violations := policy.deny with input as _cluster(object.union(
			_profile(value),
			{"private_cluster_enabled": value},
		))
			with data.params as _params
		count(violations) == 1
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("azurerm_kubernetes_cluster", ["api_server_access_profile", "private_cluster_enabled"]) {
		violations := policy.deny with input as document with data.params as {"open_ipv4_prefix": 8, "open_ipv6_prefix": 16}
		count(violations) == 1
	}
}
