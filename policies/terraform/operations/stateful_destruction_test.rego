package policies.terraform.operations.stateful_destruction_test

import data.policies.lib.testing
import data.policies.terraform.operations.stateful_destruction as policy

_params := {"approved_addresses": []}

_created := testing.resource("aws_db_instance", {"identifier": "main"})

_deleted := testing.with_action(_created, "delete")

_replaced := testing.with_action(_created, "replace")

test_denies_a_delete if {
	violations := policy.deny with input as _deleted with data.params as _params
	violations == {{"message": "the plan deletes this resource and the data in it"}}
}

test_denies_a_replace if {
	violations := policy.deny with input as _replaced with data.params as _params
	violations == {{"message": "the plan replaces this resource with an empty one and destroys the data in it"}}
}

test_allows_an_approved_address if {
	violations := policy.deny with input as _deleted with data.params as {"approved_addresses": ["aws_db_instance.this"]}
	count(violations) == 0
}

test_approval_is_exact if {
	every address in ["aws_db_instance.*", "aws_db_instance", "module.a.aws_db_instance.this", "aws_db_instance.this[0]"] {
		violations := policy.deny with input as _deleted with data.params as {"approved_addresses": [address]}
		count(violations) == 1
	}
}

test_allows_other_actions if {
	every action in ["create", "update", "no-op", "forget", "none"] {
		document := testing.with_action(_created, action)
		violations := policy.deny with input as document with data.params as _params
		count(violations) == 0
	}
}

test_denies_whatever_the_values_are if {
	every value in [null, 7, "x", [null], {}] {
		document := object.union(_deleted, {"values": value})
		violations := policy.deny with input as document with data.params as _params
		count(violations) == 1
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("aws_backup_logically_air_gapped_vault", ["identifier"]) {
		violations := policy.deny with input as document with data.params as {"approved_addresses": []}
		count(violations) == 0
	}
}
