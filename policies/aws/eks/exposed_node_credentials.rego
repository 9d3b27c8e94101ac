# METADATA
# title: Pods can take the credentials of their EKS node
# description: |
#   The role of a node may join the cluster, pull images, and change network interfaces, often more. A pod that reaches the
#   metadata service of its node has that role. With session tokens that travel a single hop, it does not.
#   Judged is what the launch template of a node group says. It must name the hop limit, since images raise the default.
#   Without a template, EKS chooses, and stops at one hop for Amazon Linux 2023.
#   Waive it for groups whose pods must read instance metadata and run nothing from others.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html
#   - ref: https://docs.aws.amazon.com/eks/latest/userguide/al2023.html
# custom:
#   severity: high
#   resource_types: [aws_eks_node_group]
#   aliases: [CKV_AWS_341]
#   remediation: Set http_tokens to required and http_put_response_hop_limit to 1 in the launch template, and give pods roles of their own.
#   examples:
#     fails: |
#       resource "aws_launch_template" "nodes" {
#         metadata_options {
#           http_tokens                 = "required"
#           http_put_response_hop_limit = 2
#         }
#       }
#
#       resource "aws_eks_node_group" "general" {
#         # …
#         launch_template {
#           id      = aws_launch_template.nodes.id
#           version = aws_launch_template.nodes.latest_version
#         }
#       }
#     passes: |
#       resource "aws_launch_template" "nodes" {
#         metadata_options {
#           http_tokens                 = "required"
#           http_put_response_hop_limit = 1
#         }
#       }
#
#       resource "aws_eks_node_group" "general" {
#         # …
#         launch_template {
#           id      = aws_launch_template.nodes.id
#           version = aws_launch_template.nodes.latest_version
#         }
#       }
package policies.aws.eks.exposed_node_credentials

import data.policies.lib.ec2
import data.policies.lib.linked
import data.policies.lib.values

deny contains violation if {
	count(_exposing) > 0
	faults := {fault | some template in _exposing; some fault in _faults(template)}
	violation := {
		"message": sprintf("in the launch template %s", [concat(" and ", faults)]),
		"attribute": ["launch_template"],
		"related": linked.addresses(_exposing),
	}
}

_exposing := [template | some template in ec2.templates; count(_faults(template)) > 0]

_faults(template) := array.concat(
	["http_tokens is not required" | not ec2.protects_metadata(options)],
	["http_put_response_hop_limit is not 1" | not options.http_endpoint == "disabled"; not _single_hop(options)],
) if {
	options := ec2.metadata_options(template.values)
}

_single_hop(options) if values.number(options.http_put_response_hop_limit) <= 1
