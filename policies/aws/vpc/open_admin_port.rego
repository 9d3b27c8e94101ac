# METADATA
# title: Security group opens an administration port to the internet
# description: |
#   Remote administration that anyone can reach is found within minutes and attacked without pause.
#   Ranges are judged by size, not by spelling: the address space written as two halves is as open as 0.0.0.0/0.
#   Waive it for a honeypot, or for a bastion that must accept any source and is hardened for it.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html
#   - ref: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/vpc_security_group_ingress_rule
# custom:
#   severity: critical
#   resource_types:
#     - aws_security_group
#     - aws_default_security_group
#     - aws_security_group_rule
#     - aws_vpc_security_group_ingress_rule
#   aliases: [CKV_AWS_24, CKV_AWS_25, AVD-AWS-0107, FG_R00085, FG_R00087]
#   controls:
#     cis-aws-1.2: ["4.1", "4.2"]
#     cis-aws-1.4: ["5.2"]
#     cis-aws-3.0: ["5.2", "5.3"]
#     cis-aws-5.0: ["5.3", "5.4"]
#     fsbp: [EC2.13, EC2.14]
#     nist-800-53-r5: [AC-17, CM-9, SC-7]
#     pci-dss-4.0: ["1.2.8", "1.3.1", "1.3.2", "1.4.2", "1.5.1"]
#     hipaa: [164.308.a.1.ii.b, 164.312.e.1]
#     soc2: [CC6.6, CC7.2]
#   params:
#     admin_ports:
#       type: array
#       default: [22, 3389]
#       description: Ports that must not be reachable from the internet.
#     open_ipv4_prefix:
#       type: number
#       default: 8
#       description: A public IPv4 range with a shorter prefix than this counts as the internet.
#     open_ipv6_prefix:
#       type: number
#       default: 16
#       description: A public IPv6 range with a shorter prefix than this counts as the internet.
#   remediation: Restrict the source to known ranges or security groups, or use Session Manager instead of an open port.
#   examples:
#     fails: |
#       resource "aws_security_group" "bastion" {
#         vpc_id = aws_vpc.main.id
#       }
#
#       resource "aws_vpc_security_group_ingress_rule" "ssh" {
#         security_group_id = aws_security_group.bastion.id
#         ip_protocol       = "tcp"
#         from_port         = 22
#         to_port           = 22
#         cidr_ipv4         = "0.0.0.0/0"
#       }
#     passes: |
#       resource "aws_security_group" "bastion" {
#         vpc_id = aws_vpc.main.id
#       }
#
#       resource "aws_vpc_security_group_ingress_rule" "ssh" {
#         security_group_id = aws_security_group.bastion.id
#         ip_protocol       = "tcp"
#         from_port         = 22
#         to_port           = 22
#         cidr_ipv4         = "198.51.100.0/24"
#       }
package policies.aws.vpc.open_admin_port

import data.policies.lib.network
import data.policies.lib.security_group

deny contains violation if violation := network.opening_violation(_openings)

_openings := [opening |
	some rule in security_group.ingress_rules
	ports := network.exposed_ports(rule.protocol, [rule.ports], data.params.admin_ports)
	count(ports) > 0
	some source in security_group.sources(rule)
	cidrs := network.open_cidrs(source.cidrs, data.params.open_ipv4_prefix, data.params.open_ipv6_prefix)
	count(cidrs) > 0
	opening := {"ports": ports, "cidrs": cidrs, "attribute": source.attribute}
]
