package policies.google.storage.public_bucket_test

import data.policies.google.storage.public_bucket as policy
import data.policies.lib.testing

_member := testing.resource("google_storage_bucket_iam_member", {"bucket": "a", "member": "allUsers"})

_bucket(prevention) := testing.resource("google_storage_bucket", {"public_access_prevention": prevention})

test_denies_a_member if {
	violations := policy.deny with input as testing.with_linked(_member, [_bucket("inherited")])
	violations == {{"message": "access is granted to allUsers", "attribute": ["member"]}}
}

test_denies_a_binding_and_a_policy if {
	binding := testing.resource("google_storage_bucket_iam_binding", {"members": ["user:a@b", "allAuthenticatedUsers"]})
	violations := policy.deny with input as binding
	violations == {{"message": "access is granted to allAuthenticatedUsers", "attribute": ["members"]}}
	text := testing.with_derived(
		testing.resource("google_storage_bucket_iam_policy", {}),
		{"policy_data": {"bindings": [{"members": ["allUsers"]}]}},
	)
	policy_violations := policy.deny with input as text
	count(policy_violations) == 1
}

test_denies_entries_of_an_acl if {
	every values in [
		{"role_entity": ["OWNER:user-a@b", "READER:allUsers"]},
		{"predefined_acl": "publicRead"},
		{"default_acl": "authenticatedRead"},
		{"entity": "allAuthenticatedUsers", "role": "READER"},
	] {
		violations := policy.deny with input as testing.resource("google_storage_bucket_acl", values)
		count(violations) == 1
	}
}

test_denies_an_old_predefined_acl if {
	violations := policy.deny with input as testing.resource("google_storage_bucket", {"predefined_acl": "publicReadWrite"})
	violations == {{"message": "access is granted to publicReadWrite", "attribute": ["predefined_acl"]}}
}

test_allows_what_the_bucket_prevents if {
	violations := policy.deny with input as testing.with_linked(_member, [_bucket("enforced")])
	count(violations) == 0
}

test_allows_named_members if {
	every document in [
		testing.resource("google_storage_bucket", {"name": "a", "predefined_acl": null}),
		testing.resource("google_storage_bucket_iam_member", {"member": "group:a@example.com"}),
		testing.resource("google_storage_bucket_iam_binding", {"members": ["domain:example.com"]}),
		testing.resource("google_storage_bucket_acl", {"role_entity": ["READER:group-a@b"], "predefined_acl": "private"}),
		testing.resource("google_storage_bucket_access_control", {"entity": "user-a@b"}),
	] {
		violations := policy.deny with input as document
		count(violations) == 0
	}
}

test_values_of_a_wrong_type if {
	every value in [7, "x", {}, [null], [7]] {
		violations := policy.deny with input as testing.resource("google_storage_bucket_acl", {
			"role_entity": value,
			"predefined_acl": value,
			"entity": value,
		})
		count(violations) == 0
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("google_storage_bucket", ["default_acl", "entity", "predefined_acl", "public_access_prevention", "role_entity"]) {
		violations := policy.deny with input as document
		count(violations) == 0
	}
}
