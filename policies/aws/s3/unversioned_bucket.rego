# METADATA
# title: S3 bucket keeps no versions
# description: |
#   Without versions an object that is overwritten or deleted, by mistake or by an intruder, is gone.
#   Waive it for a bucket whose content can be made again, such as a cache or a target for logs;
#   exempt such buckets together with `exempt_tag`.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html
#   - ref: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/s3_bucket_versioning
# custom:
#   severity: medium
#   resource_types: [aws_s3_bucket]
#   aliases: [CKV_AWS_21, AVD-AWS-0090, FG_R00101]
#   controls:
#     fsbp: [S3.14]
#     nist-800-53-r5: [AU-9, CP-1, CP-2, CP-6, CP-9]
#     pci-dss-4.0: ["10.3.4"]
#     hipaa: [164.308.a.1.ii.b, 164.308.a.7.i, 164.308.a.7.ii.a, 164.308.a.7.ii.b, 164.308.a.7.ii.c]
#     soc2: [CC7.4, A1.1, C1.2, PI1.5]
#   params:
#     exempt_tag:
#       type: object
#       default: {key: "", value: ""}
#       description: The tag, as key and value, that exempts a bucket; an empty key exempts nothing.
#   remediation: Add an aws_s3_bucket_versioning for the bucket with the status Enabled.
#   examples:
#     fails: |
#       resource "aws_s3_bucket" "orders" {
#         bucket = "acme-orders"
#       }
#     passes: |
#       resource "aws_s3_bucket" "orders" {
#         bucket = "acme-orders"
#       }
#
#       resource "aws_s3_bucket_versioning" "orders" {
#         bucket = aws_s3_bucket.orders.id
#
#         versioning_configuration {
#           status = "Enabled"
#         }
#       }
package policies.aws.s3.unversioned_bucket

import data.policies.lib.linked
import data.policies.lib.s3
import data.policies.lib.tags
import data.policies.lib.values

deny contains violation if {
	not tags.carries(data.params.exempt_tag)
	not _versioned
	violation := {
		"message": "versioning is not enabled for the bucket",
		"attribute": ["versioning"],
		"related": linked.addresses(_companions),
	}
}

_type := "aws_s3_bucket_versioning"

_companions := linked.naming(_type, ["bucket"])

_versioned if {
	some companion in _companions
	values.only_block(companion.values, "versioning_configuration").status == "Enabled"
}

_versioned if {
	some block in s3.own_blocks("versioning", _type)
	values.is_true(block.enabled)
}
