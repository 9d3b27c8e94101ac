# METADATA
# title: CloudFront accepts viewers with TLS older than 1.2
# description: |
#   TLS 1.0 and 1.1 have known weaknesses, and no browser in use needs them.
#   With the certificate of cloudfront.net the minimum is TLS 1.0, whatever else is written; only a certificate of one's own can raise it.
#   Waive it while clients that cannot be updated still need the old versions; where a distribution without a name of its own
#   is good enough everywhere, set `allow_default_certificate`.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html
#   - ref: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesGeneral.html#DownloadDistValues-security-policy
#   - ref: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/cloudfront_distribution#viewer-certificate-arguments
# custom:
#   severity: high
#   resource_types: [aws_cloudfront_distribution]
#   aliases: [CKV_AWS_174, CKV2_AWS_54, AVD-AWS-0013]
#   params:
#     allow_default_certificate:
#       type: boolean
#       default: false
#       description: Accept the certificate of cloudfront.net, with which viewers may use TLS 1.0.
#   remediation: Give the distribution a certificate from ACM and set minimum_protocol_version to TLSv1.2_2021.
#   examples:
#     fails: |
#       resource "aws_cloudfront_distribution" "site" {
#         # …
#         viewer_certificate {
#           cloudfront_default_certificate = true
#         }
#       }
#     passes: |
#       resource "aws_cloudfront_distribution" "site" {
#         # …
#         viewer_certificate {
#           acm_certificate_arn      = aws_acm_certificate.site.arn
#           ssl_support_method       = "sni-only"
#           minimum_protocol_version = "TLSv1.2_2021"
#         }
#       }
package policies.aws.cloudfront.weak_viewer_tls

import data.policies.lib.values

deny contains violation if {
	_default_certificate
	not data.params.allow_default_certificate
	violation := {
		"message": "the certificate of cloudfront.net lets viewers use TLS 1.0",
		"attribute": ["viewer_certificate", 0, "cloudfront_default_certificate"],
	}
}

deny contains violation if {
	not _default_certificate
	not _modern
	violation := {
		"message": sprintf("viewers may use %s", [_weakest]),
		"attribute": ["viewer_certificate", 0, "minimum_protocol_version"],
	}
}

_certificate := values.only_block(input.values, "viewer_certificate")

_default_certificate if values.is_true(_certificate.cloudfront_default_certificate)

_modern if {
	is_string(_certificate.minimum_protocol_version)
	regex.match(`^TLSv1\.[23](_|$)`, _certificate.minimum_protocol_version)
}

_weakest := _certificate.minimum_protocol_version if {
	is_string(_certificate.minimum_protocol_version)
} else := "TLSv1, which is the default"
