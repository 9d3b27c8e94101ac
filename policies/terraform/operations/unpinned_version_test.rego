package policies.terraform.operations.unpinned_version_test

import data.policies.terraform.operations.unpinned_version as policy

_any := {"oldest_version": "0.0.0", "newest_version": "999.0.0"}

_pinned := {"required_version": "~> 1.11", "terraform_version": "1.11.4"}

test_denies_an_absent_constraint if {
	every plan in [{"terraform_version": "1.11.4"}, {}] {
		violations := policy.deny with input as plan with data.params as _any
		violations == {{"message": "no required_version is set", "attribute": ["required_version"]}}
	}
}

test_denies_other_versions if {
	every params in [{"oldest_version": "1.12.0", "newest_version": "999.0.0"}, {"oldest_version": "0.0.0", "newest_version": "1.10.9"}] {
		violations := policy.deny with input as _pinned with data.params as params
		count(violations) == 1
	}
}

test_allows_a_pinned_version if {
	violations := policy.deny with input as _pinned with data.params as _any
	violations == set()
}

test_allows_an_unknown_version if {
	every version in ["", "next"] {
		violations := policy.deny with input as {"required_version": "~> 1.11", "terraform_version": version} with data.params as {"oldest_version": "1.12.0", "newest_version": "1.13.0"}
		violations == set()
	}
}
