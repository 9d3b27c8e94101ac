# METADATA
# title: GKE nodes get public IP addresses
# description: |
#   A node with a public address exposes its kubelet, its node ports, and every pod on the host network to the internet.
#   A node pool may override its cluster; a pool that says nothing takes the cluster's setting, and a cluster that
#   says nothing is public. The cluster is judged by its own setting even if all of its pools override it,
#   since the next pool, or one that autoscaling adds, inherits it.
#   Waive it for a pool whose cluster is managed elsewhere and known to be private, or set the override on the pool.
# scope: package
# related_resources:
#   - ref: https://cloud.google.com/kubernetes-engine/docs/how-to/private-clusters
#   - ref: https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/container_cluster
# custom:
#   severity: high
#   resource_types: [google_container_cluster, google_container_node_pool]
#   aliases: [CKV_GCP_64, CKV_GCP_25, AVD-GCP-0059]
#   remediation: Set enable_private_nodes to true.
#   examples:
#     fails: |
#       resource "google_container_cluster" "main" {
#         name                     = "main"
#         location                 = "europe-west1"
#         remove_default_node_pool = true
#         initial_node_count       = 1
#       }
#
#       resource "google_container_node_pool" "general" {
#         name       = "general"
#         cluster    = google_container_cluster.main.id
#         node_count = 2
#       }
#     passes: |
#       resource "google_container_cluster" "main" {
#         name                     = "main"
#         location                 = "europe-west1"
#         remove_default_node_pool = true
#         initial_node_count       = 1
#
#         private_cluster_config {
#           enable_private_nodes = true
#         }
#       }
#
#       resource "google_container_node_pool" "general" {
#         name       = "general"
#         cluster    = google_container_cluster.main.id
#         node_count = 2
#       }
package policies.google.gke.public_nodes

import data.policies.lib.gke
import data.policies.lib.linked
import data.policies.lib.values

deny contains violation if violation := _violation

_violation := {
	"message": "private_cluster_config does not enable private nodes",
	"attribute": ["private_cluster_config", 0, "enable_private_nodes"],
} if {
	input.type == "google_container_cluster"
	not _private_cluster(input.values)
} else := {
	"message": sprintf("private nodes are switched off by %s", [concat(", ", [name |
		some index in _public_pools
		name := sprintf("node_pool[%d]", [index])
	])]),
	"attribute": ["node_pool", _public_pools[0], "network_config", 0, "enable_private_nodes"],
} if {
	input.type == "google_container_cluster"
	count(_public_pools) > 0
} else := {
	"message": "the node pool switches private nodes off",
	"attribute": _override,
} if {
	input.type == "google_container_node_pool"
	values.is_false(_enabled(input.values))
} else := {
	"message": "neither the node pool nor its cluster enables private nodes",
	"attribute": _override,
	"related": linked.addresses(_clusters),
} if {
	_undecided_pool
	some cluster in _clusters
	not _private_cluster(cluster.values)
} else := {
	"message": "the node pool does not enable private nodes, and its cluster is not part of the input",
	"attribute": _override,
} if {
	_undecided_pool
	count(_clusters) == 0
}

_override := ["network_config", 0, "enable_private_nodes"]

_clusters := linked.through("google_container_cluster", ["cluster"])

_undecided_pool if {
	input.type == "google_container_node_pool"
	not values.is_true(_enabled(input.values))
}

_private_cluster(cluster) if values.is_true(cluster.private_cluster_config[0].enable_private_nodes)

_enabled(pool) := pool.network_config[0].enable_private_nodes

# Positions of the pools written inside the cluster.
_public_pools := [inline.index |
	some inline in gke.inline_pools
	values.is_false(_enabled(inline.pool))
]
