package policies.aws.rds.no_iam_authentication_test

import data.policies.aws.rds.no_iam_authentication as policy
import data.policies.lib.testing

_database(attributes) := testing.resource("aws_db_instance", attributes)

_replica_of(engine) := testing.with_linked(_database({"replicate_source_db": "orders"}), [_database({"engine": engine})])

test_denies_passwords_only if {
	every engine in ["mariadb", "mysql", "postgres"] {
		every given in [{"engine": engine}, {"engine": engine, "iam_database_authentication_enabled": false}] {
			violations := policy.deny with input as _database(given)
			violations == {{
				"message": "iam_database_authentication_enabled is not true",
				"attribute": ["iam_database_authentication_enabled"],
			}}
		}
	}
}

test_denies_clusters if {
	every engine in ["aurora-mysql", "aurora-postgresql", "postgres"] {
		violations := policy.deny with input as testing.resource("aws_rds_cluster", {"engine": engine})
		count(violations) == 1
	}
}

test_allows_true if {
	every type in ["aws_db_instance", "aws_rds_cluster"] {
		violations := policy.deny with input as testing.resource(type, {"iam_database_authentication_enabled": true})
		count(violations) == 0
	}
}

test_allows_engines_without_it if {
	every engine in ["custom-oracle-ee", "db2-se", "oracle-ee", "sqlserver-web"] {
		violations := policy.deny with input as _database({"engine": engine})
		count(violations) == 0
	}
}

test_allows_serverless_v1 if {
	violations := policy.deny with input as testing.resource("aws_rds_cluster", {"engine_mode": "serverless"})
	count(violations) == 0
}

test_allows_a_replica_of_an_engine_without_it if {
	violations := policy.deny with input as _replica_of("oracle-ee")
	count(violations) == 0
}

test_denies_other_replicas if {
	every document in [_replica_of("postgres"), _database({"replicate_source_db": "orders"})] {
		violations := policy.deny with input as document
		count(violations) == 1
	}
}

test_denies_values_of_a_wrong_type if {
	every value in [null, 7, "x", {}, [true]] {
		violations := policy.deny with input as _database({"engine": value, "iam_database_authentication_enabled": value})
		count(violations) == 1
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("aws_db_instance", ["engine", "iam_database_authentication_enabled"]) {
		violations := policy.deny with input as document
		count(violations) == 1
	}
}
