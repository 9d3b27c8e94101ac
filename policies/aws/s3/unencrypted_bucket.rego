# METADATA
# title: S3 bucket declares no default encryption
# description: |
#   Default encryption decides how S3 stores an object whose upload says nothing about encryption.
#   S3 has a default of its own since 2023, but only a declared one is reviewed, kept from drifting, and shown to an auditor.
#   Waive it for a bucket whose encryption another configuration manages; where the default of S3 is good enough
#   everywhere, set `accept_s3_default`.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html
#   - ref: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/s3_bucket_server_side_encryption_configuration
# custom:
#   severity: high
#   resource_types: [aws_s3_bucket]
#   aliases: [CKV_AWS_19, AVD-AWS-0088, FG_R00099]
#   controls:
#     cis-aws-1.4: ["2.1.1"]
#     nist-800-53-r5: [AU-9, CM-6, CM-9, CP-9, PM-11]
#     pci-dss-4.0: ["3.5.1", "8.3.2"]
#     hipaa: [164.308.a.1.ii.b, 164.308.a.4.ii.a, 164.312.a.2.iv, 164.312.c.1, 164.312.c.2]
#     soc2: [PI1.4]
#   params:
#     accept_s3_default:
#       type: boolean
#       default: false
#       description: Accept a bucket that declares nothing and relies on the default encryption of S3.
#   remediation: Add an aws_s3_bucket_server_side_encryption_configuration for the bucket.
#   examples:
#     fails: |
#       resource "aws_s3_bucket" "logs" {
#         bucket = "acme-logs"
#       }
#     passes: |
#       resource "aws_s3_bucket" "logs" {
#         bucket = "acme-logs"
#       }
#
#       resource "aws_s3_bucket_server_side_encryption_configuration" "logs" {
#         bucket = aws_s3_bucket.logs.id
#
#         rule {
#           apply_server_side_encryption_by_default {
#             sse_algorithm = "aws:kms"
#           }
#         }
#       }
package policies.aws.s3.unencrypted_bucket

import data.policies.lib.linked
import data.policies.lib.s3

deny contains violation if {
	count(s3.encryption_blocks) == 0
	not data.params.accept_s3_default
	violation := {
		"message": "the bucket has no server-side encryption configuration",
		"attribute": ["server_side_encryption_configuration"],
	}
}

deny contains violation if {
	count(s3.encryption_blocks) > 0
	not _encrypted
	violation := {
		"message": "the server-side encryption configuration of the bucket names no encryption algorithm of S3",
		"attribute": ["server_side_encryption_configuration"],
		"related": linked.addresses(s3.encryption_companions),
	}
}

_encrypted if {
	some encryption in s3.default_encryptions
	encryption.sse_algorithm in {"AES256", "aws:kms", "aws:kms:dsse"}
}
