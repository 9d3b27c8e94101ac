# METADATA
# title: EKS API endpoint is open to the internet
# description: |
#   Whoever reaches the API server of a cluster is one leaked token or one flaw away from controlling it.
#   A cluster that says nothing has a public endpoint for all addresses, since these are the defaults of AWS.
#   Ranges are judged by size, so the address space written as two halves is open as well.
#   Waive it for a cluster that outside machines without fixed addresses must reach.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html
#   - ref: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/eks_cluster
# custom:
#   severity: critical
#   resource_types: [aws_eks_cluster]
#   aliases: [CKV_AWS_38, CKV_AWS_39, AVD-AWS-0040, AVD-AWS-0041]
#   controls:
#     pci-dss-4.0: ["1.2.8", "1.3.1", "1.3.2", "1.4.2", "1.5.1"]
#   params:
#     open_ipv4_prefix:
#       type: number
#       default: 8
#       description: A public IPv4 range with a shorter prefix than this counts as the internet.
#     open_ipv6_prefix:
#       type: number
#       default: 16
#       description: A public IPv6 range with a shorter prefix than this counts as the internet.
#   remediation: Set endpoint_public_access to false, or list the networks that may reach it in public_access_cidrs.
#   examples:
#     fails: |
#       resource "aws_eks_cluster" "main" {
#         name     = "main"
#         role_arn = aws_iam_role.cluster.arn
#
#         vpc_config {
#           subnet_ids = aws_subnet.private[*].id
#         }
#       }
#     passes: |
#       resource "aws_eks_cluster" "main" {
#         name     = "main"
#         role_arn = aws_iam_role.cluster.arn
#
#         vpc_config {
#           subnet_ids              = aws_subnet.private[*].id
#           endpoint_private_access = true
#           public_access_cidrs     = ["198.51.100.0/24"]
#         }
#       }
package policies.aws.eks.open_endpoint

import data.policies.lib.network
import data.policies.lib.values

deny contains violation if {
	_public
	not values.given(_cidrs)
	violation := {
		"message": "the public API endpoint has no public_access_cidrs and accepts every address",
		"attribute": ["vpc_config", 0, "endpoint_public_access"],
	}
}

deny contains violation if {
	_public
	open := network.open_cidrs(_cidrs, data.params.open_ipv4_prefix, data.params.open_ipv6_prefix)
	count(open) > 0
	violation := {
		"message": sprintf("the public API endpoint is open to %s", [concat(", ", open)]),
		"attribute": ["vpc_config", 0, "public_access_cidrs"],
	}
}

# Public unless switched off.
_public if not values.is_false(input.values.vpc_config[0].endpoint_public_access)

_cidrs := input.values.vpc_config[0].public_access_cidrs
