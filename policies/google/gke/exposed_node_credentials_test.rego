package policies.google.gke.exposed_node_credentials_test

import data.policies.google.gke.exposed_node_credentials as policy
import data.policies.lib.testing

_identity := {"workload_identity_config": [{"workload_pool": "acme.svc.id.goog"}]}

_nodes(mode) := {"node_config": [{"workload_metadata_config": [{"mode": mode}]}]}

_cluster(values) := testing.resource("google_container_cluster", values)

_pool(values) := testing.resource("google_container_node_pool", values)

_silent_pool := testing.with_linked(_pool({}), [_cluster(_identity)])

test_denies_a_cluster_without_workload_identity if {
	every values in [{}, {"workload_identity_config": [{}]}, _nodes("GKE_METADATA"), {"enable_autopilot": false}] {
		violations := policy.deny with input as _cluster(values)
		violations == {{
			"message": "workload_identity_config names no workload pool",
			"attribute": ["workload_identity_config", 0, "workload_pool"],
		}}
	}
}

test_denies_a_pool_that_opts_out if {
	every mode in ["GCE_METADATA", "EXPOSE", "MODE_UNSPECIFIED", ""] {
		pool := testing.with_linked(_pool(_nodes(mode)), [_cluster(_identity)])
		violations := policy.deny with input as pool
		violations == {{
			"message": sprintf("workload metadata is served as %v", [mode]),
			"attribute": ["node_config", 0, "workload_metadata_config", 0, "mode"],
		}}
	}
}

test_denies_nodes_written_in_the_cluster if {
	first := _cluster(object.union(_identity, _nodes("GCE_METADATA")))
	violations := policy.deny with input as first
	count(violations) == 1
	inline := _cluster(object.union(_identity, {"node_pool": [{"name": "a"}, _nodes("GCE_METADATA")]}))
	inline_violations := policy.deny with input as inline
	inline_violations == {{
		"message": "workload metadata is served as GCE_METADATA",
		"attribute": ["node_pool", 1, "node_config", 0, "workload_metadata_config", 0, "mode"],
	}}
}

test_denies_a_silent_pool_without_its_cluster if {
	violations := policy.deny with input as _pool({})
	some violation in violations
	contains(violation.message, "its cluster is not part of the input")
}

test_allows_workload_identity if {
	every document in [
		_cluster(_identity),
		_cluster(object.union(_identity, _nodes("GKE_METADATA"))),
		_cluster({"enable_autopilot": true}),
		_pool(_nodes("GKE_METADATA")),
		_silent_pool,
	] {
		violations := policy.deny with input as document
		count(violations) == 0
	}
}

# A default pool that is removed serves nothing.
test_allows_what_is_removed if {
	removed := {"remove_default_node_pool": true}
	violations := policy.deny with input as _cluster(object.union(
		object.union(_identity, removed),
		_nodes("GCE_METADATA"),
	))
	count(violations) == 0
}

test_denies_values_of_a_wrong_type if {
	every value in [null, 7, "x", {}, [null]] {
		cluster_violations := policy.deny with input as _cluster({"workload_identity_config": value, "node_config": value})
		count(cluster_violations) == 1
		pool_violations := policy.deny with input as _pool({"node_config": value})
		count(pool_violations) == 1
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("google_container_cluster", ["workload_identity_config"]) {
		violations := policy.deny with input as document
		count(violations) == 1
	}
}
