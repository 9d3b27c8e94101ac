# METADATA
# title: Resource was changed outside of Terraform
# description: |
#   Somebody or something changed what Terraform manages, and the configuration depends on what was changed. The next
#   apply takes the change back, or builds on it. Either should be a decision.
#   Waive it for attributes that another system owns by design, or ignore their changes in a lifecycle block.
# scope: package
# related_resources:
#   - ref: https://developer.hashicorp.com/terraform/tutorials/state/resource-drift
#   - ref: https://developer.hashicorp.com/terraform/internals/json-format
# custom:
#   severity: medium
#   profiles: [strict]
#   scope: plan
#   needs: [plan]
#   known_only: true
#   params:
#     any_attribute:
#       type: boolean
#       default: false
#       description: Count changes of attributes that nothing in the configuration depends on too.
#   remediation: Take the change over into the configuration, or apply a plan that takes it back.
#   examples:
#     fails: |
#       # Somebody set it to 90 in the console, and an output depends on it.
#       resource "aws_cloudwatch_log_group" "shop" {
#         name              = "shop"
#         retention_in_days = 30
#       }
#     passes: |
#       resource "aws_cloudwatch_log_group" "shop" {
#         name              = "shop"
#         retention_in_days = 90
#       }
package policies.terraform.state.drifted_resource

deny contains violation if {
	some resource in input.drift
	resource.mode == "managed"
	resource.action == "delete"
	violation := {"message": "the resource was deleted outside of Terraform", "address": resource.address}
}

deny contains violation if {
	some resource in input.drift
	resource.mode == "managed"
	resource.action in {"replace", "update"}
	changed := [name | some name in _changed(resource); _matters(resource, name)]
	count(changed) > 0
	violation := {
		"message": sprintf("changed outside of Terraform: %s", [concat(", ", changed)]),
		"address": resource.address,
		"attribute": [changed[0]],
	}
}

_changed(resource) := {name |
	some name in object.keys(resource.before) | object.keys(resource.values)
	not _same(resource, name)
}

_same(resource, name) if resource.before[name] == resource.values[name]

_matters(_, _) if data.params.any_attribute

_matters(resource, name) if {
	some relevant in input.relevant_attributes
	regex.replace(resource.address, `\[[^\]]*\]`, "") == regex.replace(relevant.address, `\[[^\]]*\]`, "")
	array.slice(relevant.attribute, 0, 1) in [[], [name]]
}
