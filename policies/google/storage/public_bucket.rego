# METADATA
# title: Cloud Storage bucket is public
# description: |
#   Objects of a public bucket are read by anyone who learns its name, and names are found by trying. Everyone with an
#   account at Google is everyone. A bucket with public access prevention refuses such grants, and passes.
#   Waive it for a bucket that serves a website, and put nothing else into it.
# scope: package
# related_resources:
#   - ref: https://cloud.google.com/storage/docs/access-control/making-data-public
#   - ref: https://cloud.google.com/storage/docs/public-access-prevention
#   - ref: https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/storage_bucket_iam
# custom:
#   severity: critical
#   resource_types:
#     - google_storage_bucket
#     - google_storage_bucket_access_control
#     - google_storage_bucket_acl
#     - google_storage_bucket_iam_binding
#     - google_storage_bucket_iam_member
#     - google_storage_bucket_iam_policy
#     - google_storage_default_object_access_control
#     - google_storage_default_object_acl
#     - google_storage_managed_folder_iam_binding
#     - google_storage_managed_folder_iam_member
#     - google_storage_managed_folder_iam_policy
#     - google_storage_object_access_control
#     - google_storage_object_acl
#   aliases: [CKV_GCP_28, CKV_GCP_114, AVD-GCP-0001, FG_R00420]
#   controls:
#     cis-gcp-1.2: ["5.1"]
#     cis-gcp-4.0: ["5.1"]
#   remediation: Grant access to named members, and set public_access_prevention of the bucket to enforced.
#   examples:
#     fails: |
#       resource "google_storage_bucket" "reports" {
#         name                        = "acme-reports"
#         location                    = "EU"
#         uniform_bucket_level_access = true
#       }
#
#       resource "google_storage_bucket_iam_member" "readers" {
#         bucket = google_storage_bucket.reports.name
#         role   = "roles/storage.objectViewer"
#         member = "allUsers"
#       }
#     passes: |
#       resource "google_storage_bucket" "reports" {
#         name                        = "acme-reports"
#         location                    = "EU"
#         uniform_bucket_level_access = true
#         public_access_prevention    = "enforced"
#       }
#
#       resource "google_storage_bucket_iam_member" "readers" {
#         bucket = google_storage_bucket.reports.name
#         role   = "roles/storage.objectViewer"
#         member = "group:finance@example.com"
#       }
package policies.google.storage.public_bucket

import data.policies.lib.google_iam
import data.policies.lib.linked
import data.policies.lib.values

deny contains violation if {
	not _prevented
	violation := google_iam.violation(array.concat(google_iam.public_grants, _entries))
}

_prevented if input.values.public_access_prevention == "enforced"

_prevented if {
	some bucket in linked.through("google_storage_bucket", ["bucket"])
	bucket.values.public_access_prevention == "enforced"
}

_entries := array.concat(_predefined, array.concat(_listed, _single))

_predefined := array.concat(
	[{"member": input.values.default_acl, "attribute": ["default_acl"]} |
		input.values.default_acl in {"authenticatedRead", "publicRead", "publicReadWrite"}
	],
	[{"member": input.values.predefined_acl, "attribute": ["predefined_acl"]} |
		input.values.predefined_acl in {"authenticatedRead", "publicRead", "publicReadWrite"}
	],
)

# Entries such as `READER:allUsers`.
_listed := [{"member": split(role_entity, ":")[1], "attribute": ["role_entity"]} |
	some role_entity in values.strings(input.values.role_entity)
	regex.match(`^[A-Z]+:(allAuthenticatedUsers|allUsers)$`, role_entity)
]

_single := [{"member": input.values.entity, "attribute": ["entity"]} |
	input.values.entity in {"allAuthenticatedUsers", "allUsers"}
]
