package policies.aws.vpc.open_all_ports_test

import data.policies.aws.vpc.open_all_ports as policy
import data.policies.lib.testing

_params := {"open_ipv4_prefix": 8, "open_ipv6_prefix": 16}

_everything := {"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"]}

_web := {"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": ["0.0.0.0/0"]}

_group(rules) := testing.resource("aws_security_group", {"ingress": rules})

_rule(direction) := testing.resource("aws_security_group_rule", object.union(_everything, {"type": direction}))

_single(attributes) := testing.resource("aws_vpc_security_group_ingress_rule", attributes)

test_denies_every_protocol if {
	violations := policy.deny with input as _group([_web, _everything]) with data.params as _params
	violations == {{
		"message": "every port is open to 0.0.0.0/0",
		"attribute": ["ingress", 1, "cidr_blocks"],
	}}
}

# Peers pass a rule that names no ports.
test_denies_a_single_rule_without_ports if {
	violations := policy.deny with input as _single({"ip_protocol": "-1", "cidr_ipv6": "::/0"}) with data.params as _params
	violations == {{"message": "every port is open to ::/0", "attribute": ["cidr_ipv6"]}}
}

test_denies_the_address_space_in_halves_once if {
	rule := object.union(_everything, {"cidr_blocks": ["0.0.0.0/1", "128.0.0.0/1"], "ipv6_cidr_blocks": ["::/0"]})
	violations := policy.deny with input as _group([rule]) with data.params as _params
	some violation in violations
	count(violations) == 1
	violation.message == "every port is open to 0.0.0.0/1, 128.0.0.0/1, ::/0"
}

test_denies_the_whole_range_of_a_protocol if {
	every protocol in ["tcp", "udp", "6", "17"] {
		every first in [0, 1] {
			rule := object.union(_everything, {"protocol": protocol, "from_port": first, "to_port": 65535})
			violations := policy.deny with input as _group([rule]) with data.params as _params
			count(violations) == 1
		}
	}
}

test_denies_a_separate_rule if {
	violations := policy.deny with input as _rule("ingress") with data.params as _params
	some violation in violations
	violation.attribute == ["cidr_blocks"]
}

test_allows_single_ports_and_egress if {
	icmp := object.union(_everything, {"protocol": "icmp", "from_port": -1, "to_port": -1})
	most := object.union(_web, {"from_port": 1024, "to_port": 65535})
	every document in [_group([_web]), _group([icmp, most]), _group([]), _rule("egress"), testing.resource("aws_security_group", {})] {
		violations := policy.deny with input as document with data.params as _params
		count(violations) == 0
	}
}

test_allows_private_and_listed_sources if {
	every source in [{"cidr_blocks": ["10.0.0.0/8"]}, {"cidr_blocks": [], "security_groups": ["sg-1"]}] {
		violations := policy.deny with input as _group([object.union(_everything, source)]) with data.params as _params
		count(violations) == 0
	}
}

test_survives_values_of_a_wrong_type if {
	every ingress in [null, "x", [null], [7], {}] {
		violations := policy.deny with input as _group(ingress) with data.params as _params
		count(violations) == 0
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("aws_security_group", ["ingress"]) {
		violations := policy.deny with input as document with data.params as {"open_ipv4_prefix": 8, "open_ipv6_prefix": 16}
		count(violations) == 0
	}
}
