# METADATA
# title: Public hosted zone is not signed with DNSSEC
# description: |
#   Answers of an unsigned zone can be forged on the way, and send visitors and mail elsewhere.
#   The zone needs a signing key and signing switched on; the parent's DS record follows at the registrar.
#   A private zone, one with a VPC, cannot be signed and is not judged.
#   Waive it for a zone whose parent or resolvers do not support DNSSEC.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-configuring-dnssec.html
#   - ref: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/route53_hosted_zone_dnssec
# custom:
#   severity: medium
#   profiles: [strict]
#   resource_types: [aws_route53_zone]
#   aliases: [CKV2_AWS_38]
#   remediation: Add an aws_route53_key_signing_key and an aws_route53_hosted_zone_dnssec for the zone.
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
#       resource "aws_route53_key_signing_key" "main" {
#         name                       = "main"
#         hosted_zone_id             = aws_route53_zone.main.id
#         key_management_service_arn = aws_kms_key.dnssec.arn
#       }
#
#       resource "aws_route53_hosted_zone_dnssec" "main" {
#         hosted_zone_id = aws_route53_key_signing_key.main.hosted_zone_id
#       }
package policies.aws.route53.unsigned_zone

import data.policies.lib.linked
import data.policies.lib.values

deny contains violation if {
	not values.has_block(input.values, "vpc")
	not _signed
	violation := {
		"message": "DNSSEC signing is not switched on for the zone",
		"related": linked.addresses(_settings),
	}
}

_settings := linked.naming("aws_route53_hosted_zone_dnssec", ["hosted_zone_id"])

_signed if {
	some setting in _settings
	not setting.values.signing_status != "SIGNING"
}
