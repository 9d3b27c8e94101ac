# METADATA
# title: EKS control plane does not log who did what
# description: |
#   After an intrusion the audit log is the only record of what was done through the Kubernetes API, and the logs of the
#   API server and the authenticator say by whom. The controller manager and the scheduler log what the control plane did
#   by itself, which nothing tells afterwards either. Each log is paid for by its size: `log_types` may ask for fewer.
#   Waive it for clusters that live for a day.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/eks-controls.html
# custom:
#   severity: medium
#   resource_types: [aws_eks_cluster]
#   aliases: [CKV_AWS_37, AVD-AWS-0038]
#   controls:
#     fsbp: [EKS.8]
#     pci-dss-4.0: ["10.2.1", "10.2.2", "10.3.1", "10.6.3", "5.3.4"]
#   params:
#     log_types:
#       type: array
#       default: [api, audit, authenticator, controllerManager, scheduler]
#       description: The logs that a cluster must keep, of api, audit, authenticator, controllerManager, and scheduler.
#   remediation: List the missing types in enabled_cluster_log_types.
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
#         enabled_cluster_log_types = [
#           "api", "audit", "authenticator", "controllerManager", "scheduler",
#         ]
#
#         vpc_config {
#           subnet_ids = aws_subnet.private[*].id
#         }
#       }
package policies.aws.eks.no_control_plane_log

import data.policies.lib.values

deny contains violation if {
	not _told_later
	missing := [type | some type in data.params.log_types; not type in _enabled]
	count(missing) > 0
	violation := {
		"message": sprintf("the control plane does not log %s", [concat(", ", missing)]),
		"attribute": ["enabled_cluster_log_types"],
	}
}

_enabled := {type | some type in values.list(input.values.enabled_cluster_log_types)}

# A list of which nothing is known may hold them all.
_told_later if {
	["enabled_cluster_log_types"] in input.unknown
	values.given(input.values.enabled_cluster_log_types)
}
