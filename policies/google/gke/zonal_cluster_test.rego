package policies.google.gke.zonal_cluster_test

import data.policies.google.gke.zonal_cluster as policy
import data.policies.lib.testing

_cluster(attributes) := testing.resource("google_container_cluster", attributes)

test_denies_zones if {
	every location in ["europe-west1-b", "us-east4-a", "", null] {
		violations := policy.deny with input as _cluster({"location": location})
		violations == {{"message": "the location of the cluster is not a region", "attribute": ["location"]}}
	}
}

# Nodes in several zones have one control plane all the same.
test_denies_a_zone_with_nodes_elsewhere if {
	violations := policy.deny with input as _cluster({
		"location": "europe-west1-b",
		"node_locations": ["europe-west1-c", "europe-west1-d"],
	})
	count(violations) == 1
}

test_allows_regions if {
	every location in ["europe-west1", "northamerica-northeast2", "us-east4"] {
		violations := policy.deny with input as _cluster({"location": location})
		count(violations) == 0
	}
}

test_allows_what_google_runs if {
	violations := policy.deny with input as _cluster({"enable_autopilot": true})
	count(violations) == 0
}

test_denies_values_of_a_wrong_type if {
	every value in [7, {}, [], true] {
		violations := policy.deny with input as _cluster({"location": value})
		count(violations) == 1
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("google_container_cluster", ["location"]) {
		violations := policy.deny with input as document
		count(violations) == 1
	}
}
