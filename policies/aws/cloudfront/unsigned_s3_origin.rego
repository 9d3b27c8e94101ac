# METADATA
# title: CloudFront reads an S3 origin without origin access control
# description: |
#   A bucket that a distribution reads anonymously must be readable for everyone, past the distribution, its cache, and its firewall.
#   With origin access control CloudFront signs its requests, and the bucket can stay closed.
#   An origin without `custom_origin_config` and without `vpc_origin_config` is one of S3, and so is one whose name says it.
#   Waive it for a bucket whose content is public anyway; to ask for the move away from the older origin access identities,
#   unset `accept_origin_access_identity`.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
#   - ref: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Origin.html
#   - ref: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/cloudfront_origin_access_control
# custom:
#   severity: medium
#   resource_types: [aws_cloudfront_distribution]
#   aliases: [CKV2_AWS_46]
#   controls:
#     fsbp: [CloudFront.13]
#     pci-dss-4.0: ["10.3.4"]
#   params:
#     accept_origin_access_identity:
#       type: boolean
#       default: true
#       description: Accept the older origin access identity in the place of origin access control.
#   remediation: Add an aws_cloudfront_origin_access_control and set origin_access_control_id in the origin.
#   examples:
#     fails: |
#       resource "aws_cloudfront_distribution" "site" {
#         # …
#         origin {
#           origin_id   = "content"
#           domain_name = aws_s3_bucket.a.bucket_regional_domain_name
#         }
#       }
#     passes: |
#       resource "aws_cloudfront_distribution" "site" {
#         # …
#         origin {
#           origin_id                = "content"
#           domain_name              = aws_s3_bucket.a.bucket_regional_domain_name
#           origin_access_control_id = aws_cloudfront_origin_access_control.s3.id
#         }
#       }
package policies.aws.cloudfront.unsigned_s3_origin

import data.policies.lib.resource
import data.policies.lib.values

deny contains violation if {
	count(_unsigned) > 0
	violation := {
		"message": sprintf("%s read from S3 without origin access control", [_listed]),
		"attribute": ["origin", _unsigned[0], "origin_access_control_id"],
	}
}

_unsigned := [index |
	some index, origin in values.list(input.values.origin)
	_reads_from_s3(origin, index)
	not values.is_set(origin, "origin_access_control_id")
	not _has_accepted_identity(origin)
]

_reads_from_s3(origin, _) if {
	not values.has_block(origin, "custom_origin_config")
	not values.has_block(origin, "vpc_origin_config")
}

# Read as a web server, a bucket gets no signature either. The endpoint of a website knows none.
_reads_from_s3(origin, index) if {
	not index in _unnamed
	is_string(origin.domain_name)
	regex.match(`(^|\.)s3[.-]([a-z0-9-]+\.)*amazonaws\.com(\.cn)?$`, lower(origin.domain_name))
	not contains(lower(origin.domain_name), "s3-website")
}

# The name of a bucket that the plan makes is known after apply.
_reads_from_s3(_, index) if {
	_unnamed == [index]
	some reference in input.references.origin
	regex.match(`(^|\.)aws_s3_bucket\.[^.]+\.bucket(_regional)?_domain_name$`, reference)
}

_unnamed := [index |
	some index, _ in values.list(input.values.origin)
	resource.unknown(input.unknown, ["origin", index, "domain_name"])
]

_has_accepted_identity(origin) if {
	data.params.accept_origin_access_identity
	values.is_set(values.only_block(origin, "s3_origin_config"), "origin_access_identity")
}

_listed := sprintf("origin[%d] is", [_unsigned[0]]) if count(_unsigned) == 1

_listed := sprintf("%s are", [concat(", ", [name |
	some index in _unsigned
	name := sprintf("origin[%d]", [index])
])]) if {
	count(_unsigned) > 1
}
