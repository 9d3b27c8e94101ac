# METADATA
# title: GKE cluster stands in a single zone
# description: |
#   A zonal cluster has one control plane: when its zone fails, or the control plane is upgraded, nothing can be changed,
#   and its nodes stop with the zone as well. A regional one keeps both in several zones. The location can only be
#   chosen when a cluster is made, and one that is not written is a matter of the provider.
#   Waive it for clusters of tests, which may stand still.
# scope: package
# related_resources:
#   - ref: https://cloud.google.com/kubernetes-engine/docs/concepts/types-of-clusters
#   - ref: https://cloud.google.com/kubernetes-engine/docs/concepts/regional-clusters
# custom:
#   severity: medium
#   profiles: [strict]
#   resource_types: [google_container_cluster]
#   remediation: Make the cluster anew with a region as its location.
#   examples:
#     fails: |
#       resource "google_container_cluster" "main" {
#         name               = "main"
#         location           = "europe-west1-b"
#         initial_node_count = 1
#       }
#     passes: |
#       resource "google_container_cluster" "main" {
#         name               = "main"
#         location           = "europe-west1"
#         initial_node_count = 1
#       }
package policies.google.gke.zonal_cluster

import data.policies.lib.gke

deny contains violation if {
	not gke.autopilot
	not _regional
	violation := {
		"message": "the location of the cluster is not a region",
		"attribute": ["location"],
	}
}

_regional if {
	is_string(input.values.location)
	regex.match(`^[a-z]+-[a-z]+[0-9]+$`, input.values.location)
}
