package policies.google.sql.zonal_database_test

import data.policies.google.sql.zonal_database as policy
import data.policies.lib.testing

_database(settings) := testing.resource("google_sql_database_instance", {"settings": settings})

test_denies_a_single_zone if {
	every settings in [[], [{}], [{"availability_type": "ZONAL"}], [{"availability_type": null}], null, 7] {
		violations := policy.deny with input as _database(settings)
		violations == {{
			"message": "availability_type is not REGIONAL",
			"attribute": ["settings", 0, "availability_type"],
		}}
	}
}

test_allows_a_standby if {
	violations := policy.deny with input as _database([{"availability_type": "REGIONAL"}])
	count(violations) == 0
}

test_allows_replicas if {
	named := testing.resource("google_sql_database_instance", {"master_instance_name": "orders"})
	source := testing.with_via(_database([{"availability_type": "REGIONAL"}]), "subject", "master_instance_name")
	every document in [named, testing.with_linked(_database([{}]), [source])] {
		violations := policy.deny with input as document
		count(violations) == 0
	}
}

# Its replica names it.
test_denies_what_has_a_replica if {
	replica := testing.with_via(_database([{}]), "linked", "master_instance_name")
	violations := policy.deny with input as testing.with_linked(_database([{}]), [replica])
	count(violations) == 1
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("google_sql_database_instance", ["settings"]) {
		violations := policy.deny with input as document
		count(violations) == 1
	}
}
