package policies.azure.keyvault.unrecoverable_vault_test

import data.policies.azure.keyvault.unrecoverable_vault as policy
import data.policies.lib.testing

_params := {"retention_days": 7}

_vault(values) := testing.resource("azurerm_key_vault", values)

test_denies_a_vault_that_can_be_purged if {
	every values in [{}, {"purge_protection_enabled": false}, {"purge_protection_enabled": null}] {
		violations := policy.deny with input as _vault(values) with data.params as _params
		violations == {{
			"message": "purge_protection_enabled is not true",
			"attribute": ["purge_protection_enabled"],
		}}
	}
}

test_denies_all_of_it_at_once if {
	violations := policy.deny with input as _vault({"soft_delete_enabled": false, "soft_delete_retention_days": 30})
		with data.params as {"retention_days": 60}
	violations == {{
		"message": concat(", ", [
			"purge_protection_enabled is not true",
			"soft_delete_enabled is false",
			"soft_delete_retention_days is less than 60",
		]),
		"attribute": ["purge_protection_enabled"],
	}}
}

test_allows_a_protected_vault if {
	every values in [
		{"purge_protection_enabled": true},
		{"purge_protection_enabled": true, "soft_delete_enabled": true, "soft_delete_retention_days": 7},
	] {
		violations := policy.deny with input as _vault(values) with data.params as _params
		count(violations) == 0
	}
}

test_denies_values_of_a_wrong_type if {
	every value in [7, "x", {}, [true]] {
		violations := policy.deny with input as _vault({
			"purge_protection_enabled": value,
			"soft_delete_retention_days": value,
		})
			with data.params as _params
		count(violations) == 1
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("azurerm_key_vault", ["purge_protection_enabled", "soft_delete_enabled", "soft_delete_retention_days"]) {
		violations := policy.deny with input as document with data.params as {"retention_days": 7}
		count(violations) == 1
	}
}
