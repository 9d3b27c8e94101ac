package policies.google.bigquery.public_dataset_test

import data.policies.google.bigquery.public_dataset as policy
import data.policies.lib.testing

_dataset(access) := testing.resource("google_bigquery_dataset", {"access": access})

_owner := {"role": "OWNER", "special_group": "projectOwners", "iam_member": ""}

test_denies_an_access_block if {
	violations := policy.deny with input as _dataset([_owner, {"special_group": "allAuthenticatedUsers"}])
	violations == {{
		"message": "access is granted to allAuthenticatedUsers",
		"attribute": ["access", 1, "special_group"],
	}}
	member := policy.deny with input as _dataset([{"iam_member": "allUsers"}])
	count(member) == 1
}

test_denies_an_access_entry_and_grants if {
	every document in [
		testing.resource("google_bigquery_dataset_access", {"special_group": "allAuthenticatedUsers"}),
		testing.resource("google_bigquery_dataset_access", {"iam_member": "allUsers"}),
		testing.resource("google_bigquery_dataset_iam_member", {"member": "allAuthenticatedUsers"}),
		testing.resource("google_bigquery_dataset_iam_binding", {"members": ["allUsers"]}),
		testing.with_derived(
			testing.resource("google_bigquery_dataset_iam_policy", {}),
			{"policy_data": {"bindings": [{"members": ["allUsers"]}]}},
		),
	] {
		violations := policy.deny with input as document
		count(violations) == 1
	}
}

test_denies_the_document_of_a_data_source if {
	document := testing.data_source("google_iam_policy", {"binding": [{"members": ["allAuthenticatedUsers"]}]})
	granting := testing.resource("google_bigquery_dataset_iam_policy", {})
	violations := policy.deny with input as testing.with_linked(granting, [document])
	violations == {{"message": "access is granted to allAuthenticatedUsers", "attribute": ["policy_data"]}}
}

test_allows_named_access if {
	every document in [
		_dataset([_owner, {"role": "READER", "group_by_email": "a@example.com"}]),
		_dataset([]),
		_dataset(null),
		testing.resource("google_bigquery_dataset_access", {"special_group": "projectReaders"}),
		testing.resource("google_bigquery_dataset_iam_member", {"member": "user:a@example.com"}),
	] {
		violations := policy.deny with input as document
		count(violations) == 0
	}
}

test_values_of_a_wrong_type if {
	every value in [7, "allUsers", {}, [null], [7], [{"iam_member": 7}]] {
		violations := policy.deny with input as _dataset(value)
		count(violations) == 0
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("google_bigquery_dataset", ["access"]) {
		violations := policy.deny with input as document
		count(violations) == 0
	}
}
