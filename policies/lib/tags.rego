# METADATA
# title: Tags
# description: |
#   Selects subjects by a tag that a parameter names: an object with `key` and `value`.
# scope: package
package policies.lib.tags

# The subject carries the tag, itself or from its provider. A tag without a key is carried by nothing.
carries(tag) if {
	tag.key != ""
	some tags in ["tags", "tags_all"]
	input.values[tags][tag.key] == tag.value
}

# The subject carries the tag, or no tag is asked for.
selects(tag) if tag.key == ""

selects(tag) if carries(tag)
