# METADATA
# title: CloudFront keeps no access log
# description: |
#   Without a log nobody can tell afterwards who asked for what, be it an attack or a bill.
#   Standard logging has two forms: `logging_config` writes to a bucket, and a delivery source of CloudWatch Logs writes
#   wherever its delivery leads. Either is enough.
#   Waive it where the origin logs every request and the distribution caches nothing.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/AccessLogs.html
#   - ref: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html
#   - ref: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/cloudwatch_log_delivery_source
# custom:
#   severity: medium
#   resource_types: [aws_cloudfront_distribution]
#   aliases: [CKV_AWS_86, AVD-AWS-0010, FG_R00067]
#   controls:
#     fsbp: [CloudFront.5]
#     pci-dss-4.0: ["10.2.1", "10.2.2", "10.3.1", "10.6.3", "5.3.4"]
#     soc2: [A1.1, PI1.2]
#   remediation: Add a logging_config with a bucket, or an aws_cloudwatch_log_delivery_source for the distribution.
#   examples:
#     fails: |
#       resource "aws_cloudfront_distribution" "site" {
#         # …
#         enabled = true
#       }
#     passes: |
#       resource "aws_cloudfront_distribution" "site" {
#         # …
#         enabled = true
#
#         logging_config {
#           bucket = aws_s3_bucket.logs.bucket_domain_name
#         }
#       }
package policies.aws.cloudfront.no_access_log

import data.policies.lib.linked
import data.policies.lib.values

deny contains violation if {
	not values.is_set(values.only_block(input.values, "logging_config"), "bucket")
	not _delivers
	violation := {
		"message": "neither logging_config nor a log delivery source keeps the requests",
		"attribute": ["logging_config"],
	}
}

_delivers if {
	some source in linked.naming("aws_cloudwatch_log_delivery_source", ["resource_arn"])
	source.values.log_type == "ACCESS_LOGS"
}
