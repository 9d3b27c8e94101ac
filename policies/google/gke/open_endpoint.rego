# METADATA
# title: GKE control plane is open to the internet
# description: |
#   Whoever reaches the API server needs only one leaked credential, or one fault in the server, to own the cluster.
#   A public endpoint is closed by authorized networks that are not the whole internet. Access for all public addresses of
#   Google Cloud is open, too: anyone can rent a machine there. A cluster with a private endpoint alone passes
#   without authorized networks, since only the own network reaches it.
#   Waive it for a cluster without data or rights, such as one for a workshop, with an expiry.
# scope: package
# related_resources:
#   - ref: https://cloud.google.com/kubernetes-engine/docs/how-to/latest/network-isolation
#   - ref: https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/container_cluster#nested_master_authorized_networks_config
# custom:
#   severity: critical
#   resource_types: [google_container_cluster]
#   aliases: [CKV_GCP_18, CKV_GCP_20, AVD-GCP-0053, AVD-GCP-0061]
#   params:
#     open_ipv4_prefix:
#       type: number
#       default: 8
#       description: A public IPv4 range with a shorter prefix than this counts as the internet.
#     open_ipv6_prefix:
#       type: number
#       default: 16
#       description: A public IPv6 range with a shorter prefix than this counts as the internet.
#   remediation: Set enable_private_endpoint to true, or name the networks that may reach the control plane.
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
#         master_authorized_networks_config {
#           cidr_blocks {
#             cidr_block   = "203.0.113.0/24"
#             display_name = "office"
#           }
#         }
#       }
package policies.google.gke.open_endpoint

import data.policies.lib.network
import data.policies.lib.values

deny contains violation if {
	not _private_only
	violation := _violation
}

_private_only if values.is_true(input.values.private_cluster_config[0].enable_private_endpoint)

_private_only if {
	values.is_false(input.values.control_plane_endpoints_config[0].ip_endpoints_config[0].enabled)
}

_violation := {
	"message": "no authorized networks restrict the public endpoint",
	"attribute": ["master_authorized_networks_config"],
} if {
	not is_object(_authorized)
} else := {
	"message": sprintf("the public endpoint is open to %s", [concat(", ", [opening.cidr | some opening in _open])]),
	"attribute": _open[0].attribute,
} if {
	count(_open) > 0
} else := {
	"message": "the public endpoint is open to all public addresses of Google Cloud",
	"attribute": ["master_authorized_networks_config", 0, "gcp_public_cidrs_access_enabled"],
} if {
	values.is_true(_authorized.gcp_public_cidrs_access_enabled)
}

_authorized := input.values.master_authorized_networks_config[0]

_open := [{
	"cidr": cidr,
	"attribute": ["master_authorized_networks_config", 0, "cidr_blocks", index, "cidr_block"],
} |
	some index, block in values.list(_authorized.cidr_blocks)
	some cidr in network.open_cidrs(block.cidr_block, data.params.open_ipv4_prefix, data.params.open_ipv6_prefix)
]
