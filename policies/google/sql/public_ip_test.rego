package policies.google.sql.public_ip_test

import data.policies.google.sql.public_ip as policy
import data.policies.lib.testing

_instance(values) := testing.resource("google_sql_database_instance", values)

_connections(connections) := _instance({"settings": [{"ip_configuration": connections}]})

# Peers pass an instance without the block.
test_denies_an_instance_that_says_nothing if {
	every document in [
		_instance({}),
		_instance({"settings": [{"tier": "db-f1-micro"}]}),
		_instance({"master_instance_name": "primary"}),
		_connections([]),
		_connections([{"private_network": "main"}]),
		_connections([{"ipv4_enabled": true}]),
	] {
		violations := policy.deny with input as document
		violations == {{
			"message": "ipv4_enabled is not false",
			"attribute": ["settings", 0, "ip_configuration", 0, "ipv4_enabled"],
		}}
	}
}

test_allows_a_private_instance if {
	every value in [false, "false"] {
		violations := policy.deny with input as _connections([{"ipv4_enabled": value}])
		count(violations) == 0
	}
}

test_denies_values_of_a_wrong_type if {
	every value in [null, 7, "x", {}, [null], [{"ipv4_enabled": 0}]] {
		violations := policy.deny with input as _connections(value)
		count(violations) == 1
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("google_sql_database_instance", ["settings"]) {
		violations := policy.deny with input as document
		count(violations) == 1
	}
}
