# METADATA
# title: Security group opens every port to the internet
# description: |
#   A rule for every port opens what runs now and what will ever be started, whoever starts it.
#   Every protocol, or one of TCP and UDP with its whole range of ports, amounts to the same.
#   Ranges of addresses are judged by size, so that the address space in two halves is as open as 0.0.0.0/0.
#   Waive it for a machine whose own firewall is the control, such as a virtual router.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
#   - ref: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/vpc_security_group_ingress_rule
# custom:
#   severity: critical
#   resource_types:
#     - aws_security_group
#     - aws_default_security_group
#     - aws_security_group_rule
#     - aws_vpc_security_group_ingress_rule
#   aliases: [CKV_AWS_277, FG_R00044, FG_R00045]
#   controls:
#     cis-aws-1.2: ["4.1", "4.2"]
#     cis-aws-3.0: ["5.2", "5.3"]
#     cis-aws-5.0: ["5.3", "5.4"]
#     soc2: [CC6.6]
#   params:
#     open_ipv4_prefix:
#       type: number
#       default: 8
#       description: A public IPv4 range with a shorter prefix than this counts as the internet.
#     open_ipv6_prefix:
#       type: number
#       default: 16
#       description: A public IPv6 range with a shorter prefix than this counts as the internet.
#   remediation: Open the ports that are needed, each to the sources that need it.
#   examples:
#     fails: |
#       resource "aws_vpc_security_group_ingress_rule" "any" {
#         security_group_id = aws_security_group.web.id
#         ip_protocol       = "-1"
#         cidr_ipv4         = "0.0.0.0/0"
#       }
#     passes: |
#       resource "aws_vpc_security_group_ingress_rule" "https" {
#         security_group_id = aws_security_group.web.id
#         ip_protocol       = "tcp"
#         from_port         = 443
#         to_port           = 443
#         cidr_ipv4         = "0.0.0.0/0"
#       }
package policies.aws.vpc.open_all_ports

import data.policies.lib.network
import data.policies.lib.security_group

deny contains violation if violation := network.opening_violation(_openings)

_openings := [opening |
	some rule in security_group.ingress_rules
	network.every_port(rule.protocol, [rule.ports])
	some source in security_group.sources(rule)
	cidrs := network.open_cidrs(source.cidrs, data.params.open_ipv4_prefix, data.params.open_ipv6_prefix)
	count(cidrs) > 0
	opening := {"cidrs": cidrs, "attribute": source.attribute}
]
