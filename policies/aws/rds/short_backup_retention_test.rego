package policies.aws.rds.short_backup_retention_test

import data.policies.aws.rds.short_backup_retention as policy
import data.policies.lib.testing

_types := ["aws_db_instance", "aws_docdb_cluster", "aws_neptune_cluster", "aws_rds_cluster"]

_params := {"days": 7}

_database(attributes) := testing.resource("aws_db_instance", attributes)

test_denies_silence if {
	every type in _types {
		violations := policy.deny with input as testing.resource(type, {}) with data.params as _params
		violations == {{
			"message": "backup_retention_period is not set, and must be 7",
			"attribute": ["backup_retention_period"],
		}}
	}
}

test_denies_too_few_days if {
	every days in [0, 1, 6, "6"] {
		violations := policy.deny with input as _database({"backup_retention_period": days}) with data.params as _params
		{violation.message | some violation in violations} == {sprintf("backups are kept for %v days and not for 7", [days])}
	}
}

test_allows_enough_days if {
	every days in [7, 35, "7"] {
		every type in _types {
			violations := policy.deny with input as testing.resource(type, {"backup_retention_period": days})
				with data.params as _params
			count(violations) == 0
		}
	}
}

test_denies_less_than_is_asked_for if {
	violations := policy.deny with input as _database({"backup_retention_period": 7}) with data.params as {"days": 30}
	count(violations) == 1
}

test_allows_replicas if {
	violations := policy.deny with input as _database({"replicate_source_db": "orders", "backup_retention_period": 0})
		with data.params as _params
	count(violations) == 0
}

test_denies_a_replica_that_was_promoted if {
	violations := policy.deny with input as _database({"replicate_source_db": ""}) with data.params as _params
	count(violations) == 1
}

test_denies_values_of_a_wrong_type if {
	every value in [null, true, "many", {}, [7]] {
		violations := policy.deny with input as _database({"backup_retention_period": value}) with data.params as _params
		count(violations) == 1
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("aws_db_instance", ["backup_retention_period"]) {
		violations := policy.deny with input as document with data.params as _params
		count(violations) == 1
	}
}
