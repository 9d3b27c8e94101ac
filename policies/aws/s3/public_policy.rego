# METADATA
# title: S3 bucket policy allows access to the public
# description: |
#   A statement that allows something to the principal `*` allows it to anybody on the internet, with and without an account.
#   A condition that pins the caller to an organization, an account, a network or a resource keeps the public out.
#   Waive it for a bucket whose content is public by intent and cannot stand behind a distribution.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
# custom:
#   severity: critical
#   resource_types: [aws_s3_bucket_policy, aws_s3_bucket]
#   aliases: [CKV_AWS_70, FG_R00210, FG_R00211, FG_R00279]
#   controls:
#     nist-800-53-r5: [AC-2, AC-3, AC-4, AC-6, AC-17]
#     pci-dss-4.0: ["1.2.8", "1.3.1", "1.3.2", "1.4.2", "1.5.1"]
#     hipaa: [164.308.a.1.ii.b, 164.308.a.3.i, 164.312.a.1, 164.312.a.2.i]
#     soc2: [CC6.1]
#     fsbp: [S3.3]
#   remediation: Name the principals; for a website let CloudFront read the bucket with origin access control.
#   examples:
#     fails: |
#       resource "aws_s3_bucket_policy" "site" {
#         bucket = aws_s3_bucket.site.id
#         policy = jsonencode({
#           Version = "2012-10-17"
#           Statement = [{
#             Effect    = "Allow"
#             Principal = "*"
#             Action    = "s3:GetObject"
#             Resource  = "${aws_s3_bucket.site.arn}/*"
#           }]
#         })
#       }
#     passes: |
#       resource "aws_s3_bucket_policy" "site" {
#         bucket = aws_s3_bucket.site.id
#         policy = jsonencode({
#           Version = "2012-10-17"
#           Statement = [{
#             Effect    = "Allow"
#             Principal = { Service = "cloudfront.amazonaws.com" }
#             Action    = "s3:GetObject"
#             Resource  = "${aws_s3_bucket.site.arn}/*"
#             Condition = {
#               StringEquals = {
#                 "AWS:SourceArn" = aws_cloudfront_distribution.site.arn
#               }
#             }
#           }]
#         })
#       }
package policies.aws.s3.public_policy

import data.policies.lib.iam
import data.policies.lib.s3

deny contains violation if {
	not _judged_with_its_policy
	count(_public) > 0
	violation := {
		"message": sprintf("%s to everybody", [concat(", ", _public)]),
		"attribute": ["policy"],
	}
}

_public := [text |
	some index, statement in iam.statements(input.derived.policy)
	iam.grants_everybody(statement)
	text := sprintf("Statement[%d] grants access", [index])
]

_judged_with_its_policy if {
	input.type == "aws_s3_bucket"
	s3.set_elsewhere("policy", "aws_s3_bucket_policy")
}
