# METADATA
# title: EKS secrets are not encrypted with a key of one's own
# description: |
#   With an encryption configuration, secrets are encrypted with a KMS key before the API server stores them, so that
#   reading them needs the right to use the key, leaves a trail, and can be stopped.
#   Newer clusters encrypt with a key that AWS owns, which gives none of this.
#   Waive it for a cluster that holds no secrets; the setting cannot be taken back.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/eks/latest/userguide/enable-kms.html
#   - ref: https://docs.aws.amazon.com/eks/latest/userguide/envelope-encryption.html
# custom:
#   severity: high
#   resource_types: [aws_eks_cluster]
#   aliases: [CKV_AWS_58, AVD-AWS-0039]
#   controls:
#     fsbp: [EKS.3]
#     pci-dss-4.0: ["3.5.1", "8.3.2"]
#     hipaa: [164.308.a.4.ii.a, 164.312.a.2.iv, 164.312.e.2.ii]
#   remediation: Add an encryption_config for secrets with a key of KMS.
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
#           subnet_ids = aws_subnet.private[*].id
#         }
#
#         encryption_config {
#           resources = ["secrets"]
#
#           provider {
#             key_arn = aws_kms_key.secrets.arn
#           }
#         }
#       }
package policies.aws.eks.unencrypted_secrets

import data.policies.lib.linked
import data.policies.lib.values

deny contains violation if violation := _violation

_violation := {
	"message": "no encryption_config covers secrets",
	"attribute": ["encryption_config"],
} if {
	count(_configs) == 0
} else := {
	"message": "encryption_config names no key for secrets",
	"attribute": ["encryption_config", 0, "provider", 0, "key_arn"],
} if {
	not _has_key
}

_configs := [config |
	some config in values.list(input.values.encryption_config)
	"secrets" in values.list(config.resources)
]

_has_key if {
	some config in _configs
	values.given(config.provider[0].key_arn)
}

_has_key if {
	some type in ["aws_kms_alias", "aws_kms_key"]
	count(linked.through(type, ["encryption_config.provider.key_arn"])) > 0
}
