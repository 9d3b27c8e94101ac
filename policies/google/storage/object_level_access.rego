# METADATA
# title: Cloud Storage bucket lets every object have its own access list
# description: |
#   With access lists on single objects, nobody can say who reads a bucket: one upload with a public list opens its object,
#   whatever the bucket says. Uniform access leaves IAM alone to decide, for all objects, and in one place.
#   Waive it for a bucket of an old application that sets lists by itself, until it is changed.
# scope: package
# related_resources:
#   - ref: https://cloud.google.com/storage/docs/uniform-bucket-level-access
#   - ref: https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/storage_bucket#uniform_bucket_level_access
# custom:
#   severity: high
#   resource_types: [google_storage_bucket]
#   aliases: [CKV_GCP_29, AVD-GCP-0002, FG_R00421]
#   controls:
#     cis-gcp-1.2: ["5.2"]
#     cis-gcp-4.0: ["5.2"]
#   remediation: Set uniform_bucket_level_access to true.
#   examples:
#     fails: |
#       resource "google_storage_bucket" "reports" {
#         name     = "acme-reports"
#         location = "EU"
#       }
#     passes: |
#       resource "google_storage_bucket" "reports" {
#         name                        = "acme-reports"
#         location                    = "EU"
#         uniform_bucket_level_access = true
#       }
package policies.google.storage.object_level_access

import data.policies.lib.values

deny contains violation if {
	not values.is_true(input.values.uniform_bucket_level_access)
	not values.is_true(input.values.bucket_policy_only)
	violation := {
		"message": "uniform_bucket_level_access is not true",
		"attribute": ["uniform_bucket_level_access"],
	}
}
