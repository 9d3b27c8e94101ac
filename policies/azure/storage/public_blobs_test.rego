package policies.azure.storage.public_blobs_test

import data.policies.azure.storage.public_blobs as policy
import data.policies.lib.testing

_account(values) := testing.resource("azurerm_storage_account", values)

_container(access) := testing.resource("azurerm_storage_container", {"container_access_type": access})

test_denies_an_account_that_does_not_forbid_it if {
	every values in [{}, {"allow_nested_items_to_be_public": true}, {"allow_nested_items_to_be_public": null}] {
		violations := policy.deny with input as _account(values)
		violations == {{
			"message": "allow_nested_items_to_be_public is not false",
			"attribute": ["allow_nested_items_to_be_public"],
		}}
	}
	old := policy.deny with input as _account({"allow_blob_public_access": true})
	{violation.attribute | some violation in old} == {["allow_blob_public_access"]}
}

test_denies_a_public_container if {
	every access in ["blob", "container"] {
		every document in [
			_container(access),
			testing.with_linked(_container(access), [_account({"allow_nested_items_to_be_public": true})]),
		] {
			violations := policy.deny with input as document
			violations == {{
				"message": sprintf("container_access_type is %v", [access]),
				"attribute": ["container_access_type"],
			}}
		}
	}
}

test_allows_what_the_account_forbids if {
	container := testing.with_linked(_container("blob"), [_account({"allow_nested_items_to_be_public": false})])
	violations := policy.deny with input as container
	count(violations) == 0
}

test_allows_private_accounts_and_containers if {
	every document in [
		_account({"allow_nested_items_to_be_public": false}),
		_account({"allow_blob_public_access": false}),
		_container("private"),
		_container(""),
		testing.resource("azurerm_storage_container", {}),
	] {
		violations := policy.deny with input as document
		count(violations) == 0
	}
}

test_denies_values_of_a_wrong_type if {
	every value in [7, "x", [null], {"a": 1}] {
		violations := policy.deny with input as _account({"allow_nested_items_to_be_public": value})
		count(violations) == 1
		container_violations := policy.deny with input as _container(value)
		count(container_violations) == 1
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("azurerm_storage_account", ["allow_blob_public_access", "allow_nested_items_to_be_public", "container_access_type"]) {
		violations := policy.deny with input as document
		count(violations) == 1
	}
}
