package policies.lib.load_balancer_test

import data.policies.lib.load_balancer
import data.policies.lib.testing

_listener := testing.resource("aws_lb_listener", {})

_of(attributes) := testing.with_linked(_listener, [testing.resource("aws_lb", attributes)])

_by_arn(kind) := testing.resource("aws_lb_listener", {"load_balancer_arn": sprintf(
	"arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/%s/inspection/50dc6c495c0c9188",
	[kind],
)})

test_is_gateway if {
	load_balancer.is_gateway with input as _of({"load_balancer_type": "gateway"})
	load_balancer.is_gateway with input as _by_arn("gwy")
	every document in [_of({"load_balancer_type": "network"}), _of({}), _by_arn("app"), _listener] {
		not load_balancer.is_gateway with input as document
	}
}

test_is_internal if {
	load_balancer.is_internal with input as _of({"internal": true})
	every document in [_of({"internal": false}), _of({}), _listener] {
		not load_balancer.is_internal with input as document
	}
}

test_type_of if {
	load_balancer.type_of({}) == "application"
	load_balancer.type_of({"load_balancer_type": "network"}) == "network"
}
