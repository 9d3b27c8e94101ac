package policies.azure.network.open_all_ports_test

import data.policies.azure.network.open_all_ports as policy
import data.policies.lib.testing

_params := {"open_ipv4_prefix": 8, "open_ipv6_prefix": 16}

_all := {
	"priority": 200,
	"direction": "Inbound",
	"access": "Allow",
	"protocol": "*",
	"source_address_prefix": "Internet",
	"destination_address_prefix": "*",
	"destination_port_range": "*",
}

_rule(changes) := testing.resource("azurerm_network_security_rule", object.union(_all, changes))

_group(rules) := testing.resource("azurerm_network_security_group", {"security_rule": rules})

test_denies_all_ports if {
	every change in [
		{},
		{"protocol": "Tcp"},
		{"destination_port_range": "0-65535"},
		{"destination_port_range": "", "destination_port_ranges": ["0-1023", "1024-65535"]},
	] {
		violations := policy.deny with input as _rule(change) with data.params as _params
		violations == {{"message": "every port is open to Internet", "attribute": ["source_address_prefix"]}}
	}
}

test_denies_in_a_group if {
	violations := policy.deny with input as _group([object.union(_all, {"access": "Deny", "priority": 4096}), _all])
		with data.params as _params
	{violation.attribute | some violation in violations} == {["security_rule", 1, "source_address_prefix"]}
}

test_allows_some_ports_or_some_sources if {
	every document in [
		_rule({"destination_port_range": "443"}),
		_rule({"destination_port_range": "1-65534"}),
		_rule({"source_address_prefix": "10.0.0.0/8"}),
		_rule({"protocol": "Icmp"}),
		_rule({"source_address_prefix": null}),
		_group([object.union(_all, {"access": "Deny", "priority": 100}), _all]),
		_group([]),
	] {
		violations := policy.deny with input as document with data.params as _params
		count(violations) == 0
	}
}

# A rule that stands beside others of its group, which are resources of their own.
_beside(others) := testing.with_linked(
	testing.with_address(_rule({}), "azurerm_network_security_rule.allowed"),
	[testing.with_linked(_group([]), others)],
)

_denying(changes) := _rule(object.union(object.union(_all, {"access": "Deny", "priority": 100}), changes))

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
		[_denying({"destination_port_range": "443"})],
		[testing.with_action(_denying({}), "delete")],
		[testing.with_via(_denying({}), "linked", "description")],
	] {
		violations := policy.deny with input as _beside(others) with data.params as _params
		count(violations) == 1
	}
}

# The provider lets either overwrite the other.
test_blocks_of_the_group_do_not_count_beside_rules if {
	group := _group([object.union(_all, {"access": "Deny", "priority": 100})])
	violations := policy.deny with input as testing.with_linked(_rule({}), [group]) with data.params as _params
	count(violations) == 1
}

test_values_of_a_wrong_type if {
	every value in [7, {}, [null], [7]] {
		violations := policy.deny with input as _rule({"destination_port_range": value, "protocol": value})
			with data.params as _params
		count(violations) == 0
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("azurerm_network_security_group", ["security_rule"]) {
		violations := policy.deny with input as document with data.params as {"open_ipv4_prefix": 8, "open_ipv6_prefix": 16}
		count(violations) == 0
	}
}
