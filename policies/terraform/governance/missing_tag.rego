# METADATA
# title: Resource lacks a required tag
# description: |
#   Tags and labels say who owns a resource, who pays for it, and how long it may live. What has none is found by nobody.
#   Which are required is yours to say: until `required_tags` is set nothing is judged. What their values must look
#   like `tag_patterns` says. Tags that the provider adds
#   by default count, and labels of Google may be spelt in lower case, as they must be. Waive it for a resource that
#   something else tags after it was made.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
#   - ref: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/guides/resource-tagging
#   - ref: https://registry.terraform.io/providers/hashicorp/google/latest/docs/guides/provider_reference#default_labels-1
# custom:
#   severity: medium
#   resource_types: ["*"]
#   params:
#     required_tags:
#       type: array
#       default: []
#       required: true
#       description: Names of tags, or of labels at Google, that every resource must have, with a value.
#     tag_patterns:
#       type: object
#       default: {}
#       description: Regular expressions, by the name of a tag or label, that its whole value must match.
#   remediation: Add the tags, best of all as default_tags or default_labels of the provider.
#   examples:
#     fails: |
#       # required_tags = ["Owner"]
#       resource "aws_s3_bucket" "logs" {
#         bucket = "acme-logs"
#       }
#     passes: |
#       resource "aws_s3_bucket" "logs" {
#         bucket = "acme-logs"
#         tags   = { Owner = "platform" }
#       }
package policies.terraform.governance.missing_tag

import data.policies.lib.values

deny contains violation if {
	_is_taggable
	faults := array.concat(
		[sprintf("required tags are missing: %s", [concat(", ", _missing)]) | count(_missing) > 0],
		[sprintf("tags have values that are not allowed: %s", [concat(", ", _wrong)]) | count(_wrong) > 0],
	)
	count(faults) > 0
	violation := {"message": concat("; ", faults), "attribute": [_member]}
}

_missing := [name | some name in data.params.required_tags; count(_given(name)) == 0]

_wrong := [name |
	some name, pattern in data.params.tag_patterns
	some value in _given(name)
	not _matches(value, pattern)
]

_matches(value, pattern) if {
	is_string(value)
	regex.match(sprintf("^(?:%s)$", [pattern]), value)
}

_is_taggable if {
	some name in _maps
	_holds_tags(name)
	is_object(input.values[name])
}

# An autoscaling group has a block for each tag.
_is_taggable if input.type == "aws_autoscaling_group"

_is_taggable if {
	some name in _maps
	_holds_tags(name)
	input.configured[name]
	not is_array(input.values[name])
}

# What has no tags yet gets them from its provider, for all the plan knows.
_is_taggable if {
	some path in input.unknown
	path[0] in {"effective_labels", "tags_all", "terraform_labels"}
}

# An untagged resource of azurerm shows nothing of its tags, nor does one of google before version 5 of its labels.
_is_taggable if {
	input.type in {
		"azurerm_key_vault", "azurerm_kubernetes_cluster", "azurerm_linux_virtual_machine", "azurerm_mssql_server",
		"azurerm_postgresql_flexible_server", "azurerm_resource_group", "azurerm_storage_account",
		"azurerm_virtual_network", "azurerm_windows_virtual_machine",
		"google_bigquery_dataset", "google_compute_disk", "google_compute_instance", "google_container_cluster",
		"google_kms_crypto_key", "google_pubsub_topic", "google_secret_manager_secret", "google_storage_bucket",
	}
}

_given(tag) := {value |
	some name in _maps
	_holds_tags(name)
	value := input.values[name][tag]
	values.given(value)
} | {value |
	some name in _labels
	value := input.values[name][lower(tag)]
	values.given(value)
} | {block.value |
	some block in values.list(input.values.tag)
	block.key == tag
	values.given(block.value)
}

_member := "labels" if {
	some name in _labels
	input.values[name]
} else := "tag" if {
	input.type == "aws_autoscaling_group"
} else := "tags"

_labels := ["effective_labels", "labels", "resource_labels", "terraform_labels"]

_maps := ["effective_labels", "labels", "resource_labels", "tags", "tags_all", "terraform_labels"]

# The `tags` of Google name networks, or bind policies.
_holds_tags(name) if name in _labels

_holds_tags(_) if not startswith(input.type, "google_")
