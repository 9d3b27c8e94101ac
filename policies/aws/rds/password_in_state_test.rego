package policies.aws.rds.password_in_state_test

import data.policies.aws.rds.password_in_state as policy
import data.policies.lib.testing

_violation(argument) := {{"message": sprintf("%s is kept in the state", [argument]), "attribute": [argument]}}

test_denies_a_password if {
	violations := policy.deny with input as testing.resource("aws_db_instance", {"password": "canary-s3cr3t-0001"})
	violations == _violation("password")
}

test_denies_the_password_of_a_cluster if {
	every type in ["aws_docdb_cluster", "aws_rds_cluster"] {
		violations := policy.deny with input as testing.resource(type, {"master_password": "canary-s3cr3t-0001"})
		violations == _violation("master_password")
	}
}

test_denies_a_password_that_the_plan_generates if {
	generated := testing.with_via(testing.resource("random_password", {}), "subject", "password")
	violations := policy.deny with input as testing.with_linked(testing.resource("aws_db_instance", {}), [generated])
	violations == _violation("password")
}

test_allows_what_is_made_elsewhere if {
	every given in [
		{},
		{"manage_master_user_password": true},
		{"password": "", "password_wo_version": 1},
		{"password": null, "replicate_source_db": "orders"},
	] {
		violations := policy.deny with input as testing.resource("aws_db_instance", given)
		count(violations) == 0
	}
}

test_allows_a_generated_value_elsewhere if {
	generated := testing.with_via(testing.resource("random_password", {}), "subject", "identifier")
	violations := policy.deny with input as testing.with_linked(testing.resource("aws_db_instance", {}), [generated])
	count(violations) == 0
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("aws_db_instance", ["password"]) {
		violations := policy.deny with input as document
		count(violations) == 0
	}
}
