package policies.lib.security_group_test

import data.policies.lib.security_group
import data.policies.lib.testing

_block := {"protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": ["10.0.0.0/8"], "ipv6_cidr_blocks": ["fd00::/8"]}

_group(type) := testing.resource(type, {"ingress": [_block], "egress": [_block]})

_rule(direction) := testing.resource("aws_security_group_rule", object.union(_block, {"type": direction}))

_single := testing.resource("aws_vpc_security_group_ingress_rule", {"ip_protocol": "-1", "cidr_ipv4": "0.0.0.0/0"})

_is_ssh(rule, path) if {
	rule.protocol == "tcp"
	rule.ports == [22, 22]
	security_group.sources(rule) == [
		{"cidrs": ["10.0.0.0/8"], "attribute": array.concat(path, ["cidr_blocks"])},
		{"cidrs": ["fd00::/8"], "attribute": array.concat(path, ["ipv6_cidr_blocks"])},
	]
}

test_blocks_of_a_group if {
	every type in ["aws_security_group", "aws_default_security_group"] {
		rules := security_group.ingress_rules with input as _group(type)
		count(rules) == 1
		_is_ssh(rules[0], ["ingress", 0])
	}
}

test_a_rule_of_its_own if {
	rules := security_group.ingress_rules with input as _rule("ingress")
	count(rules) == 1
	_is_ssh(rules[0], [])
	not security_group.ingress_rules with input as _rule("egress")
}

test_a_single_rule_without_ports if {
	rules := security_group.ingress_rules with input as _single
	count(rules) == 1
	rules[0].ports == [0, 65535]
	security_group.sources(rules[0]) == [{"cidrs": "0.0.0.0/0", "attribute": ["cidr_ipv4"]}]
}

test_no_rules if {
	rules := security_group.ingress_rules with input as testing.resource("aws_security_group", {})
	rules == []
}
