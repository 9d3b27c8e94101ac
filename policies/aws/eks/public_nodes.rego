# METADATA
# title: EKS nodes get public IP addresses
# description: |
#   A node with a public address exposes its kubelet, its node ports, and every pod on the host network to the internet.
#   The launch template decides where it says something; otherwise the subnets do. Clusters in Auto Mode start
#   their nodes in the subnets of the cluster. Self-managed nodes are judged as EC2 machines.
#   Waive it for a cluster without secrets whose subnets cannot be changed yet.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/eks/latest/best-practices/subnets.html
#   - ref: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/eks_node_group
# custom:
#   severity: high
#   resource_types: [aws_eks_node_group, aws_eks_cluster]
#   remediation: Place the nodes in subnets whose map_public_ip_on_launch is false.
#   examples:
#     fails: |
#       resource "aws_subnet" "nodes" {
#         vpc_id                  = aws_vpc.main.id
#         cidr_block              = "10.0.1.0/24"
#         map_public_ip_on_launch = true
#       }
#
#       resource "aws_eks_node_group" "general" {
#         cluster_name  = aws_eks_cluster.main.name
#         node_role_arn = aws_iam_role.nodes.arn
#         subnet_ids    = [aws_subnet.nodes.id]
#
#         scaling_config {
#           desired_size = 2
#           min_size     = 2
#           max_size     = 4
#         }
#       }
#     passes: |
#       resource "aws_subnet" "nodes" {
#         vpc_id                  = aws_vpc.main.id
#         cidr_block              = "10.0.1.0/24"
#         map_public_ip_on_launch = false
#       }
#
#       resource "aws_eks_node_group" "general" {
#         cluster_name  = aws_eks_cluster.main.name
#         node_role_arn = aws_iam_role.nodes.arn
#         subnet_ids    = [aws_subnet.nodes.id]
#
#         scaling_config {
#           desired_size = 2
#           min_size     = 2
#           max_size     = 4
#         }
#       }
package policies.aws.eks.public_nodes

import data.policies.lib.linked
import data.policies.lib.public_address
import data.policies.lib.values

deny contains violation if {
	input.type == "aws_eks_node_group"
	count(public_address.asking_templates) > 0
	templates := linked.addresses(public_address.asking_templates)
	violation := {
		"message": sprintf("the launch template gives the nodes public addresses: %s", [concat(", ", templates)]),
		"attribute": ["launch_template"],
		"related": templates,
	}
}

deny contains violation if {
	place := _subnets_place
	subnets := linked.addresses(public_address.public_subnets)
	count(subnets) > 0
	violation := {
		"message": sprintf("the nodes run in subnets that give out public addresses: %s", [concat(", ", subnets)]),
		"attribute": place.attribute,
		"related": subnets,
	}
}

# Where the nodes' subnets are written, if the subnets decide.
_subnets_place := {"attribute": ["subnet_ids"]} if {
	input.type == "aws_eks_node_group"
	count(public_address.asking_templates) == 0
	not public_address.template_refuses
}

_subnets_place := {"attribute": ["vpc_config", 0, "subnet_ids"]} if {
	input.type == "aws_eks_cluster"
	values.is_true(input.values.compute_config[0].enabled)
}
