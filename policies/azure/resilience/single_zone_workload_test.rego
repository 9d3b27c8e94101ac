package policies.azure.resilience.single_zone_workload_test

import data.policies.azure.resilience.single_zone_workload as policy
import data.policies.lib.testing

_types := [
	"azurerm_kubernetes_cluster_node_pool",
	"azurerm_linux_virtual_machine_scale_set",
	"azurerm_orchestrated_virtual_machine_scale_set",
	"azurerm_windows_virtual_machine_scale_set",
]

_cluster(pool) := testing.resource("azurerm_kubernetes_cluster", {"default_node_pool": pool})

test_denies_fewer_than_two_zones if {
	every type in _types {
		every zones in [[], ["1"], ["1", "1"], null, "1"] {
			violations := policy.deny with input as testing.resource(type, {"zones": zones})
			violations == {{"message": "zones names fewer than two", "attribute": ["zones"]}}
		}
	}
}

test_denies_silence if {
	every type in _types {
		violations := policy.deny with input as testing.resource(type, {})
		count(violations) == 1
	}
}

test_allows_two_zones if {
	every type in _types {
		violations := policy.deny with input as testing.resource(type, {"zones": ["1", "3"]})
		count(violations) == 0
	}
}

test_denies_the_default_pool_of_a_cluster if {
	every pool in [[], [{}], [{"zones": ["2"]}]] {
		violations := policy.deny with input as _cluster(pool)
		{violation.attribute | some violation in violations} == {["default_node_pool", 0, "zones"]}
	}
}

test_allows_the_default_pool_of_a_cluster if {
	violations := policy.deny with input as _cluster([{"zones": ["1", "2", "3"]}])
	count(violations) == 0
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("azurerm_kubernetes_cluster", ["default_node_pool"]) {
		violations := policy.deny with input as document
		count(violations) == 1
	}
}
