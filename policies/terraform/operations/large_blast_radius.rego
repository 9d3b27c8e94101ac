# METADATA
# title: Plan destroys much at once
# description: |
#   A plan that deletes or replaces many resources is seldom meant so: a renamed module, a changed key of
#   for_each, or the wrong workspace look like this. Nobody reads a hundred lines of destruction carefully.
#   Waive it for a migration or a teardown that was agreed on, or raise the limits for that one run.
# scope: package
# related_resources:
#   - ref: https://developer.hashicorp.com/terraform/language/block/moved
#   - ref: https://developer.hashicorp.com/terraform/cli/commands/plan
# custom:
#   severity: high
#   scope: plan
#   needs: [plan]
#   params:
#     most_destroyed:
#       type: number
#       default: 5
#       description: So many resources may be deleted or replaced at once.
#     most_destroyed_in_module:
#       type: number
#       default: 0
#       description: So many resources of one module may be deleted or replaced at once; with 0 any number.
#     most_percent:
#       type: number
#       default: 20
#       description: Such a share of the resources that are there may be deleted or replaced at once.
#     percent_from:
#       type: number
#       default: 10
#       description: The share counts where at least so many resources are there.
#   remediation: Split the change into smaller ones, and keep renamed resources with moved blocks.
#   examples:
#     fails: |
#       # Until now the instances were web["a"] to web["h"]: all are replaced.
#       resource "aws_instance" "web" {
#         count = 8
#         ami   = "ami-0abcdef0123456789"
#       }
#     passes: |
#       # The keys stay, so the instances do.
#       resource "aws_instance" "web" {
#         for_each = toset(["a", "b", "c", "d", "e", "f", "g", "h"])
#         ami      = "ami-0abcdef0123456789"
#       }
package policies.terraform.operations.large_blast_radius

deny contains violation if {
	_is_too_much
	violation := {
		"message": sprintf("the plan destroys %v of %v resources: %v to be deleted, %v to be replaced", [
			count(_destroyed), count(_existing), count(_with_action({"delete"})), count(_with_action({"replace"})),
		]),
		"related": array.slice(_destroyed, 0, 10),
	}
}

_is_too_much if count(_destroyed) > data.params.most_destroyed

_is_too_much if {
	count(_existing) >= data.params.percent_from
	100 * count(_destroyed) > data.params.most_percent * count(_existing)
}

_is_too_much if {
	data.params.most_destroyed_in_module > 0
	some module in {input.resources[address].module | some address in _destroyed}
	count([address | some address in _destroyed; input.resources[address].module == module]) > data.params.most_destroyed_in_module
}

_destroyed := _with_action({"delete", "replace"})

_existing := _with_action({"delete", "forget", "no-op", "replace", "update"})

_with_action(actions) := [address |
	some address, resource in input.resources
	resource.mode == "managed"
	not resource.deposed
	resource.action in actions
]
