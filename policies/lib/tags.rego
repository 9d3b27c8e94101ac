# METADATA
# title: Tags
# description: |
#   Selects subjects by a tag that a parameter names: an object with `key` and `value`.
# scope: package
package policies.lib.tags

import data.policies.lib.resource

# The subject carries the tag, itself or from its provider. A tag without a key is carried by nothing.
carries(tag) if {
	tag.key != ""
	some tags in ["tags", "tags_all"]
	input.values[tags][tag.key] == tag.value
}

# The subject carries the tag, or no tag is asked for.
selects(tag) if tag.key == ""

selects(tag) if carries(tag)

# Tags of which nothing is known may be there: whether the subject is selected is not known either.
selects(tag) if {
	tag.key != ""
	resource.unknown(input.unknown, ["tags"])
	not input.values.tags
}

# The same for labels, as Google calls them.
carries_label(label) if {
	label.key != ""
	some labels in ["effective_labels", "labels", "terraform_labels"]
	input.values[labels][label.key] == label.value
}

selects_by_label(label) if label.key == ""

selects_by_label(label) if carries_label(label)

selects_by_label(label) if {
	label.key != ""
	resource.unknown(input.unknown, ["labels"])
	not input.values.labels
}
