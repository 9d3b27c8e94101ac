# METADATA
# title: Resource lacks a required tag
# description: |
#   Tags and labels say who owns a resource, who pays for it, and how long it may live. What has none is found by nobody.
#   Which are required is yours to say: until `required_tags` is set nothing is judged. What their values must look
#   like `tag_patterns` says. Tags that the provider adds
#   by default count, and labels of Google may be spelt in lower case, as they must be. A resource counts as one that
#   takes tags where its plan or state shows an attribute for them. Waive it for a resource that something else tags
#   after it was made.
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
	not input.type in _selectors
	_is_taggable
	faults := array.concat(
		[sprintf("required tags are missing: %s", [concat(", ", _missing)]) | count(_missing) > 0],
		[sprintf("tags have values that are not allowed: %s", [concat(", ", _wrong)]) | count(_wrong) > 0],
	)
	count(faults) > 0
	violation := {"message": concat("; ", faults), "attribute": _place}
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

# An attribute that is there and empty. What else is called so elsewhere may be a list of words.
_is_taggable if {
	some name in _maps
	_holds_tags(name)
	name in input.unset
	regex.match(`^(aws|azapi|azurerm|google)_`, input.type)
}

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

# An autoscaling group has a block for each tag, and an instance of Cloud SQL has its labels in a block.
_is_taggable if input.type in {"aws_autoscaling_group", "google_sql_database_instance"}

# The tags of other resources, which these choose or change.
_selectors := {"aws_inspector_resource_group", "kubernetes_labels"}

_given(tag) := {value |
	some name in _maps
	_holds_tags(name)
	value := input.values[name][tag]
	values.given(value)
} | {value |
	some name in _labels
	_holds_tags(name)
	value := input.values[name][lower(tag)]
	values.given(value)
} | {value |
	value := _labels_of_database[tag]
	values.given(value)
} | {value |
	value := _labels_of_database[lower(tag)]
	values.given(value)
} | {block.value |
	input.type == "aws_autoscaling_group"
	some name in ["tag", "tags"]
	some block in values.list(input.values[name])
	block.key == tag
	values.given(block.value)
}

_labels_of_database := input.values.settings[0].user_labels if input.type == "google_sql_database_instance"

_place := ["labels"] if {
	some name in _labels
	_holds_tags(name)
	input.values[name]
} else := ["tag"] if {
	input.type == "aws_autoscaling_group"
} else := ["settings", 0, "user_labels"] if {
	input.type == "google_sql_database_instance"
} else := ["labels"] if {
	startswith(input.type, "google_")
} else := ["tags"]

_labels := ["effective_labels", "labels", "resource_labels", "terraform_labels"]

_maps := ["effective_labels", "labels", "resource_labels", "tags", "tags_all", "terraform_labels"]

# The `tags` of Google name networks, or bind policies; the `labels` of AWS are those of Kubernetes.
_holds_tags(name) if {
	name in _labels
	not regex.match(`^(aws|azapi|azurerm)_`, input.type)
}

_holds_tags(name) if {
	not name in _labels
	not startswith(input.type, "google_")
}
