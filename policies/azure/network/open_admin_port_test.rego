package policies.azure.network.open_admin_port_test

import data.policies.azure.network.open_admin_port as policy
import data.policies.lib.testing

_params := {"admin_ports": [22, 3389], "open_ipv4_prefix": 8, "open_ipv6_prefix": 16}

_ssh := {
	"priority": 200,
	"direction": "Inbound",
	"access": "Allow",
	"protocol": "Tcp",
	"source_address_prefix": "*",
	"source_address_prefixes": [],
	"destination_address_prefix": "*",
	"destination_port_range": "22",
	"destination_port_ranges": [],
}

_rule(changes) := testing.resource("azurerm_network_security_rule", object.union(_ssh, changes))

_group(rules) := testing.resource("azurerm_network_security_group", {"security_rule": rules})

_deny := object.union(_ssh, {"access": "Deny", "priority": 100, "protocol": "*"})

test_denies_ssh_to_everyone if {
	every source in ["*", "Internet", "internet", "Any", "0.0.0.0/0", "::/0", "0.0.0.0/1"] {
		violations := policy.deny with input as _rule({"source_address_prefix": source}) with data.params as _params
		violations == {{
			"message": sprintf("port 22 is open to %s", [source]),
			"attribute": ["source_address_prefix"],
		}}
	}
}

test_denies_lists_and_ranges if {
	violations := policy.deny with input as _rule({
		"protocol": "*",
		"source_address_prefix": "",
		"source_address_prefixes": ["10.0.0.0/8", "0.0.0.0/1", "128.0.0.0/1"],
		"destination_port_range": "",
		"destination_port_ranges": ["443", "3000-4000"],
	})
		with data.params as _params
	some violation in violations
	violation.attribute == ["source_address_prefixes"]
}

test_denies_in_a_group if {
	web := object.union(_ssh, {"destination_port_range": "443"})
	violations := policy.deny with input as _group([web, object.union(_ssh, {"destination_port_range": "3380-3390"})])
		with data.params as _params
	violations == {{
		"message": "port 3389 is open to *",
		"attribute": ["security_rule", 1, "source_address_prefix"],
	}}
}

test_denies_what_is_denied_later_or_to_others if {
	every change in [
		{"priority": 300},
		{"source_address_prefix": "203.0.113.0/24"},
		{"destination_port_range": "3389"},
		{"direction": "Outbound"},
		{"destination_address_prefix": "10.0.0.4"},
		{"protocol": "Udp"},
		{"destination_port_range": "", "destination_port_ranges": ["80", "23-443"]},
		{"source_port_range": "1024"},
		{"source_port_range": "", "source_port_ranges": ["1-1024"]},
	] {
		violations := policy.deny with input as _group([_ssh, object.union(_deny, change)]) with data.params as _params
		count(violations) == 1
	}
}

test_allows_what_is_denied_before if {
	every change in [
		{},
		{"source_port_range": "*", "destination_port_range": "*"},
		{"protocol": "tcp", "source_address_prefix": "Internet"},
		{"destination_port_range": "", "destination_port_ranges": ["80", "20-30"]},
	] {
		violations := policy.deny with input as _group([_ssh, object.union(_deny, change)]) with data.params as _params
		count(violations) == 0
	}
}

test_allows_everything_else if {
	every change in [
		{"source_address_prefix": "203.0.113.0/24"},
		{"source_address_prefix": "VirtualNetwork"},
		{"access": "Deny"},
		{"direction": "Outbound"},
		{"protocol": "Udp"},
		{"destination_port_range": "443"},
		{"protocol": "*", "destination_port_range": "443"},
		{"source_address_prefix": null},
	] {
		violations := policy.deny with input as _rule(change) with data.params as _params
		count(violations) == 0
	}
	empty := policy.deny with input as _group([]) with data.params as _params
	count(empty) == 0
}

# A rule that stands beside others of its group, which are resources of their own.
_beside(others) := testing.with_linked(
	testing.with_address(_rule({}), "azurerm_network_security_rule.allowed"),
	[testing.with_linked(_group([]), others)],
)

_denying(changes) := _rule(object.union(_deny, changes))

test_allows_what_another_rule_of_the_group_denies_before if {
	every document in [_beside([_denying({})]), _beside([_rule({"priority": 150}), _denying({"priority": 199})])] {
		violations := policy.deny with input as document with data.params as _params
		count(violations) == 0
	}
}

test_denies_what_no_other_rule_of_the_group_denies_before if {
	every others in [
		[],
		[_denying({"priority": 300})],
		[_denying({"priority": null})],
		[_denying({"protocol": "Udp"})],
		[testing.with_action(_denying({}), "delete")],
		[testing.with_via(_denying({}), "linked", "description")],
	] {
		violations := policy.deny with input as _beside(others) with data.params as _params
		count(violations) == 1
	}
}

# The provider lets either overwrite the other.
test_blocks_of_the_group_do_not_count_beside_rules if {
	group := _group([_deny])
	violations := policy.deny with input as testing.with_linked(_rule({}), [group]) with data.params as _params
	count(violations) == 1
}

test_values_of_a_wrong_type if {
	every value in [7, {}, [null], [7]] {
		violations := policy.deny with input as _group(value) with data.params as _params
		count(violations) == 0
		rule_violations := policy.deny with input as _rule({
			"source_address_prefix": value,
			"source_address_prefixes": value,
			"destination_port_range": value,
			"access": value,
		})
			with data.params as _params
		count(rule_violations) == 0
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("azurerm_network_security_group", ["security_rule"]) {
		violations := policy.deny with input as document with data.params as {"admin_ports": [22, 3389], "open_ipv4_prefix": 8, "open_ipv6_prefix": 16}
		count(violations) == 0
	}
}
