# METADATA
# title: Load balancer listener forwards plain HTTP
# description: |
#   Between a client and an HTTP listener everybody on the way can read and change what is sent.
#   A listener may answer plain HTTP itself: with a redirect to HTTPS, or with a fixed response.
#   Every rule of the listener counts, as one of them can forward what the default action redirects.
#   Network and gateway load balancers pass on what they do not understand, and are not judged for TCP, UDP, or GENEVE.
#   Waive it for a listener that only a trusted network reaches; for internal load balancers everywhere, set `accept_internal`.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html
#   - ref: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lb_listener
# custom:
#   severity: high
#   resource_types: [aws_lb_listener, aws_alb_listener]
#   aliases: [CKV_AWS_2, CKV2_AWS_20, CKV_AWS_378, AVD-AWS-0054]
#   controls:
#     fsbp: [ELB.1]
#   params:
#     accept_internal:
#       type: boolean
#       default: false
#       description: Accept plain HTTP on internal load balancers that the plan or the state shows.
#   remediation: Redirect port 80 to HTTPS, and forward from a listener with a certificate only.
#   examples:
#     fails: |
#       resource "aws_lb_listener" "web" {
#         load_balancer_arn = aws_lb.web.arn
#         port              = 80
#         protocol          = "HTTP"
#
#         default_action {
#           type             = "forward"
#           target_group_arn = aws_lb_target_group.web.arn
#         }
#       }
#     passes: |
#       resource "aws_lb_listener" "web" {
#         load_balancer_arn = aws_lb.web.arn
#         port              = 80
#         protocol          = "HTTP"
#
#         default_action {
#           type = "redirect"
#
#           redirect {
#             port        = "443"
#             protocol    = "HTTPS"
#             status_code = "HTTP_301"
#           }
#         }
#       }
package policies.aws.elb.plaintext_listener

import data.policies.lib.linked
import data.policies.lib.load_balancer
import data.policies.lib.values

deny contains violation if {
	not input.values.protocol in load_balancer.protocols_but_http
	not load_balancer.is_gateway
	not _accepted
	violation := _violation
}

_accepted if {
	data.params.accept_internal
	load_balancer.is_internal
}

_violation := {
	"message": "the default action answers plain HTTP with more than a redirect to HTTPS",
	"attribute": ["default_action"],
} if {
	not _harmless(input.values.default_action)
} else := {
	"message": "a rule of the listener answers plain HTTP with more than a redirect to HTTPS",
	"attribute": ["protocol"],
	"related": linked.addresses(_forwarding),
} if {
	count(_forwarding) > 0
}

_forwarding := [rule |
	some type in ["aws_alb_listener_rule", "aws_lb_listener_rule"]
	some rule in linked.naming(type, ["listener_arn"])
	not _harmless(rule.values.action)
]

# There are actions, and each is harmless.
_harmless(actions) if {
	count(values.list(actions)) > 0
	every action in actions {
		_is_harmless(action)
	}
}

_is_harmless(action) if action.type == "fixed-response"

_is_harmless(action) if {
	action.type == "redirect"
	values.only_block(action, "redirect").protocol == "HTTPS"
}
