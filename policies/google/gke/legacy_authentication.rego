# METADATA
# title: GKE cluster accepts legacy authentication
# description: |
#   Legacy authorization grants rights that no role can take back. A client certificate is valid for years and cannot be
#   revoked, and a password is one guess away. Identities of Google with roles of Kubernetes replace all three.
#   Waive it while the last client that needs one of them is moved, with an expiry.
# scope: package
# related_resources:
#   - ref: https://cloud.google.com/kubernetes-engine/docs/how-to/hardening-your-cluster
#   - ref: https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/container_cluster#nested_master_auth
# custom:
#   severity: high
#   resource_types: [google_container_cluster]
#   aliases: [CKV_GCP_7, CKV_GCP_13, AVD-GCP-0062, AVD-GCP-0064]
#   remediation: Set enable_legacy_abac and issue_client_certificate to false, and remove username and password.
#   examples:
#     fails: |
#       resource "google_container_cluster" "main" {
#         name               = "main"
#         location           = "europe-west1"
#         initial_node_count = 1
#         enable_legacy_abac = true
#       }
#     passes: |
#       resource "google_container_cluster" "main" {
#         name               = "main"
#         location           = "europe-west1"
#         initial_node_count = 1
#
#         master_auth {
#           client_certificate_config {
#             issue_client_certificate = false
#           }
#         }
#       }
package policies.google.gke.legacy_authentication

import data.policies.lib.values

deny contains violation if {
	count(_parts) > 0
	violation := {
		"message": concat(", ", [part.message | some part in _parts]),
		"attribute": _parts[0].attribute,
	}
}

_parts := array.concat(
	[{"message": "legacy authorization is enabled", "attribute": ["enable_legacy_abac"]} |
		values.is_true(input.values.enable_legacy_abac)
	],
	array.concat(
		[{"message": "a client certificate is issued", "attribute": _certificate} |
			values.is_true(input.values.master_auth[0].client_certificate_config[0].issue_client_certificate)
		],
		[{"message": sprintf("a %s is set", [name]), "attribute": ["master_auth", 0, name]} |
			some name in ["username", "password"]
			values.given(input.values.master_auth[0][name])
		],
	),
)

_certificate := ["master_auth", 0, "client_certificate_config", 0, "issue_client_certificate"]
