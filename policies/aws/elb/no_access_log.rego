# METADATA
# title: Load balancer keeps no access log
# description: |
#   Access logs tell who asked for what and what came back; without them an attack or an outage cannot be told afterwards.
#   Gateway load balancers have none; those of network load balancers hold the TLS listeners only.
#   Waive it where whatever stands in front or behind logs every request.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html
#   - ref: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lb#access_logs
#   - ref: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/elb#access_logs-1
# custom:
#   severity: low
#   resource_types: [aws_lb, aws_alb, aws_elb]
#   aliases: [CKV_AWS_91, CKV_AWS_92, FG_R00066]
#   controls:
#     fsbp: [ELB.5]
#     nist-800-53-r5: [AC-4, AU-2, AU-3, AU-6, AU-8]
#     hipaa: [164.308.a.1.ii.d, 164.308.a.3.ii.a, 164.308.a.6.ii, 164.312.b]
#     soc2: [CC7.2, CC7.3, A1.1, PI1.2]
#   remediation: Add an access_logs block with a bucket, and set enabled to true.
#   examples:
#     fails: |
#       resource "aws_lb" "web" {
#         name    = "web"
#         subnets = aws_subnet.public[*].id
#       }
#     passes: |
#       resource "aws_lb" "web" {
#         name    = "web"
#         subnets = aws_subnet.public[*].id
#
#         access_logs {
#           bucket  = aws_s3_bucket.logs.id
#           enabled = true
#         }
#       }
package policies.aws.elb.no_access_log

import data.policies.lib.load_balancer
import data.policies.lib.values

deny contains violation if {
	load_balancer.type_of(input.values) != "gateway"
	not _logs
	violation := {
		"message": "access_logs are not enabled, or have no bucket",
		"attribute": ["access_logs"],
	}
}

_logs if {
	block := values.only_block(input.values, "access_logs")
	values.is_set(block, "bucket")
	_enabled(block)
}

_enabled(block) if values.is_true(block.enabled)

# A classic load balancer takes them for enabled.
_enabled(block) if {
	input.type == "aws_elb"
	not values.is_false(block.enabled)
}
