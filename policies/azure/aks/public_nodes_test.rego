package policies.azure.aks.public_nodes_test

import data.policies.azure.aks.public_nodes as policy
import data.policies.lib.testing

_cluster(pool) := testing.resource("azurerm_kubernetes_cluster", {"default_node_pool": pool})

_pool(values) := testing.resource("azurerm_kubernetes_cluster_node_pool", values)

test_denies_a_default_pool if {
	violations := policy.deny with input as _cluster([{"node_public_ip_enabled": true}])
	violations == {{
		"message": "node_public_ip_enabled is true",
		"attribute": ["default_node_pool", 0, "node_public_ip_enabled"],
	}}
}

# Peers look at the default pool alone.
test_denies_another_pool_by_both_names if {
	every name in ["node_public_ip_enabled", "enable_node_public_ip"] {
		violations := policy.deny with input as _pool({name: true})
		violations == {{"message": sprintf("%s is true", [name]), "attribute": [name]}}
	}
}

test_allows_private_pools if {
	every document in [
		_cluster([{"node_public_ip_enabled": false}]),
		_cluster([{}]),
		_cluster(null),
		_pool({}),
		_pool({"enable_node_public_ip": false}),
	] {
		violations := policy.deny with input as document
		count(violations) == 0
	}
}

test_values_of_a_wrong_type if {
	every value in [7, "x", {}, [null], [7]] {
		violations := policy.deny with input as _cluster(value)
		count(violations) == 0
		pool_violations := policy.deny with input as _pool({"node_public_ip_enabled": value})
		count(pool_violations) == 0
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("azurerm_kubernetes_cluster", ["default_node_pool"]) {
		violations := policy.deny with input as document
		count(violations) == 0
	}
}
