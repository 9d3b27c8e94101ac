package policies.aws.rds.single_zone_database_test

import data.policies.aws.rds.single_zone_database as policy
import data.policies.lib.testing

_database(attributes) := testing.resource("aws_db_instance", attributes)

_cluster(attributes) := testing.resource("aws_rds_cluster", attributes)

_instance(index) := testing.with_address(
	testing.resource("aws_rds_cluster_instance", {}),
	sprintf("aws_rds_cluster_instance.this[%d]", [index]),
)

test_denies_a_database_without_a_standby if {
	every given in [{}, {"multi_az": false}, {"multi_az": null}, {"multi_az": 7}] {
		violations := policy.deny with input as _database(given)
		violations == {{"message": "multi_az is not true", "attribute": ["multi_az"]}}
	}
}

test_allows_a_standby if {
	violations := policy.deny with input as _database({"multi_az": true})
	count(violations) == 0
}

test_allows_a_replica if {
	violations := policy.deny with input as _database({"replicate_source_db": "orders"})
	count(violations) == 0
}

test_denies_a_cluster_of_one_instance if {
	violations := policy.deny with input as testing.with_linked(_cluster({}), [_instance(0)])
	violations == {{
		"message": "the cluster has 1 of the 2 instances that failing over takes",
		"related": ["aws_rds_cluster_instance.this[0]"],
	}}
}

# The storage of Aurora always spans three zones.
test_denies_a_cluster_that_names_zones_only if {
	cluster := _cluster({"availability_zones": ["eu-west-1a", "eu-west-1b", "eu-west-1c"]})
	violations := policy.deny with input as cluster
	count(violations) == 1
}

test_allows_a_cluster_of_two_instances if {
	violations := policy.deny with input as testing.with_linked(_cluster({}), [_instance(0), _instance(1)])
	count(violations) == 0
}

test_denies_a_cluster_that_another_one_is_copied_to if {
	other := testing.with_via(_instance(1), "linked", "tags.copy")
	violations := policy.deny with input as testing.with_linked(_cluster({}), [_instance(0), other])
	count(violations) == 1
}

test_allows_clusters_of_other_kinds if {
	every given in [
		{"engine_mode": "serverless"},
		{"db_cluster_instance_class": "db.r6gd.large"},
		{"replication_source_identifier": "arn:aws:rds:eu-central-1:111122223333:cluster:orders"},
	] {
		violations := policy.deny with input as _cluster(given)
		count(violations) == 0
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("aws_db_instance", ["multi_az"]) {
		violations := policy.deny with input as document
		count(violations) == 1
	}
}
