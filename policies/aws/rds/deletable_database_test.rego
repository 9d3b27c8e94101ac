package policies.aws.rds.deletable_database_test

import data.policies.aws.rds.deletable_database as policy
import data.policies.lib.testing

_types := ["aws_db_instance", "aws_docdb_cluster", "aws_neptune_cluster", "aws_rds_cluster", "aws_rds_global_cluster"]

test_denies_false_and_absent if {
	every type in _types {
		every given in [{}, {"deletion_protection": false}, {"deletion_protection": null}] {
			violations := policy.deny with input as testing.resource(type, given)
			violations == {{"message": "deletion_protection is not true", "attribute": ["deletion_protection"]}}
		}
	}
}

test_allows_true if {
	every type in _types {
		violations := policy.deny with input as testing.resource(type, {"deletion_protection": true})
		count(violations) == 0
	}
}

test_denies_values_of_a_wrong_type if {
	every value in [7, "x", {}, [true]] {
		violations := policy.deny with input as testing.resource("aws_db_instance", {"deletion_protection": value})
		count(violations) == 1
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("aws_db_instance", ["deletion_protection"]) {
		violations := policy.deny with input as document
		count(violations) == 1
	}
}
