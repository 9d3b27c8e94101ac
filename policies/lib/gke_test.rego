package policies.lib.gke_test

import data.policies.lib.gke
import data.policies.lib.testing

_cluster(values) := testing.resource("google_container_cluster", values)

_with_pools := _cluster({
	"node_config": [{"tags": ["unused"]}],
	"node_pool": [{"name": "extra"}, {"name": "inline", "node_config": [{"tags": ["a"]}]}],
})

_one_separate := testing.with_linked(_with_pools, [testing.resource("google_container_node_pool", {"name": "extra"})])

test_nodes_of_a_pool if {
	nodes := gke.nodes with input as testing.resource("google_container_node_pool", {"node_config": [{"tags": ["a"]}]})
	nodes == [{"config": {"tags": ["a"]}, "path": ["node_config", 0]}]
}

test_a_default_pool_counts_unless_it_is_removed if {
	silent := gke.nodes with input as _cluster({})
	silent == [{"config": {}, "path": ["node_config"]}]
	removed := gke.nodes with input as _cluster({"remove_default_node_pool": true, "node_config": [{"tags": ["a"]}]})
	removed == []
}

test_pools_written_in_the_cluster if {
	all := gke.nodes with input as _with_pools
	[nodes.path | some nodes in all] == [["node_pool", 0, "node_config", 0], ["node_pool", 1, "node_config", 0]]
	own := gke.nodes with input as _one_separate
	[nodes.path | some nodes in own] == [["node_pool", 1, "node_config", 0]]
}

test_google_runs_the_nodes_of_autopilot if {
	nodes := gke.nodes with input as _cluster({"enable_autopilot": true, "node_config": [{"tags": ["a"]}]})
	nodes == []
}

test_wrong_types if {
	every value in [7, "x", {}, [7]] {
		nodes := gke.nodes with input as _cluster({"node_config": value, "node_pool": 7})
		nodes == [{"config": {}, "path": ["node_config"]}]
	}
}
