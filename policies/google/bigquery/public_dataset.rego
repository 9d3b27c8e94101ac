# METADATA
# title: BigQuery dataset is public
# description: |
#   Tables of a public dataset are read by anyone with an account at Google, and whoever reads them may copy them.
#   Access is judged wherever it is written: in the dataset, in an access entry, or in a grant of IAM.
#   Waive it for a dataset that is published on purpose, and put nothing else into it.
# scope: package
# related_resources:
#   - ref: https://cloud.google.com/bigquery/docs/control-access-to-resources-iam
#   - ref: https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/bigquery_dataset#nested_access
# custom:
#   severity: critical
#   resource_types:
#     - google_bigquery_dataset
#     - google_bigquery_dataset_access
#     - google_bigquery_dataset_iam_binding
#     - google_bigquery_dataset_iam_member
#     - google_bigquery_dataset_iam_policy
#   aliases: [CKV_GCP_15, CKV_GCP_100, AVD-GCP-0046, FG_R00437]
#   controls:
#     cis-gcp-1.2: ["7.1"]
#     cis-gcp-4.0: ["7.1"]
#   remediation: Grant access to named users, groups or domains.
#   examples:
#     fails: |
#       resource "google_bigquery_dataset" "sales" {
#         dataset_id = "sales"
#
#         access {
#           role          = "READER"
#           special_group = "allAuthenticatedUsers"
#         }
#       }
#     passes: |
#       resource "google_bigquery_dataset" "sales" {
#         dataset_id = "sales"
#
#         access {
#           role           = "READER"
#           group_by_email = "finance@example.com"
#         }
#       }
package policies.google.bigquery.public_dataset

import data.policies.lib.google_iam
import data.policies.lib.values

deny contains violation if {
	violation := google_iam.violation(array.concat(google_iam.public_grants, array.concat(_blocks, _entry(input.values, []))))
}

_blocks := [grant |
	some index, access in values.list(input.values.access)
	some grant in _entry(access, ["access", index])
]

_entry(access, path) := array.concat(
	[{"member": access.special_group, "attribute": array.concat(path, ["special_group"])} |
		access.special_group in {"allAuthenticatedUsers", "allUsers"}
	],
	[{"member": access.iam_member, "attribute": array.concat(path, ["iam_member"])} |
		access.iam_member in {"allAuthenticatedUsers", "allUsers"}
	],
)
