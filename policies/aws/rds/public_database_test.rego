package policies.aws.rds.public_database_test

import data.policies.aws.rds.public_database as policy
import data.policies.lib.testing

_types := ["aws_db_instance", "aws_dms_replication_instance", "aws_rds_cluster_instance"]

_public := testing.resource("aws_db_instance", {"publicly_accessible": true})

test_denies_true if {
	every type in _types {
		document := testing.resource(type, {"publicly_accessible": true})
		violations := policy.deny with input as document
		violations == {{"message": "publicly_accessible is true", "attribute": ["publicly_accessible"]}}
	}
}

test_allows_false if {
	every type in _types {
		document := testing.resource(type, {"publicly_accessible": false})
		violations := policy.deny with input as document
		count(violations) == 0
	}
}

# The provider sends false when the argument is not set.
test_allows_an_absent_argument if {
	every type in _types {
		document := testing.resource(type, {})
		violations := policy.deny with input as document
		count(violations) == 0
	}
}

test_survives_values_of_a_wrong_type if {
	every value in [null, 7, "x", {}, [true]] {
		document := testing.resource("aws_db_instance", {"publicly_accessible": value})
		violations := policy.deny with input as document
		count(violations) == 0
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("aws_db_instance", ["publicly_accessible"]) {
		violations := policy.deny with input as document
		count(violations) == 0
	}
}
