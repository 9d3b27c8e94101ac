# METADATA
# title: GKE secrets are not encrypted with a key of their own
# description: |
#   Google encrypts the disks of the control plane, but whoever reads its database, or a copy of it, reads every secret of
#   the cluster. Encryption at the application layer makes them unreadable without a key that can be revoked and audited.
#   Waive it for a cluster whose secrets are all kept elsewhere, for instance in Secret Manager.
# scope: package
# related_resources:
#   - ref: https://cloud.google.com/kubernetes-engine/docs/how-to/encrypting-secrets
#   - ref: https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/container_cluster#nested_database_encryption
# custom:
#   severity: high
#   resource_types: [google_container_cluster]
#   remediation: Set database_encryption to the state ENCRYPTED with the key_name of a KMS key in the cluster's region.
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
#         database_encryption {
#           state    = "ENCRYPTED"
#           key_name = google_kms_crypto_key.secrets.id
#         }
#       }
package policies.google.gke.unencrypted_secrets

import data.policies.lib.linked
import data.policies.lib.values

deny contains violation if violation := _violation

_violation := {
	"message": "database_encryption does not encrypt secrets",
	"attribute": ["database_encryption", 0, "state"],
} if {
	not _encryption.state in {"ALL_OBJECTS_ENCRYPTION_ENABLED", "ENCRYPTED"}
} else := {
	"message": "database_encryption names no key",
	"attribute": ["database_encryption", 0, "key_name"],
} if {
	not values.given(_encryption.key_name)
	count(linked.through("google_kms_crypto_key", ["database_encryption.key_name"])) == 0
}

_encryption := input.values.database_encryption[0]
