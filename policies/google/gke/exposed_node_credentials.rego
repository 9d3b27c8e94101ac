# METADATA
# title: GKE workloads can take the credentials of their node
# description: |
#   Without workload identity, every pod reads the token of its node from the metadata server and acts with its rights.
#   The cluster must name a workload pool. Pools made since then serve the metadata of the workload unless they say
#   otherwise; a pool that says so is at fault by itself. Autopilot always has workload identity.
#   Waive it for a pool that runs trusted pods alone, such as agents that need the node's own identity.
# scope: package
# related_resources:
#   - ref: https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity
#   - ref: https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/container_cluster#nested_workload_identity_config
# custom:
#   severity: high
#   resource_types: [google_container_cluster, google_container_node_pool]
#   aliases: [CKV_GCP_69, AVD-GCP-0057]
#   remediation: Name a workload_pool in workload_identity_config, and set workload_metadata_config to GKE_METADATA.
#   examples:
#     fails: |
#       resource "google_container_cluster" "main" {
#         name               = "main"
#         location           = "europe-west1"
#         initial_node_count = 1
#       }
#     passes: |
#       resource "google_container_cluster" "main" {
#         name               = "main"
#         location           = "europe-west1"
#         initial_node_count = 1
#
#         workload_identity_config {
#           workload_pool = "acme.svc.id.goog"
#         }
#
#         node_config {
#           workload_metadata_config {
#             mode = "GKE_METADATA"
#           }
#         }
#       }
package policies.google.gke.exposed_node_credentials

import data.policies.lib.gke
import data.policies.lib.linked
import data.policies.lib.values

deny contains violation if violation := _violation

_violation := {
	"message": "workload_identity_config names no workload pool",
	"attribute": ["workload_identity_config", 0, "workload_pool"],
} if {
	input.type == "google_container_cluster"
	not gke.autopilot
	not values.given(input.values.workload_identity_config[0].workload_pool)
} else := {
	"message": sprintf("workload metadata is served as %v", [_exposing[0].mode]),
	"attribute": _exposing[0].attribute,
} if {
	count(_exposing) > 0
} else := {
	"message": "the node pool sets no workload metadata mode, and its cluster is not part of the input",
	"attribute": ["node_config", 0, "workload_metadata_config"],
} if {
	input.type == "google_container_node_pool"
	not gke.nodes[0].config.workload_metadata_config[0].mode
	count(linked.through("google_container_cluster", ["cluster"])) == 0
}

# A mode that is absent follows from the cluster.
_exposing := [{
	"mode": mode,
	"attribute": array.concat(nodes.path, ["workload_metadata_config", 0, "mode"]),
} |
	some nodes in gke.nodes
	mode := nodes.config.workload_metadata_config[0].mode
	not mode in {"GKE_METADATA", "GKE_METADATA_SERVER"}
]
