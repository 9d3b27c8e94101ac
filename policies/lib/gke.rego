# METADATA
# title: GKE node pools
# description: |
#   Finds the nodes that a cluster or a node pool configures, wherever they are written.
# scope: package
package policies.lib.gke

import data.policies.lib.linked
import data.policies.lib.values

autopilot if values.is_true(input.values.enable_autopilot)

# The pools written inside the cluster: objects with `pool` and its `index`. Pools that are resources are judged
# as such.
inline_pools := [{"index": index, "pool": pool} |
	some index, pool in values.list(input.values.node_pool)
	not _separate(pool)
]

_separate(pool) if {
	some document in linked.naming("google_container_node_pool", ["cluster"])
	document.values.name == pool.name
}

# What the subject says of its nodes: objects with `config`, which may be empty, and its `path`.
# Google runs the nodes of Autopilot, and a default pool that is removed has none.
nodes := _own if {
	input.type == "google_container_node_pool"
} else := [] if {
	autopilot
} else := _inline if {
	count(inline_pools) > 0
} else := [] if {
	values.is_true(input.values.remove_default_node_pool)
} else := _own

_own := [{"config": input.values.node_config[0], "path": ["node_config", 0]}] if {
	is_object(input.values.node_config[0])
} else := [{"config": {}, "path": ["node_config"]}]

_inline := [{"config": _config(inline.pool), "path": ["node_pool", inline.index, "node_config", 0]} |
	some inline in inline_pools
]

_config(pool) := pool.node_config[0] if {
	is_object(pool.node_config[0])
} else := {}
