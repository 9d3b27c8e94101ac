package policies.terraform.state.unencrypted_state_test

import data.policies.terraform.state.unencrypted_state as policy

_params := {"require_customer_key": false}

_kept(type, constants) := {"backend": {"type": type, "constants": constants}}

_violations(plan) := violations if violations := policy.deny with input as plan with data.params as _params

test_denies_s3_without_encryption if {
	every constants in [{}, {"encrypt": false}, {"encrypt": null}] {
		_violations(_kept("s3", constants)) == {{
			"message": "the S3 backend is not asked to encrypt the state",
			"attribute": ["backend", "constants", "encrypt"],
		}}
	}
}

test_denies_an_acl_for_every_account if {
	count(_violations(_kept("s3", {"encrypt": true, "acl": "authenticated-read"}))) == 1
}

test_denies_a_public_acl if {
	_violations(_kept("s3", {"encrypt": true, "acl": "public-read"})) == {{
		"message": "the state is shown to everyone by its ACL",
		"attribute": ["backend", "constants", "acl"],
	}}
}

test_denies_a_missing_key_where_one_is_demanded if {
	every plan in [_kept("s3", {"encrypt": true}), _kept("gcs", {})] {
		violations := policy.deny with input as plan with data.params as {"require_customer_key": true}
		count(violations) == 1
	}
}

test_allows_encrypted_state if {
	every plan in [_kept("s3", {"encrypt": true, "acl": "private"}), _kept("gcs", {}), _kept("azurerm", {}), _kept("cloud", {})] {
		_violations(plan) == set()
	}
}

test_absent_or_unknown_backends_are_another_fault if _violations({}) == set()
