package policies.azure.storage.single_region_account_test

import data.policies.azure.storage.single_region_account as policy
import data.policies.lib.testing

_params := {"critical_tag": {"key": "criticality", "value": "high"}}

_account(replication) := testing.resource("azurerm_storage_account", {
	"account_replication_type": replication,
	"tags": {"criticality": "high"},
})

test_denies_replication_within_a_region if {
	every replication in ["LRS", "ZRS", "", null, 7] {
		violations := policy.deny with input as _account(replication) with data.params as _params
		violations == {{
			"message": "account_replication_type keeps no copy in another region",
			"attribute": ["account_replication_type"],
		}}
	}
}

test_allows_copies_elsewhere if {
	every replication in ["GRS", "GZRS", "RAGRS", "RAGZRS"] {
		violations := policy.deny with input as _account(replication) with data.params as _params
		count(violations) == 0
	}
}

test_allows_other_accounts if {
	document := testing.resource("azurerm_storage_account", {"account_replication_type": "LRS"})
	violations := policy.deny with input as document with data.params as _params
	count(violations) == 0
}

test_denies_all_accounts_without_a_tag_to_select_by if {
	document := testing.resource("azurerm_storage_account", {"account_replication_type": "LRS"})
	violations := policy.deny with input as document with data.params as {"critical_tag": {"key": "", "value": ""}}
	count(violations) == 1
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("azurerm_storage_account", ["account_replication_type", "tags"]) {
		violations := policy.deny with input as document with data.params as {"critical_tag": {"key": "", "value": ""}}
		count(violations) == 1
	}
}
