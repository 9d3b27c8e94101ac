# METADATA
# title: GKE cluster enforces no network policies
# description: |
#   Without enforcement, network policies are accepted and ignored: every pod reaches every other pod, and one that is
#   taken over reaches them all. Dataplane V2 and Autopilot enforce them always and need no network_policy block.
#   Waive it for a cluster with a single workload, or where a service mesh enforces the same.
# scope: package
# related_resources:
#   - ref: https://cloud.google.com/kubernetes-engine/docs/how-to/network-policy
#   - ref: https://cloud.google.com/kubernetes-engine/docs/concepts/dataplane-v2
# custom:
#   severity: medium
#   resource_types: [google_container_cluster]
#   aliases: [CKV_GCP_12, AVD-GCP-0056]
#   remediation: Set datapath_provider to ADVANCED_DATAPATH, or enable network_policy.
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
#         datapath_provider  = "ADVANCED_DATAPATH"
#       }
package policies.google.gke.no_network_policy

import data.policies.lib.gke
import data.policies.lib.values

deny contains violation if {
	not gke.autopilot
	not input.values.datapath_provider == "ADVANCED_DATAPATH"
	not values.is_true(input.values.network_policy[0].enabled)
	violation := {
		"message": "neither Dataplane V2 nor network_policy enforces network policies",
		"attribute": _attribute,
	}
}

_attribute := ["network_policy", 0, "enabled"] if {
	input.values.network_policy[0]
} else := ["datapath_provider"]
