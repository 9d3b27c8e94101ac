package policies.aws.rds.unencrypted_storage_test

import data.policies.aws.rds.unencrypted_storage as policy
import data.policies.lib.testing

_types := ["aws_db_instance", "aws_docdb_cluster", "aws_neptune_cluster", "aws_rds_cluster", "aws_rds_global_cluster"]

_replica := testing.resource("aws_db_instance", {"replicate_source_db": "main"})

_known_replica := testing.with_action(
	testing.resource("aws_db_instance", {"replicate_source_db": "main", "storage_encrypted": false}),
	"none",
)

_restored := testing.resource("aws_docdb_cluster", {"restore_to_point_in_time": [{"source_cluster_identifier": "a"}]})

_member := testing.resource("aws_rds_cluster", {"global_cluster_identifier": "world"})

_global := testing.resource("aws_rds_global_cluster", {"source_db_cluster_identifier": "arn:aws:rds:eu-west-1:1:cluster:a"})

_snapshot := testing.resource("aws_neptune_cluster", {"snapshot_identifier": "before", "storage_encrypted": false})

_not_restored := testing.resource("aws_db_instance", {"snapshot_identifier": "", "restore_to_point_in_time": []})

_serverless := testing.resource("aws_rds_cluster", {"engine_mode": "serverless"})

_provisioned := testing.resource("aws_rds_cluster", {"engine_mode": "provisioned"})

test_denies_every_type_without_the_argument if {
	every type in _types {
		document := testing.resource(type, {})
		violations := policy.deny with input as document
		violations == {{"message": "storage_encrypted is not true", "attribute": ["storage_encrypted"]}}
	}
}

test_denies_false if {
	every type in _types {
		document := testing.resource(type, {"storage_encrypted": false})
		violations := policy.deny with input as document
		count(violations) == 1
	}
}

test_allows_true if {
	every type in _types {
		document := testing.resource(type, {"storage_encrypted": true})
		violations := policy.deny with input as document
		count(violations) == 0
	}
}

test_does_not_judge_what_inherits if {
	every document in [_replica, _restored, _member, _global, _snapshot] {
		violations := policy.deny with input as document
		count(violations) == 0
	}
}

test_denies_a_replica_known_to_be_unencrypted if {
	violations := policy.deny with input as _known_replica
	count(violations) == 1
}

test_an_empty_source_is_no_source if {
	violations := policy.deny with input as _not_restored
	count(violations) == 1
}

test_allows_serverless_v1 if {
	violations := policy.deny with input as _serverless
	count(violations) == 0
}

test_denies_provisioned if {
	violations := policy.deny with input as _provisioned
	count(violations) == 1
}

test_denies_values_of_a_wrong_type if {
	every value in [null, 7, "x", {}, [true]] {
		document := testing.resource("aws_db_instance", {"storage_encrypted": value})
		violations := policy.deny with input as document
		count(violations) == 1
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("aws_db_instance", ["engine_mode", "storage_encrypted"]) {
		violations := policy.deny with input as document
		count(violations) == 1
	}
}
