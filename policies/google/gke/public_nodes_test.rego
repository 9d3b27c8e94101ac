package policies.google.gke.public_nodes_test

import data.policies.google.gke.public_nodes as policy
import data.policies.lib.testing

_silent_cluster := testing.resource("google_container_cluster", {"name": "main"})

_private_cluster := _cluster(true)

_public_cluster := _cluster(false)

_autopilot := testing.resource("google_container_cluster", {"enable_autopilot": true})

_silent_pool := testing.resource("google_container_node_pool", {"name": "extra"})

_private_pool := testing.resource("google_container_node_pool", _override(true, "extra"))

_public_pool := testing.resource("google_container_node_pool", _override(false, "extra"))

_pool_in_private := testing.with_linked(_silent_pool, [_private_cluster])

_pool_in_described := testing.with_linked(_silent_pool, [testing.data_source(
	"google_container_cluster",
	{"private_cluster_config": [{"enable_private_nodes": true}]},
)])

_pool_in_public := testing.with_linked(_silent_pool, [_public_cluster])

_public_pool_in_private := testing.with_linked(_public_pool, [_private_cluster])

_private_pool_in_public := testing.with_linked(_private_pool, [_public_cluster])

_with_public_inline_pool := testing.resource("google_container_cluster", {
	"private_cluster_config": [{"enable_private_nodes": true}],
	"node_pool": [_override(true, "a"), _override(false, "extra")],
})

_with_separate_pool := testing.with_linked(_with_public_inline_pool, [_public_pool])

_cluster(value) := testing.resource("google_container_cluster", {"private_cluster_config": [{"enable_private_nodes": value}]})

_override(value, name) := {"name": name, "network_config": [{"enable_private_nodes": value}]}

test_denies_a_cluster_that_says_nothing if {
	every document in [_silent_cluster, _autopilot] {
		violations := policy.deny with input as document
		violations == {{
			"message": "private_cluster_config does not enable private nodes",
			"attribute": ["private_cluster_config", 0, "enable_private_nodes"],
		}}
	}
}

# Peers pass the block because it is there.
test_denies_a_block_that_says_no if {
	violations := policy.deny with input as _public_cluster
	count(violations) == 1
}

test_allows_a_private_cluster if {
	violations := policy.deny with input as _private_cluster
	count(violations) == 0
}

# Peers have no such check.
test_denies_a_public_pool_in_a_private_cluster if {
	violations := policy.deny with input as _public_pool_in_private
	violations == {{
		"message": "the node pool switches private nodes off",
		"attribute": ["network_config", 0, "enable_private_nodes"],
	}}
}

test_denies_a_public_pool_written_in_the_cluster if {
	violations := policy.deny with input as _with_public_inline_pool
	violations == {{
		"message": "private nodes are switched off by node_pool[1]",
		"attribute": ["node_pool", 1, "network_config", 0, "enable_private_nodes"],
	}}
}

test_leaves_a_separate_pool_to_itself if {
	violations := policy.deny with input as _with_separate_pool
	count(violations) == 0
}

test_denies_a_pool_in_a_public_cluster if {
	violations := policy.deny with input as _pool_in_public
	violations == {{
		"message": "neither the node pool nor its cluster enables private nodes",
		"attribute": ["network_config", 0, "enable_private_nodes"],
		"related": ["google_container_cluster.this"],
	}}
}

test_denies_a_pool_without_its_cluster if {
	violations := policy.deny with input as _silent_pool
	some violation in violations
	contains(violation.message, "its cluster is not part of the input")
}

test_allows_a_pool_of_a_private_cluster if {
	every document in [_pool_in_private, _pool_in_described] {
		violations := policy.deny with input as document
		count(violations) == 0
	}
}

test_allows_a_private_pool if {
	every document in [_private_pool, _private_pool_in_public] {
		violations := policy.deny with input as document
		count(violations) == 0
	}
}

test_denies_values_of_a_wrong_type if {
	every value in [null, 7, "x", {}, [null], [{"enable_private_nodes": "maybe"}]] {
		cluster := testing.resource("google_container_cluster", {"private_cluster_config": value, "node_pool": value})
		cluster_violations := policy.deny with input as cluster
		count(cluster_violations) == 1
		pool := testing.resource("google_container_node_pool", {"network_config": value})
		pool_violations := policy.deny with input as pool
		count(pool_violations) == 1
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("google_container_cluster", ["network_config", "private_cluster_config"]) {
		violations := policy.deny with input as document
		count(violations) == 1
	}
}
