# METADATA
# title: S3 bucket is not encrypted with a customer managed key
# description: |
#   With the keys of S3 or of AWS, whoever may read an object may decrypt it. A key of one's own has a policy of its own,
#   leaves a trail for each use, and can be switched off.
#   What is stored already keeps its key; the setting counts for new objects.
#   Waive it where the cost of requests to KMS outweighs the control, as for public content; narrow it with `key_tag`.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
#   - ref: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/s3_bucket_server_side_encryption_configuration
# custom:
#   severity: medium
#   profiles: [strict]
#   resource_types: [aws_s3_bucket]
#   aliases: [CKV_AWS_145, AVD-AWS-0132]
#   controls:
#     fsbp: [S3.17]
#     pci-dss-4.0: ["3.5.1", "8.3.2"]
#     soc2: [PI1.4]
#   params:
#     key_tag:
#       type: object
#       default: {key: "", value: ""}
#       description: The tag, as key and value, of the buckets that need a key of their own; an empty key means every bucket.
#   remediation: Set sse_algorithm to aws:kms and kms_master_key_id to a key of your own.
#   examples:
#     fails: |
#       resource "aws_s3_bucket" "orders" {
#         bucket = "acme-orders"
#       }
#
#       resource "aws_s3_bucket_server_side_encryption_configuration" "a" {
#         bucket = aws_s3_bucket.orders.id
#
#         rule {
#           apply_server_side_encryption_by_default {
#             sse_algorithm = "aws:kms"
#           }
#         }
#       }
#     passes: |
#       resource "aws_s3_bucket" "orders" {
#         bucket = "acme-orders"
#       }
#
#       resource "aws_s3_bucket_server_side_encryption_configuration" "a" {
#         bucket = aws_s3_bucket.orders.id
#
#         rule {
#           apply_server_side_encryption_by_default {
#             sse_algorithm     = "aws:kms"
#             kms_master_key_id = aws_kms_key.orders.arn
#           }
#         }
#       }
package policies.aws.s3.provider_managed_key

import data.policies.lib.linked
import data.policies.lib.s3
import data.policies.lib.tags
import data.policies.lib.values

deny contains violation if {
	tags.selects(data.params.key_tag)
	not _own_key
	violation := {
		"message": "no customer managed key encrypts the bucket by default",
		"attribute": ["server_side_encryption_configuration"],
		"related": linked.addresses(s3.encryption_companions),
	}
}

_own_key if {
	some encryption in s3.default_encryptions
	encryption.sse_algorithm in {"aws:kms", "aws:kms:dsse"}
	values.is_set(encryption, "kms_master_key_id")
	not _key_of_aws(encryption.kms_master_key_id)
}

_key_of_aws(key) if {
	is_string(key)
	endswith(key, "alias/aws/s3")
}
