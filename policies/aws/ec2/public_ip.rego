# METADATA
# title: EC2 machine gets a public IP address
# description: |
#   A machine with a public address can be reached from the internet as soon as one security group allows it.
#   Its own setting decides, then the launch template, then the subnet, if the plan or the state shows them.
#   A machine that names no subnet known here is not judged.
#   Waive it for machines that must be addressed directly; exempt bastions with `bastion_tag`.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html
#   - ref: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/launch_template#network-interfaces
# custom:
#   severity: medium
#   resource_types: [aws_instance, aws_launch_template, aws_launch_configuration]
#   aliases: [CKV_AWS_88, CKV_AWS_389, AVD-AWS-0009, FG_R00271]
#   controls:
#     fsbp: [EC2.9, EC2.25]
#     nist-800-53-r5: [AC-2, AC-3, AC-4, AC-6, AC-17]
#     hipaa: [164.308.a.1.ii.b, 164.308.a.3.i, 164.312.a.1]
#     soc2: [CC6.6]
#     pci-dss-4.0: ["1.4.5"]
#   params:
#     bastion_tag:
#       type: object
#       default: {key: "", value: ""}
#       description: The tag, as key and value, that exempts a bastion; an empty key exempts nothing.
#   remediation: Set associate_public_ip_address to false and reach the machine through Session Manager or a load balancer.
#   examples:
#     fails: |
#       resource "aws_subnet" "web" {
#         vpc_id                  = aws_vpc.main.id
#         cidr_block              = "10.0.1.0/24"
#         map_public_ip_on_launch = true
#       }
#
#       resource "aws_instance" "web" {
#         ami           = var.image
#         instance_type = "t3.small"
#         subnet_id     = aws_subnet.web.id
#       }
#     passes: |
#       resource "aws_subnet" "web" {
#         vpc_id                  = aws_vpc.main.id
#         cidr_block              = "10.0.1.0/24"
#         map_public_ip_on_launch = true
#       }
#
#       resource "aws_instance" "web" {
#         ami                         = var.image
#         instance_type               = "t3.small"
#         subnet_id                   = aws_subnet.web.id
#         associate_public_ip_address = false
#       }
package policies.aws.ec2.public_ip

import data.policies.lib.linked
import data.policies.lib.public_address
import data.policies.lib.tags
import data.policies.lib.values

deny contains violation if {
	not tags.carries(data.params.bastion_tag)
	violation := _violation
}

_violation := {
	"message": "associate_public_ip_address is true",
	"attribute": ["associate_public_ip_address"],
} if {
	values.is_true(input.values.associate_public_ip_address)
} else := {
	"message": sprintf("a public address is requested for %s", [concat(", ", [name |
		some index in asking
		name := sprintf("network_interfaces[%d]", [index])
	])]),
	"attribute": ["network_interfaces", asking[0], "associate_public_ip_address"],
} if {
	input.type == "aws_launch_template"
	asking := public_address.asking(input.values.network_interfaces)
	count(asking) > 0
} else := {
	"message": "the launch template gives the instance a public address",
	"attribute": ["launch_template"],
	"related": linked.addresses(public_address.asking_templates),
} if {
	_silent_instance
	count(public_address.asking_templates) > 0
} else := {
	"message": "the subnet gives the instance a public address",
	"attribute": ["subnet_id"],
	"related": linked.addresses(public_address.public_subnets),
} if {
	_silent_instance
	not public_address.template_refuses
	count(public_address.public_subnets) > 0
}

# An interface made beforehand brings its own addresses. Its block has another name since version 6 of the provider.
_silent_instance if {
	input.type == "aws_instance"
	not values.is_false(input.values.associate_public_ip_address)
	not values.given(input.values.network_interface)
	not values.given(input.values.primary_network_interface)
}
