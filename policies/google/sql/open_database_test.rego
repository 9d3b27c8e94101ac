package policies.google.sql.open_database_test

import data.policies.google.sql.open_database as policy
import data.policies.lib.testing

_params := {"open_ipv4_prefix": 8, "open_ipv6_prefix": 16}

_instance(connections) := testing.resource("google_sql_database_instance", {"settings": [{"ip_configuration": connections}]})

_authorized(cidrs) := [{"value": cidr} | some cidr in cidrs]

test_denies_the_internet if {
	violations := policy.deny with input as _instance([{"authorized_networks": _authorized(["203.0.113.0/24", "0.0.0.0/0"])}])
		with data.params as _params
	violations == {{
		"message": "the database is open to 0.0.0.0/0",
		"attribute": ["settings", 0, "ip_configuration", 0, "authorized_networks", 1, "value"],
	}}
}

test_denies_the_internet_in_halves if {
	violations := policy.deny with input as _instance([{
		"ipv4_enabled": true,
		"authorized_networks": _authorized(["0.0.0.0/1", "128.0.0.0/1"]),
	}])
		with data.params as _params
	some violation in violations
	violation.message == "the database is open to 0.0.0.0/1, 128.0.0.0/1"
}

test_allows_named_networks_and_private_instances if {
	every connections in [
		[{"authorized_networks": _authorized(["203.0.113.0/24", "10.0.0.0/8"])}],
		[{"ipv4_enabled": false, "authorized_networks": _authorized(["0.0.0.0/0"])}],
		[{"authorized_networks": []}],
		[],
		null,
	] {
		violations := policy.deny with input as _instance(connections) with data.params as _params
		count(violations) == 0
	}
}

test_values_of_a_wrong_type if {
	every value in [7, "0.0.0.0/0", {}, [null], [{"value": 7}]] {
		violations := policy.deny with input as _instance([{"authorized_networks": value}]) with data.params as _params
		count(violations) == 0
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("google_sql_database_instance", ["settings"]) {
		violations := policy.deny with input as document with data.params as {"open_ipv4_prefix": 8, "open_ipv6_prefix": 16}
		count(violations) == 0
	}
}
