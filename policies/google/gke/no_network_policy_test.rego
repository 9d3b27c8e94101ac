package policies.google.gke.no_network_policy_test

import data.policies.google.gke.no_network_policy as policy
import data.policies.lib.testing

_cluster(values) := testing.resource("google_container_cluster", values)

test_denies_a_cluster_that_says_nothing if {
	every values in [{}, {"datapath_provider": "LEGACY_DATAPATH", "network_policy": []}] {
		violations := policy.deny with input as _cluster(values)
		violations == {{
			"message": "neither Dataplane V2 nor network_policy enforces network policies",
			"attribute": ["datapath_provider"],
		}}
	}
}

test_denies_a_block_that_says_no if {
	violations := policy.deny with input as _cluster({"network_policy": [{"enabled": false}]})
	some violation in violations
	violation.attribute == ["network_policy", 0, "enabled"]
}

# Peers ask for the block here, too.
test_allows_dataplane_v2_without_the_block if {
	violations := policy.deny with input as _cluster({"datapath_provider": "ADVANCED_DATAPATH"})
	count(violations) == 0
}

test_allows_enforcement if {
	every values in [{"network_policy": [{"enabled": true, "provider": "CALICO"}]}, {"enable_autopilot": true}] {
		violations := policy.deny with input as _cluster(values)
		count(violations) == 0
	}
}

test_denies_values_of_a_wrong_type if {
	every value in [null, 7, "x", {}, [null], [7]] {
		violations := policy.deny with input as _cluster({"network_policy": value, "datapath_provider": value})
		count(violations) == 1
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("google_container_cluster", ["datapath_provider", "network_policy"]) {
		violations := policy.deny with input as document
		count(violations) == 1
	}
}
