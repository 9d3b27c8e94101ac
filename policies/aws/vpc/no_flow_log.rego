# METADATA
# title: VPC keeps no flow log
# description: |
#   Flow logs say which addresses talked to each other and what was refused; they are often the only trace of an intruder.
#   A log of accepted traffic alone does not count, as attempts do not show in it.
#   A log for each subnet does as well; of subnets that stand elsewhere the plan says nothing.
#   Waive it for a VPC that holds no workload.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html
#   - ref: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/flow_log
# custom:
#   severity: medium
#   resource_types: [aws_vpc, aws_default_vpc]
#   links_of:
#     aws_subnet: [aws_flow_log]
#     aws_default_subnet: [aws_flow_log]
#   aliases: [CKV2_AWS_11, AVD-AWS-0178, FG_R00054]
#   controls:
#     cis-aws-1.4: ["3.9"]
#     cis-aws-3.0: ["3.7"]
#     cis-aws-5.0: ["3.7"]
#     fsbp: [EC2.6]
#     nist-800-53-r5: [AC-4, AU-2, AU-3, AU-6, AU-8]
#     pci-dss-4.0: ["10.2.1", "10.2.2", "10.3.1", "10.6.3", "5.3.4"]
#     hipaa: [164.308.a.1.ii.d, 164.308.a.3.ii.a, 164.308.a.6.ii, 164.312.b, 164.312.c.2]
#     soc2: [CC7.2, CC7.3]
#   remediation: Add an aws_flow_log for the VPC, or for each of its subnets, with traffic_type ALL or REJECT.
#   examples:
#     fails: |
#       resource "aws_vpc" "main" {
#         cidr_block = "10.0.0.0/16"
#       }
#     passes: |
#       resource "aws_vpc" "main" {
#         cidr_block = "10.0.0.0/16"
#       }
#
#       resource "aws_flow_log" "main" {
#         vpc_id               = aws_vpc.main.id
#         traffic_type         = "ALL"
#         log_destination_type = "s3"
#         log_destination      = aws_s3_bucket.logs.arn
#       }
package policies.aws.vpc.no_flow_log

import data.policies.lib.linked

deny contains violation if {
	not _tells_refusals(_logs)
	not _logged_by_subnet
	violation := {
		"message": _message,
		"related": linked.addresses(_logs),
	}
}

_logs := linked.naming("aws_flow_log", ["vpc_id"])

_subnets := array.concat(
	linked.mentioning("aws_subnet", ["vpc_id"]),
	linked.mentioning("aws_default_subnet", ["vpc_id"]),
)

_logged_by_subnet if {
	count(_subnets) > 0
	every subnet in _subnets {
		_tells_refusals(linked.naming_other(subnet, "aws_flow_log", ["subnet_id"]))
	}
}

_tells_refusals(logs) if {
	some log in logs
	log.values.traffic_type in {"ALL", "REJECT"}
}

_message := "no flow log belongs to the VPC, or to each of its subnets" if count(_logs) == 0

_message := "the flow log of the VPC leaves out what is refused" if count(_logs) > 0
