package policies.lib.google_iam_test

import data.policies.lib.google_iam
import data.policies.lib.testing

_grant(values) := testing.resource("google_storage_bucket_iam_binding", values)

_policy := _grant({"policy_data": "…"})

_bindings := [{"role": "a", "members": ["user:a@example.com"]}, {"role": "b", "members": ["allUsers"]}]

_read := testing.with_linked(_policy, [testing.data_source("google_iam_policy", {"binding": _bindings})])

test_members if {
	direct := google_iam.public_grants with input as _grant({"member": "allUsers"})
	direct == [{"member": "allUsers", "attribute": ["member"]}]
	listed := google_iam.public_grants with input as _grant({"members": ["user:a@example.com", "allAuthenticatedUsers"]})
	listed == [{"member": "allAuthenticatedUsers", "attribute": ["members"]}]
	named := google_iam.public_grants with input as _grant({"member": "domain:example.com", "members": null})
	named == []
}

test_policies if {
	every document in [_read, testing.with_derived(_policy, {"policy_data": {"bindings": _bindings}})] {
		grants := google_iam.public_grants with input as document
		grants == [{"member": "allUsers", "attribute": ["policy_data"]}]
	}
}

test_a_policy_that_cannot_be_read if {
	grants := google_iam.public_grants with input as _policy
	grants == [{"member": "members that cannot be read", "attribute": ["policy_data"]}]
}

test_wrong_types if {
	every value in [7, {}, [null], [7]] {
		grants := google_iam.public_grants with input as testing.with_derived(
			_grant({"member": value, "members": value}),
			{"policy_data": {"bindings": value}},
		)
		grants == []
	}
}

test_a_violation if {
	grants := [{"member": "allUsers", "attribute": ["member"]}, {"member": "allUsers", "attribute": ["x"]}]
	google_iam.violation(grants) == {"message": "access is granted to allUsers", "attribute": ["member"]}
	not google_iam.violation([])
}
