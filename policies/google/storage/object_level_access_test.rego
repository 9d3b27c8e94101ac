package policies.google.storage.object_level_access_test

import data.policies.google.storage.object_level_access as policy
import data.policies.lib.testing

_bucket(values) := testing.resource("google_storage_bucket", values)

test_denies_a_bucket_that_says_nothing_or_no if {
	every values in [{}, {"uniform_bucket_level_access": false}, {"uniform_bucket_level_access": null}] {
		violations := policy.deny with input as _bucket(values)
		violations == {{
			"message": "uniform_bucket_level_access is not true",
			"attribute": ["uniform_bucket_level_access"],
		}}
	}
}

# Providers before version 4 call it by another name.
test_allows_uniform_access if {
	every values in [{"uniform_bucket_level_access": true}, {"bucket_policy_only": true}] {
		violations := policy.deny with input as _bucket(values)
		count(violations) == 0
	}
}

test_denies_values_of_a_wrong_type if {
	every value in [7, "x", {}, [true]] {
		violations := policy.deny with input as _bucket({"uniform_bucket_level_access": value})
		count(violations) == 1
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("google_storage_bucket", ["bucket_policy_only", "uniform_bucket_level_access"]) {
		violations := policy.deny with input as document
		count(violations) == 1
	}
}
