package policies.lib.database_test

import data.policies.lib.database
import data.policies.lib.testing

test_replicas if {
	every argument in ["replicate_source_db", "replication_source_identifier"] {
		database.is_replica with input as testing.resource("aws_rds_cluster", {argument: "orders"})
		not database.is_replica with input as testing.resource("aws_rds_cluster", {argument: ""})
	}
	not database.is_replica with input as testing.resource("aws_db_instance", {})
}

test_serverless if {
	database.is_serverless_v1 with input as testing.resource("aws_rds_cluster", {"engine_mode": "serverless"})
	not database.is_serverless_v1 with input as testing.resource("aws_rds_cluster", {"engine_mode": "provisioned"})
	not database.is_serverless_v1 with input as testing.resource("aws_rds_cluster", {})
}
