# METADATA
# title: Load balancer listener accepts TLS older than 1.2
# description: |
#   The security policy of a listener says which versions of TLS clients may use.
#   Names mislead: ELBSecurityPolicy-TLS13-1-0-2021-06 knows TLS 1.3 and accepts 1.0 as well, and a listener
#   without a policy gets ELBSecurityPolicy-2016-08, which accepts 1.0, too.
#   Waive it while clients that cannot be updated still need the old versions.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
#   - ref: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/describe-ssl-policies.html
#   - ref: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lb_listener#ssl_policy-1
# custom:
#   severity: high
#   resource_types: [aws_lb_listener, aws_alb_listener]
#   aliases: [CKV_AWS_103, CKV2_AWS_74, AVD-AWS-0047]
#   controls:
#     nist-800-53-r5: [SC-8, SC-23]
#   remediation: Set ssl_policy to ELBSecurityPolicy-TLS13-1-2-2021-06.
#   examples:
#     fails: |
#       resource "aws_lb_listener" "web" {
#         # …
#         port       = 443
#         protocol   = "HTTPS"
#         ssl_policy = "ELBSecurityPolicy-TLS13-1-0-2021-06"
#       }
#     passes: |
#       resource "aws_lb_listener" "web" {
#         # …
#         port       = 443
#         protocol   = "HTTPS"
#         ssl_policy = "ELBSecurityPolicy-TLS13-1-2-2021-06"
#       }
package policies.aws.elb.weak_tls_policy

import data.policies.lib.values

deny contains violation if {
	input.values.protocol in {"HTTPS", "TLS"}
	not _modern
	violation := {
		"message": _message,
		"attribute": ["ssl_policy"],
	}
}

_modern if {
	is_string(input.values.ssl_policy)
	regex.match(`^ELBSecurityPolicy-(TLS13-1-[23]|TLS-1-2|FS-1-2)-`, input.values.ssl_policy)
}

_message := sprintf("%s accepts TLS older than 1.2", [input.values.ssl_policy]) if {
	is_string(input.values.ssl_policy)
	values.is_set(input.values, "ssl_policy")
} else := "the listener names no security policy, and the default accepts TLS 1.0"
