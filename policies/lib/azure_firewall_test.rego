package policies.lib.azure_firewall_test

import data.policies.lib.azure_firewall
import data.policies.lib.testing

_rule(changes) := testing.resource("azurerm_network_security_rule", object.union(
	{
		"access": "Allow",
		"direction": "Inbound",
		"protocol": "*",
		"source_address_prefix": "Internet",
		"destination_port_range": "*",
	},
	changes,
))

test_an_opening if {
	openings := azure_firewall.openings({"internet"}, 8, 16) with input as _rule({})
	openings == [{
		"protocol": "tcp",
		"ranges": [[0, 65535]],
		"cidrs": ["Internet"],
		"attribute": ["source_address_prefix"],
	}]
}

test_lists if {
	openings := azure_firewall.openings({"internet"}, 8, 16) with input as _rule({
		"protocol": "Udp",
		"source_address_prefix": "",
		"source_address_prefixes": ["10.0.0.0/8", "::/0"],
		"destination_port_range": "",
		"destination_port_ranges": ["53", "1000-2000"],
	})
	openings == [{
		"protocol": "udp",
		"ranges": [[53, 53], [1000, 2000]],
		"cidrs": ["::/0"],
		"attribute": ["source_address_prefixes"],
	}]
}

test_nothing_is_open if {
	every change in [{"access": "Deny"}, {"direction": "Outbound"}, {"source_address_prefix": "10.0.0.0/8"}, {"source_address_prefix": null}] {
		openings := azure_firewall.openings({"internet"}, 8, 16) with input as _rule(change)
		openings == []
	}
}
