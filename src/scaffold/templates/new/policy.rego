# METADATA
# title: {title}
# description: |
#   Say here why it matters, and when the policy may be waived.
# custom:
#   severity: medium
#   resource_types: [{type}]
#   remediation: Set {attribute}.
package {package}

# `input` is one {type}. `plangate inspect PLAN` shows what is in it.
deny contains violation if {
	not input.values.{attribute}
	violation := {
		"message": "{attribute} is not set",
		"attribute": ["{attribute}"],
	}
}
