# METADATA
# title: CloudFront has no web ACL
# description: |
#   A web ACL stops common attacks, floods, and bots at the edge, before they cost anything further in.
#   Waive it for a distribution that serves static files only and whose origin stands no risk.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-web-awswaf.html
#   - ref: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/cloudfront_distribution#web_acl_id-1
# custom:
#   severity: medium
#   profiles: [strict]
#   resource_types: [aws_cloudfront_distribution]
#   aliases: [CKV_AWS_68, AVD-AWS-0011, FG_R00073]
#   controls:
#     fsbp: [CloudFront.6]
#     pci-dss-4.0: ["1.2.8", "1.3.1", "1.3.2", "1.4.2", "1.5.1"]
#   remediation: Set web_acl_id to the ARN of an aws_wafv2_web_acl of the scope CLOUDFRONT.
#   examples:
#     fails: |
#       resource "aws_cloudfront_distribution" "shop" {
#         # …
#         enabled = true
#       }
#     passes: |
#       resource "aws_cloudfront_distribution" "shop" {
#         # …
#         enabled    = true
#         web_acl_id = aws_wafv2_web_acl.shop.arn
#       }
package policies.aws.cloudfront.no_web_acl

import data.policies.lib.values

deny contains violation if {
	not values.is_set(input.values, "web_acl_id")
	violation := {
		"message": "no web ACL protects the distribution",
		"attribute": ["web_acl_id"],
	}
}
