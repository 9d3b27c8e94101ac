# METADATA
# title: Load balancer is not protected from deletion
# description: |
#   A load balancer that is deleted by mistake comes back under another name, and everything that points at it is cut off until then.
#   With deletion protection a mistake fails and does no harm.
#   Waive it for what comes and goes, such as previews; to ask it of production alone, set `protected_tag`.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#deletion-protection
#   - ref: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lb#enable_deletion_protection-1
# custom:
#   severity: medium
#   resource_types: [aws_lb, aws_alb]
#   aliases: [CKV_AWS_150]
#   controls:
#     fsbp: [ELB.6]
#     nist-800-53-r5: [CA-7, CM-2, CM-3, CM-8, CP-1]
#     hipaa: [164.308.a.1.ii.b]
#   params:
#     protected_tag:
#       type: object
#       default: {key: "", value: ""}
#       description: The tag, as key and value, of what must be protected; an empty key means everything.
#   remediation: Set enable_deletion_protection to true.
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
#         enable_deletion_protection = true
#       }
package policies.aws.elb.deletable_balancer

import data.policies.lib.tags
import data.policies.lib.values

deny contains violation if {
	tags.selects(data.params.protected_tag)
	not values.is_true(input.values.enable_deletion_protection)
	violation := {
		"message": "enable_deletion_protection is not true",
		"attribute": ["enable_deletion_protection"],
	}
}
