package policies.azure.compute.public_ip_test

import data.policies.azure.compute.public_ip as policy
import data.policies.lib.testing

_interface(configurations) := testing.resource("azurerm_network_interface", {"ip_configuration": configurations})

_address := testing.resource("azurerm_public_ip", {"name": "web"})

_private := {"name": "a", "private_ip_address_allocation": "Dynamic"}

# Peers look at the first configuration alone.
test_denies_an_address if {
	violations := policy.deny with input as _interface([_private, {"public_ip_address_id": "/subscriptions/x"}])
	violations == {{
		"message": "a public address is given to ip_configuration[1]",
		"attribute": ["ip_configuration", 1, "public_ip_address_id"],
		"related": [],
	}}
}

test_denies_an_address_that_the_plan_makes if {
	unknown := object.union(_interface([_private]), {"unknown": [["ip_configuration", 0, "public_ip_address_id"]]})
	violations := policy.deny with input as testing.with_linked(unknown, [_address])
	{violation.related | some violation in violations} == {["azurerm_public_ip.this"]}
	unlinked := policy.deny with input as unknown
	count(unlinked) == 0
}

test_allows_private_interfaces if {
	every configurations in [
		[_private],
		[{"public_ip_address_id": ""}],
		[{"public_ip_address_id": null}],
		[],
		null,
	] {
		every document in [_interface(configurations), testing.with_linked(_interface(configurations), [_address])] {
			violations := policy.deny with input as document
			count(violations) == 0
		}
	}
}

test_values_of_a_wrong_type if {
	every value in [7, "x", {}, [null], [7]] {
		violations := policy.deny with input as _interface(value)
		count(violations) == 0
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("azurerm_network_interface", ["ip_configuration"]) {
		violations := policy.deny with input as document
		count(violations) == 0
	}
}
