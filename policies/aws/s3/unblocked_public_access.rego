# METADATA
# title: S3 bucket does not block all public access
# description: |
#   The four public access settings stop an ACL or a bucket policy from opening a bucket to everyone, whoever writes it later.
#   Settings on the bucket and on the account add up, so an account that blocks everything satisfies all of its buckets.
#   Waive it for a bucket that serves public content directly and cannot stand behind a distribution.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
#   - ref: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/s3_bucket_public_access_block
# custom:
#   severity: high
#   resource_types: [aws_s3_bucket]
#   provider_wide: [aws_s3_account_public_access_block]
#   aliases:
#     - CKV_AWS_53
#     - CKV_AWS_54
#     - CKV_AWS_55
#     - CKV_AWS_56
#     - CKV2_AWS_6
#     - AVD-AWS-0086
#     - AVD-AWS-0087
#     - AVD-AWS-0091
#     - AVD-AWS-0093
#     - AVD-AWS-0094
#     - FG_R00229
#   controls:
#     cis-aws-1.4: ["2.1.5"]
#     cis-aws-3.0: ["2.1.4"]
#     cis-aws-5.0: ["2.1.4"]
#     fsbp: [S3.8]
#   assumptions:
#     aws.s3.account_public_access_block: All four public access settings of the account are true.
#   remediation: Add an aws_s3_bucket_public_access_block for the bucket and set all four flags to true.
#   examples:
#     fails: |
#       resource "aws_s3_bucket" "logs" {
#         bucket = "acme-logs"
#       }
#
#       resource "aws_s3_bucket_public_access_block" "logs" {
#         bucket            = aws_s3_bucket.logs.id
#         block_public_acls = true
#       }
#     passes: |
#       resource "aws_s3_bucket" "logs" {
#         bucket = "acme-logs"
#       }
#
#       resource "aws_s3_bucket_public_access_block" "logs" {
#         bucket                  = aws_s3_bucket.logs.id
#         block_public_acls       = true
#         block_public_policy     = true
#         ignore_public_acls      = true
#         restrict_public_buckets = true
#       }
package policies.aws.s3.unblocked_public_access

import data.policies.lib.linked
import data.policies.lib.values

deny contains violation if {
	missing := [flag | some flag in _flags; not _blocked(flag)]
	count(missing) > 0
	violation := {
		"message": sprintf("%s not true for the bucket or its account", [_list(missing)]),
		"related": linked.addresses(array.concat(_bucket_blocks, _account_blocks)),
	}
}

_flags := ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"]

_bucket_blocks := linked.naming("aws_s3_bucket_public_access_block", ["bucket"])

_account_blocks := linked.managed("aws_s3_account_public_access_block")

_blocked(flag) if {
	some block in _account_blocks
	values.is_true(block.values[flag])
}

# A bucket holds one block only: of two that contradict each other, the weaker counts.
_blocked(flag) if {
	count(_bucket_blocks) > 0
	every block in _bucket_blocks {
		values.is_true(block.values[flag])
	}
}

# Where the plan manages the setting of the account, the plan is believed.
_blocked(_) if {
	count(_account_settings) == 0
	data.assumptions["aws.s3.account_public_access_block"]
}

_account_settings := [setting | some setting in input.linked.aws_s3_account_public_access_block]

_list(flags) := sprintf("%s is", flags) if count(flags) == 1

_list(flags) := sprintf("%s are", [concat(", ", flags)]) if count(flags) > 1
