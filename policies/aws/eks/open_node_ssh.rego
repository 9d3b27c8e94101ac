# METADATA
# title: EKS nodes accept SSH from every address
# description: |
#   A node group with an SSH key and without source groups gets a security group that opens port 22, or 3389 on
#   Windows, to the whole internet.
#   Waive it for nodes in networks that nothing outside reaches.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/eks/latest/APIReference/API_RemoteAccessConfig.html
#   - ref: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/eks_node_group#remote_access-configuration-block
# custom:
#   severity: high
#   resource_types: [aws_eks_node_group]
#   aliases: [CKV_AWS_100]
#   remediation: Leave the key out and use Session Manager, or name the security groups that may connect in source_security_group_ids.
#   examples:
#     fails: |
#       resource "aws_eks_node_group" "general" {
#         cluster_name  = aws_eks_cluster.main.name
#         node_role_arn = aws_iam_role.nodes.arn
#         subnet_ids    = aws_subnet.private[*].id
#
#         remote_access {
#           ec2_ssh_key = "operators"
#         }
#         # …
#       }
#     passes: |
#       resource "aws_eks_node_group" "general" {
#         cluster_name  = aws_eks_cluster.main.name
#         node_role_arn = aws_iam_role.nodes.arn
#         subnet_ids    = aws_subnet.private[*].id
#
#         remote_access {
#           ec2_ssh_key               = "operators"
#           source_security_group_ids = [aws_security_group.jump.id]
#         }
#         # …
#       }
package policies.aws.eks.open_node_ssh

import data.policies.lib.linked
import data.policies.lib.values

deny contains violation if {
	some index, access in values.list(input.values.remote_access)
	values.given(access.ec2_ssh_key)
	not values.given(access.source_security_group_ids)
	count(linked.through("aws_security_group", ["remote_access.source_security_group_ids"])) == 0
	violation := {
		"message": "ec2_ssh_key without source_security_group_ids opens the nodes to every address",
		"attribute": ["remote_access", index, "source_security_group_ids"],
	}
}
