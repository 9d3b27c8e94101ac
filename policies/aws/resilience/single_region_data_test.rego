package policies.aws.resilience.single_region_data_test

import data.policies.aws.resilience.single_region_data as policy
import data.policies.lib.testing

_params := {"critical_tag": {"key": "criticality", "value": "high"}}

_critical(type, attributes) := testing.resource(type, object.union(attributes, {"tags": {"criticality": "high"}}))

_types := ["aws_db_instance", "aws_dynamodb_table", "aws_rds_cluster", "aws_s3_bucket"]

_linked(type, linked_type, attribute, attributes) := testing.with_linked(
	_critical(type, {}),
	[testing.with_via(testing.resource(linked_type, attributes), "linked", attribute)],
)

_rule(status) := {"rule": [{"status": status}]}

_replication := "aws_s3_bucket_replication_configuration"

test_denies_critical_data_without_a_copy if {
	every type in _types {
		violations := policy.deny with input as _critical(type, {}) with data.params as _params
		violations == {{"message": "critical data has no copy in another region"}}
	}
}

test_allows_other_data if {
	every tags in [{}, {"criticality": "low"}, null] {
		violations := policy.deny with input as testing.resource("aws_s3_bucket", {"tags": tags}) with data.params as _params
		count(violations) == 0
	}
}

test_denies_all_data_without_a_tag_to_select_by if {
	violations := policy.deny with input as testing.resource("aws_s3_bucket", {})
		with data.params as {"critical_tag": {"key": "", "value": ""}}
	count(violations) == 1
}

test_denies_a_tag_of_the_provider if {
	document := testing.resource("aws_s3_bucket", {"tags_all": {"criticality": "high"}})
	violations := policy.deny with input as document with data.params as _params
	count(violations) == 1
}

test_allows_copies if {
	every document in [
		_linked("aws_s3_bucket", _replication, "bucket", _rule("Enabled")),
		_critical("aws_s3_bucket", {"replication_configuration": [{"rules": [{"status": "Enabled"}]}]}),
		_critical("aws_dynamodb_table", {"replica": [{"region_name": "eu-central-1"}]}),
		_linked("aws_dynamodb_table", "aws_dynamodb_table_replica", "global_table_arn", {}),
		_linked("aws_db_instance", "aws_db_instance_automated_backups_replication", "source_db_instance_arn", {}),
		_linked("aws_db_instance", "aws_db_instance", "replicate_source_db", {"replicate_source_db": "arn:aws:rds:a:1:db:b"}),
		_critical("aws_rds_cluster", {"global_cluster_identifier": "orders"}),
		_linked("aws_rds_cluster", "aws_rds_global_cluster", "source_db_cluster_identifier", {}),
		_linked("aws_rds_cluster", "aws_rds_cluster", "replication_source_identifier", {}),
	] {
		violations := policy.deny with input as document with data.params as _params
		count(violations) == 0
	}
}

test_allows_what_is_a_copy_itself if {
	every document in [
		_critical("aws_db_instance", {"replicate_source_db": "arn:aws:rds:eu-west-1:111122223333:db:orders"}),
		_linked("aws_s3_bucket", _replication, "rule.destination.bucket", _rule("Enabled")),
	] {
		violations := policy.deny with input as document with data.params as _params
		count(violations) == 0
	}
}

test_denies_what_copies_nothing if {
	every document in [
		_linked("aws_s3_bucket", _replication, "bucket", _rule("Disabled")),
		_linked("aws_db_instance", "aws_db_instance", "replicate_source_db", {"replicate_source_db": "orders"}),
		_critical("aws_dynamodb_table", {"replica": [{}]}),
		_critical("aws_rds_cluster", {"global_cluster_identifier": ""}),
	] {
		violations := policy.deny with input as document with data.params as _params
		count(violations) == 1
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every type in _types {
		every document in testing.bare(type, ["global_cluster_identifier", "replica", "replication_configuration"]) {
			critical := object.union(document, {"values": object.union(document.values, {"tags": {"criticality": "high"}})})
			violations := policy.deny with input as critical with data.params as _params
			count(violations) == 1
		}
	}
}
