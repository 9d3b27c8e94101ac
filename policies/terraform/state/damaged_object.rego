# METADATA
# title: State holds a tainted or deposed object
# description: |
#   A tainted object was left half made, and the next plan replaces it. A deposed one is the rest of a replacement
#   that did not finish: nobody uses it, and it costs money or holds data all the same. A plan that destroys them is
#   the remedy, so only states are judged. Waive it while such a repair is under way.
# scope: package
# related_resources:
#   - ref: https://developer.hashicorp.com/terraform/cli/commands/untaint
#   - ref: https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle
# custom:
#   severity: medium
#   scope: plan
#   remediation: Apply a plan that replaces or destroys the object, or untaint it when it is sound.
#   examples:
#     fails: |
#       # terraform show says: aws_instance.web (tainted)
#       resource "aws_instance" "web" {
#         ami = "ami-0abcdef0123456789"
#       }
#     passes: |
#       # After terraform apply -replace=aws_instance.web
#       resource "aws_instance" "web" {
#         ami = "ami-0abcdef0123456789"
#       }
package policies.terraform.state.damaged_object

deny contains violation if {
	input.kind == "state"
	some address, resource in input.resources
	fault := _fault(resource)
	violation := {"message": fault, "address": address}
}

_fault(resource) := "the object is tainted and waits to be replaced" if resource.tainted == true

_fault(resource) := "the object is deposed and waits to be destroyed" if {
	resource.deposed
	not resource.tainted == true
}
