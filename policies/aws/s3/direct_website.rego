# METADATA
# title: S3 website is not served through CloudFront
# description: |
#   The website endpoint of S3 speaks plain HTTP only and reads the bucket as everybody may. A distribution in front of the
#   bucket itself serves it over HTTPS and keeps the bucket private; one in front of the website endpoint does neither.
#   A website that only redirects to another host holds no content and is passed over.
#   Waive it where a distribution of another state stands in front of the bucket.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteEndpoints.html
#   - ref: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
# custom:
#   severity: medium
#   resource_types: [aws_s3_bucket]
#   controls:
#     fsbp: [CloudFront.13]
#     pci-dss-4.0: ["10.3.4"]
#   remediation: Put a distribution in front of the bucket's regional domain name, with an origin access control.
#   examples:
#     fails: |
#       resource "aws_s3_bucket" "www" {
#         bucket = "www.example.com"
#       }
#
#       resource "aws_s3_bucket_website_configuration" "www" {
#         bucket = aws_s3_bucket.www.id
#         index_document { suffix = "index.html" }
#       }
#     passes: |
#       resource "aws_s3_bucket" "www" {
#         bucket = "www.example.com"
#       }
#
#       resource "aws_s3_bucket_website_configuration" "www" {
#         bucket = aws_s3_bucket.www.id
#         index_document { suffix = "index.html" }
#       }
#
#       resource "aws_cloudfront_distribution" "www" {
#         # …
#         origin {
#           origin_id                = "site"
#           domain_name              = aws_s3_bucket.www.bucket_regional_domain_name
#           origin_access_control_id = aws_cloudfront_origin_access_control.www.id
#         }
#       }
package policies.aws.s3.direct_website

import data.policies.lib.linked
import data.policies.lib.s3
import data.policies.lib.values

deny contains violation if {
	count(_websites) > 0
	not _distributed
	violation := {
		"message": "nothing but S3 serves the website of the bucket",
		"attribute": ["website"],
		"related": linked.addresses(_companions),
	}
}

_type := "aws_s3_bucket_website_configuration"

_companions := linked.naming(_type, ["bucket"])

_websites := [website |
	some website in array.concat(
		[companion.values | some companion in _companions],
		[block | not s3.set_elsewhere("website", _type); some block in values.list(input.values.website)],
	)
	not _only_redirects(website)
]

# A block on the bucket names the host; one of its own names it in a block.
_only_redirects(website) if values.given(website.redirect_all_requests_to)

_distributed if {
	some distribution in linked.naming("aws_cloudfront_distribution", ["origin.domain_name"])
	some origin in values.list(distribution.values.origin)
	not values.has_block(origin, "custom_origin_config")
}
