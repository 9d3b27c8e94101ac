package policies.azure.sql.public_database_test

import data.policies.azure.sql.public_database as policy
import data.policies.lib.testing

_params := {"allow_azure_services": false, "largest_range": 16777216}

_server(values) := testing.resource("azurerm_mssql_server", values)

_rule(first, last) := testing.resource("azurerm_mssql_firewall_rule", {"start_ip_address": first, "end_ip_address": last})

test_denies_a_server_that_says_nothing_or_yes if {
	every values in [{}, {"public_network_access_enabled": true}, {"public_network_access_enabled": null}] {
		violations := policy.deny with input as _server(values) with data.params as _params
		violations == {{
			"message": "public_network_access_enabled is not false",
			"attribute": ["public_network_access_enabled"],
		}}
	}
}

test_denies_wide_rules if {
	every range in [["0.0.0.0", "255.255.255.255"], ["0.0.0.0", "127.255.255.255"], ["0.0.0.1", "255.255.255.254"]] {
		violations := policy.deny with input as _rule(range[0], range[1]) with data.params as _params
		violations == {{
			"message": sprintf("the addresses from %s to %s are let in", range),
			"attribute": ["start_ip_address"],
		}}
	}
}

test_denies_all_of_azure_unless_allowed if {
	violations := policy.deny with input as _rule("0.0.0.0", "0.0.0.0") with data.params as _params
	violations == {{"message": "every machine in Azure is let in", "attribute": ["start_ip_address"]}}
	allowed := policy.deny with input as _rule("0.0.0.0", "0.0.0.0")
		with data.params as object.union(_params, {"allow_azure_services": true})
	count(allowed) == 0
}

test_allows_private_servers_and_narrow_rules if {
	every document in [
		_server({"public_network_access_enabled": false}),
		_rule("203.0.113.4", "203.0.113.9"),
		_rule("10.0.0.0", "10.255.255.255"),
		testing.resource("azurerm_mssql_firewall_rule", {}),
	] {
		violations := policy.deny with input as document with data.params as _params
		count(violations) == 0
	}
}

test_values_of_a_wrong_type if {
	every value in [7, "x", {}, [null], "0.0.0"] {
		server_violations := policy.deny with input as _server({"public_network_access_enabled": value})
			with data.params as _params
		count(server_violations) == 1
		rule_violations := policy.deny with input as _rule("0.0.0.0", value) with data.params as _params
		count(rule_violations) == 0
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("azurerm_mssql_firewall_rule", ["end_ip_address", "public_network_access_enabled", "start_ip_address"]) {
		violations := policy.deny with input as document with data.params as {"allow_azure_services": false, "largest_range": 16777216}
		count(violations) == 0
	}
}
