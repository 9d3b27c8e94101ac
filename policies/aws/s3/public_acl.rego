# METADATA
# title: S3 ACL grants access to the public
# description: |
#   An ACL for everybody, or for every AWS account in the world, hands out objects without a policy that says so.
#   Where the public access block of the bucket or of its account ignores public ACLs, or the bucket's owner owns every
#   object, it grants nothing.
#   Waive it for an object that is meant for the public and cannot stand behind a distribution.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl
#   - ref: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/s3_bucket_acl
# custom:
#   severity: high
#   resource_types: [aws_s3_bucket, aws_s3_bucket_acl, aws_s3_object, aws_s3_bucket_object, aws_s3_object_copy]
#   links_of:
#     aws_s3_bucket: [aws_s3_bucket_public_access_block, aws_s3_bucket_ownership_controls]
#   provider_wide: [aws_s3_account_public_access_block]
#   aliases: [CKV_AWS_20, CKV_AWS_57, CKV_AWS_375, CKV2_AWS_43, AVD-AWS-0092, FG_R00277]
#   controls:
#     fsbp: [S3.3]
#     pci-dss-4.0: ["1.2.8", "1.3.1", "1.3.2", "1.4.2", "1.5.1"]
#   remediation: Remove the ACL, and set object_ownership of the bucket to BucketOwnerEnforced.
#   examples:
#     fails: |
#       resource "aws_s3_bucket" "downloads" {
#         bucket = "acme-downloads"
#       }
#
#       resource "aws_s3_bucket_acl" "downloads" {
#         bucket = aws_s3_bucket.downloads.id
#         acl    = "public-read"
#       }
#     passes: |
#       resource "aws_s3_bucket" "downloads" {
#         bucket = "acme-downloads"
#       }
#
#       resource "aws_s3_bucket_ownership_controls" "downloads" {
#         bucket = aws_s3_bucket.downloads.id
#
#         rule {
#           object_ownership = "BucketOwnerEnforced"
#         }
#       }
package policies.aws.s3.public_acl

import data.policies.lib.linked
import data.policies.lib.s3

deny contains violation if {
	count(_grants) > 0
	not s3.ignores_public_acls
	violation := {
		"message": concat(", ", _grants),
		"attribute": ["acl"],
		"related": linked.addresses(_public_companions),
	}
}

_grants := array.concat(
	[text | not _judged_with_its_bucket; some text in s3.public_grants(input.values)],
	[text | some companion in _public_companions; some text in s3.public_grants(companion.values)],
)

_public_companions := [companion |
	input.type == "aws_s3_bucket"
	some companion in linked.naming("aws_s3_bucket_acl", ["bucket"])
	count(s3.public_grants(companion.values)) > 0
]

# What a bucket exports of its ACL is what it was.
_judged_with_its_bucket if {
	input.type == "aws_s3_bucket"
	s3.set_elsewhere("acl", "aws_s3_bucket_acl")
	not input.configured.grant
}

# The bucket knows whether its public access block makes the ACL void.
_judged_with_its_bucket if {
	input.type == "aws_s3_bucket_acl"
	some bucket in linked.through("aws_s3_bucket", ["bucket"])
	bucket.mode == "managed"
}
