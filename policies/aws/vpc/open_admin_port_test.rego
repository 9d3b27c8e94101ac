package policies.aws.vpc.open_admin_port_test

import data.policies.aws.vpc.open_admin_port as policy
import data.policies.lib.testing

_params := {"admin_ports": [22, 3389], "open_ipv4_prefix": 8, "open_ipv6_prefix": 16}

_ssh := {"protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": ["0.0.0.0/0"]}

_web := {"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": ["0.0.0.0/0"]}

_group := testing.resource("aws_security_group", {"ingress": [_web, _ssh]})

_closed_group := testing.resource("aws_security_group", {"ingress": [_web], "egress": [_ssh]})

_many := testing.resource("aws_security_group", {"ingress": [
	{"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["10.0.0.0/8", "0.0.0.0/0"]},
	{"protocol": "6", "from_port": "3000", "to_port": "4000", "ipv6_cidr_blocks": ["::/0"]},
]})

_default_group := testing.resource("aws_default_security_group", {"ingress": [_ssh]})

_rule := testing.resource("aws_security_group_rule", object.union(_ssh, {"type": "ingress"}))

_egress_rule := testing.resource("aws_security_group_rule", object.union(_ssh, {"type": "egress"}))

_ingress_rule := testing.resource("aws_vpc_security_group_ingress_rule", {"ip_protocol": "-1", "cidr_ipv4": "0.0.0.0/0"})

_ingress_rule_ipv6 := testing.resource("aws_vpc_security_group_ingress_rule", {
	"security_group_id": "sg-1",
	"ip_protocol": "tcp",
	"from_port": 22,
	"to_port": 22,
	"cidr_ipv6": "::/0",
})

_prefix_list_rule := testing.resource("aws_vpc_security_group_ingress_rule", {
	"ip_protocol": "tcp",
	"from_port": 22,
	"to_port": 22,
	"prefix_list_id": "pl-1",
})

_no_rules := testing.resource("aws_security_group", {})

_with_ingress(rule) := testing.resource("aws_security_group", {"ingress": [rule]})

test_denies_ssh_to_everyone if {
	violations := policy.deny with input as _group with data.params as _params
	violations == {{
		"message": "port 22 is open to 0.0.0.0/0",
		"attribute": ["ingress", 1, "cidr_blocks"],
	}}
}

test_denies_many_openings_once if {
	violations := policy.deny with input as _many with data.params as _params
	violations == {{
		"message": "ports 22, 3389 are open to 0.0.0.0/0, ::/0",
		"attribute": ["ingress", 0, "cidr_blocks"],
	}}
}

test_denies_the_default_group if {
	violations := policy.deny with input as _default_group with data.params as _params
	count(violations) == 1
}

test_denies_a_separate_rule if {
	violations := policy.deny with input as _rule with data.params as _params
	some violation in violations
	violation.attribute == ["cidr_blocks"]
}

# Peers pass a rule without ports.
test_denies_a_rule_for_every_protocol if {
	violations := policy.deny with input as _ingress_rule with data.params as _params
	violations == {{"message": "ports 22, 3389 are open to 0.0.0.0/0", "attribute": ["cidr_ipv4"]}}
}

# Peers pass it, or need the group in the plan.
test_denies_ipv6_of_a_group_elsewhere if {
	violations := policy.deny with input as _ingress_rule_ipv6 with data.params as _params
	violations == {{"message": "port 22 is open to ::/0", "attribute": ["cidr_ipv6"]}}
}

# Peers pass both halves.
test_denies_the_address_space_in_halves if {
	document := _with_ingress(object.union(_ssh, {"cidr_blocks": ["0.0.0.0/1", "128.0.0.0/1"]}))
	violations := policy.deny with input as document with data.params as _params
	some violation in violations
	violation.message == "port 22 is open to 0.0.0.0/1, 128.0.0.0/1"
}

test_denies_a_range_that_covers_the_port if {
	document := _with_ingress(object.union(_ssh, {"from_port": 0, "to_port": 65535}))
	violations := policy.deny with input as document with data.params as _params
	count(violations) == 1
}

test_denies_ports_that_are_not_given if {
	document := _with_ingress({"protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"]})
	violations := policy.deny with input as document with data.params as _params
	count(violations) == 1
}

test_denies_the_ports_of_the_parameter if {
	document := _with_ingress(object.union(_ssh, {"from_port": 5900, "to_port": 5900}))
	violations := policy.deny with input as document with data.params as object.union(_params, {"admin_ports": [5900]})
	count(violations) == 1
}

test_allows_other_ports_and_egress if {
	every document in [_closed_group, _egress_rule, _no_rules] {
		violations := policy.deny with input as document with data.params as _params
		count(violations) == 0
	}
}

test_allows_narrow_private_and_listed_sources if {
	every cidrs in [["10.0.0.0/8"], ["198.51.100.0/24"], []] {
		document := _with_ingress(object.union(_ssh, {"cidr_blocks": cidrs, "security_groups": ["sg-1"]}))
		violations := policy.deny with input as document with data.params as _params
		count(violations) == 0
	}
	violations := policy.deny with input as _prefix_list_rule with data.params as _params
	count(violations) == 0
}

test_allows_udp if {
	document := _with_ingress(object.union(_ssh, {"protocol": "udp"}))
	violations := policy.deny with input as document with data.params as _params
	count(violations) == 0
}

test_survives_values_of_a_wrong_type if {
	every value in [null, 7, "0.0.0.0", "::/x", {}, [null], [7]] {
		document := _with_ingress(object.union(_ssh, {"cidr_blocks": value}))
		violations := policy.deny with input as document with data.params as _params
		count(violations) == 0
	}
	every ingress in [null, "x", [null], [7], {}] {
		document := testing.resource("aws_security_group", {"ingress": ingress})
		violations := policy.deny with input as document with data.params as _params
		count(violations) == 0
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("aws_security_group", ["ingress"]) {
		violations := policy.deny with input as document with data.params as {"admin_ports": [22, 3389], "open_ipv4_prefix": 8, "open_ipv6_prefix": 16}
		count(violations) == 0
	}
}
