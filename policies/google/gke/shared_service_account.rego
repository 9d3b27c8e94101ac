# METADATA
# title: GKE nodes run as the default service account
# description: |
#   The default service account of Compute Engine often may edit the whole project, and every machine shares it.
#   Who takes over a node has those rights. Nodes need an account of their own with few roles; access scopes that
#   leave out the whole platform are accepted in its place. A default pool that is removed is not judged;
#   pools that autoscaling or Autopilot adds are, by the defaults for them.
#   Waive it where the default account has lost its roles, and the project is watched for that.
# scope: package
# related_resources:
#   - ref: https://cloud.google.com/kubernetes-engine/docs/how-to/hardening-your-cluster#use_least_privilege_sa
#   - ref: https://cloud.google.com/compute/docs/access/service-accounts#default_service_account
#   - ref: https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/container_cluster#nested_node_config
# custom:
#   severity: high
#   resource_types: [google_container_cluster, google_container_node_pool]
#   aliases: [CKV2_GCP_1, AVD-GCP-0050]
#   remediation: Set service_account to an account for these nodes, with roles for logging, monitoring and images alone.
#   examples:
#     fails: |
#       resource "google_container_node_pool" "general" {
#         name       = "general"
#         cluster    = google_container_cluster.main.id
#         node_count = 2
#
#         node_config {
#           machine_type = "e2-standard-4"
#           oauth_scopes = ["https://www.googleapis.com/auth/cloud-platform"]
#         }
#       }
#     passes: |
#       resource "google_container_node_pool" "general" {
#         name       = "general"
#         cluster    = google_container_cluster.main.id
#         node_count = 2
#
#         node_config {
#           machine_type    = "e2-standard-4"
#           service_account = google_service_account.nodes.email
#           oauth_scopes    = ["https://www.googleapis.com/auth/cloud-platform"]
#         }
#       }
package policies.google.gke.shared_service_account

import data.policies.lib.gke
import data.policies.lib.linked
import data.policies.lib.resource
import data.policies.lib.values

deny contains violation if {
	count(_sharing) > 0
	violation := {
		"message": "nodes run as the default service account without narrow scopes",
		"attribute": array.concat(_sharing[0].path, ["service_account"]),
	}
}

_sharing := [nodes |
	some nodes in _all
	not _own_account(nodes.config)
	not _account_of_the_plan(nodes)
	not _narrow_scopes(nodes.config)
]

_all := array.concat(gke.nodes, [_provisioned | _provisioned])

# What Google adds by itself runs as the default account where nothing else is said.
_provisioned := {
	"config": _defaults,
	"path": ["cluster_autoscaling", 0, "auto_provisioning_defaults", 0],
} if {
	input.type == "google_container_cluster"
	_provisions
}

_provisions if gke.autopilot

_provisions if values.is_true(input.values.cluster_autoscaling[0].enabled)

_defaults := input.values.cluster_autoscaling[0].auto_provisioning_defaults[0] if {
	is_object(input.values.cluster_autoscaling[0].auto_provisioning_defaults[0])
} else := {}

_own_account(config) if {
	values.given(config.service_account)
	is_string(config.service_account)
	config.service_account != "default"
	not endswith(config.service_account, "-compute@developer.gserviceaccount.com")
}

# The address of an account that the plan makes is known after apply. Where several pools are written in one
# resource, the link does not say which of them has it.
_account_of_the_plan(nodes) if {
	argument := array.concat(nodes.path, ["service_account"])
	resource.unknown(input.unknown, argument)
	names := concat(".", [name | some name in argument; is_string(name)])
	count(linked.through("google_service_account", [names])) > 0
	count(gke.inline_pools) < 2
}

_narrow_scopes(config) if {
	is_array(config.oauth_scopes)
	count(config.oauth_scopes) > 0
	not "cloud-platform" in config.oauth_scopes
	not "https://www.googleapis.com/auth/cloud-platform" in config.oauth_scopes
}
