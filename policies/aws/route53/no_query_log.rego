# METADATA
# title: Public hosted zone keeps no query log
# description: |
#   The log of queries shows which names are asked for and from where: the first sign of a takeover, a misuse, or a mistake.
#   A private zone, one with a VPC, is logged by the resolver instead and is not judged.
#   Waive it for a zone that holds nothing but records for verification.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/query-logs.html
#   - ref: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/route53_query_log
# custom:
#   severity: low
#   profiles: [strict]
#   resource_types: [aws_route53_zone]
#   aliases: [CKV2_AWS_39]
#   controls:
#     pci-dss-4.0: ["10.2.1", "10.2.2", "10.3.1", "10.6.3", "5.3.4"]
#     soc2: [A1.1]
#   remediation: Add an aws_route53_query_log for the zone; its log group stands in us-east-1.
#   examples:
#     fails: |
#       resource "aws_route53_zone" "main" {
#         name = "example.com"
#       }
#     passes: |
#       resource "aws_route53_zone" "main" {
#         name = "example.com"
#       }
#
#       resource "aws_route53_query_log" "main" {
#         zone_id                  = aws_route53_zone.main.zone_id
#         cloudwatch_log_group_arn = aws_cloudwatch_log_group.queries.arn
#       }
package policies.aws.route53.no_query_log

import data.policies.lib.linked
import data.policies.lib.values

deny contains violation if {
	not values.has_block(input.values, "vpc")
	count(linked.naming("aws_route53_query_log", ["zone_id"])) == 0
	violation := {"message": "no query log belongs to the zone"}
}
