# METADATA
# title: Application load balancer passes on invalid headers
# description: |
#   Servers disagree on what an ill-formed header means, and request smuggling lives off the disagreement.
#   The load balancer can drop such headers before a target sees them; by default it does not.
#   Waive it where a client that cannot be changed needs header names beyond letters, digits, and hyphens.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#load-balancer-attributes
#   - ref: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lb#drop_invalid_header_fields-1
# custom:
#   severity: medium
#   resource_types: [aws_lb, aws_alb]
#   aliases: [CKV_AWS_131, AVD-AWS-0052]
#   controls:
#     fsbp: [ELB.4]
#   remediation: Set drop_invalid_header_fields to true.
#   examples:
#     fails: |
#       resource "aws_lb" "web" {
#         name    = "web"
#         subnets = aws_subnet.public[*].id
#       }
#     passes: |
#       resource "aws_lb" "web" {
#         name                       = "web"
#         subnets                    = aws_subnet.public[*].id
#         drop_invalid_header_fields = true
#       }
package policies.aws.elb.invalid_headers

import data.policies.lib.load_balancer
import data.policies.lib.values

deny contains violation if {
	load_balancer.type_of(input.values) == "application"
	not values.is_true(input.values.drop_invalid_header_fields)
	violation := {
		"message": "drop_invalid_header_fields is not true",
		"attribute": ["drop_invalid_header_fields"],
	}
}
