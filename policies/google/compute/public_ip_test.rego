package policies.google.compute.public_ip_test

import data.policies.google.compute.public_ip as policy
import data.policies.lib.testing

_types := ["google_compute_instance", "google_compute_instance_template", "google_compute_region_instance_template"]

_private := {"subnetwork": "web", "access_config": [], "ipv6_access_config": []}

test_denies_a_block_that_is_empty if {
	every type in _types {
		violations := policy.deny with input as testing.resource(type, {"network_interface": [{"access_config": [{}]}]})
		violations == {{
			"message": "a public address is requested by network_interface[0].access_config",
			"attribute": ["network_interface", 0, "access_config"],
		}}
	}
}

# Peers stop at the first interface.
test_denies_a_second_interface_and_ipv6 if {
	violations := policy.deny with input as testing.resource("google_compute_instance", {"network_interface": [
		_private,
		{"access_config": [{"nat_ip": "203.0.113.4"}], "ipv6_access_config": [{"network_tier": "PREMIUM"}]},
	]})
	violations == {{
		"message": concat("", [
			"a public address is requested by network_interface[1].access_config, ",
			"network_interface[1].ipv6_access_config",
		]),
		"attribute": ["network_interface", 1, "access_config"],
	}}
}

test_allows_private_interfaces if {
	every type in _types {
		every interfaces in [[_private], [{}], [], null] {
			violations := policy.deny with input as testing.resource(type, {"network_interface": interfaces})
			count(violations) == 0
		}
	}
}

test_values_of_a_wrong_type if {
	every value in [7, "x", {}, [null], [{"access_config": 7, "ipv6_access_config": "x"}]] {
		violations := policy.deny with input as testing.resource("google_compute_instance", {"network_interface": value})
		count(violations) == 0
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("google_compute_instance", ["network_interface"]) {
		violations := policy.deny with input as document
		count(violations) == 0
	}
}
