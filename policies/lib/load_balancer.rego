# METADATA
# title: Load balancers
# description: |
#   Says what kind of load balancer the subject is, or the listener under judgement belongs to.
# scope: package
package policies.lib.load_balancer

import data.policies.lib.linked
import data.policies.lib.values

# Protocols of listeners that carry no plain HTTP, or do not look into what they carry.
protocols_but_http := {"GENEVE", "HTTPS", "QUIC", "TCP", "TCP_QUIC", "TCP_UDP", "TLS", "UDP"}

# The listener belongs to a gateway load balancer, which has no protocol to name.
is_gateway if {
	some balancer in _balancers
	balancer.values.load_balancer_type == "gateway"
}

is_gateway if {
	is_string(input.values.load_balancer_arn)
	regex.match(`:loadbalancer/gwy/`, input.values.load_balancer_arn)
}

is_internal if {
	some balancer in _balancers
	values.is_true(balancer.values.internal)
}

# The type of the subject; it is one for applications unless it says otherwise.
type_of(attributes) := object.get(attributes, "load_balancer_type", "application")

_balancers := [balancer |
	some type in ["aws_alb", "aws_lb"]
	some balancer in linked.through(type, ["load_balancer_arn"])
]
