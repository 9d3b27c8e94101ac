# METADATA
# title: Bucket of critical data lies in a single region
# description: |
#   A bucket in a multi-region or a dual-region survives the loss of a region; one in a region does not. The location
#   can only be chosen when a bucket is made.
#   Which buckets hold critical data a label says: set `critical_label`; others are not judged.
#   Waive it for data that can be made again from elsewhere, or that may not leave its region.
# scope: package
# related_resources:
#   - ref: https://cloud.google.com/storage/docs/locations
#   - ref: https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/storage_bucket
# custom:
#   severity: medium
#   profiles: [strict]
#   resource_types: [google_storage_bucket]
#   params:
#     critical_label:
#       type: object
#       default: {key: criticality, value: high}
#       description: The label, as key and value, of buckets that must outlive a region; an empty key selects all buckets.
#   remediation: Make the bucket anew in a multi-region such as EU, or in a dual-region.
#   examples:
#     fails: |
#       resource "google_storage_bucket" "invoices" {
#         name     = "example-invoices"
#         location = "EUROPE-WEST1"
#         labels   = { criticality = "high" }
#       }
#     passes: |
#       resource "google_storage_bucket" "invoices" {
#         name     = "example-invoices"
#         location = "EU"
#         labels   = { criticality = "high" }
#       }
package policies.google.storage.single_region_bucket

import data.policies.lib.tags

deny contains violation if {
	tags.selects_by_label(data.params.critical_label)
	not _spans_regions
	violation := {
		"message": "critical data lies in a single region",
		"attribute": ["location"],
	}
}

# Regions have a dash in their name, and what spans several has none.
_spans_regions if {
	is_string(input.values.location)
	regex.match(`^[A-Za-z]+[0-9]*$`, input.values.location)
}
