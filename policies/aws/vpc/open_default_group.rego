# METADATA
# title: Default security group of a VPC lets traffic through
# description: |
#   Whatever is started without a security group gets the default one, which AWS fills with rules that let its members
#   talk to each other and to everyone outside. Empty, it makes a forgotten group fail closed.
#   Terraform empties it only when it adopts it, as an aws_default_security_group without rules.
#   Waive it for a VPC where the default group is emptied by other means.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
#   - ref: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/default_security_group
# custom:
#   severity: medium
#   resource_types: [aws_vpc, aws_default_vpc, aws_default_security_group]
#   aliases: [CKV2_AWS_12, AVD-AWS-0173, FG_R00089]
#   controls:
#     cis-aws-1.4: ["5.3"]
#     cis-aws-3.0: ["5.4"]
#     cis-aws-5.0: ["5.5"]
#     fsbp: [EC2.2]
#     nist-800-53-r5: [AC-4, AC-17, CM-6, CM-9, SC-7]
#   remediation: Add an aws_default_security_group without ingress and egress for the VPC.
#   examples:
#     fails: |
#       resource "aws_vpc" "main" {
#         cidr_block = "10.0.0.0/16"
#       }
#     passes: |
#       resource "aws_vpc" "main" {
#         cidr_block = "10.0.0.0/16"
#       }
#
#       resource "aws_default_security_group" "main" {
#         vpc_id = aws_vpc.main.id
#       }
package policies.aws.vpc.open_default_group

import data.policies.lib.linked
import data.policies.lib.values

deny contains violation if {
	input.type != "aws_default_security_group"
	count(linked.naming("aws_default_security_group", ["vpc_id"])) == 0
	violation := {"message": "the default security group keeps the rules that AWS gives it"}
}

deny contains violation if {
	input.type == "aws_default_security_group"
	directions := [name | some name in ["ingress", "egress"]; values.given(input.values[name])]
	count(directions) + count(_rules) > 0
	violation := {
		"message": sprintf("the default security group has rules: %s", [concat(", ", array.concat(directions, linked.addresses(_rules)))]),
		"attribute": [array.concat(directions, ["ingress"])[0]],
		"related": linked.addresses(_rules),
	}
}

# Rules of their own fill the group again.
_rules := [rule |
	some type in [
		"aws_security_group_rule",
		"aws_vpc_security_group_egress_rule",
		"aws_vpc_security_group_ingress_rule",
	]
	some rule in linked.naming(type, ["security_group_id"])
]
