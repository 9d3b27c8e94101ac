# METADATA
# title: Storage account of critical data has no copy in another region
# description: |
#   Replication within a region does not survive its loss. Geo-redundant accounts keep a copy in the paired region.
#   Which accounts hold critical data a tag says: set `critical_tag`; others are not judged.
#   Waive it for data that can be made again from elsewhere, or that may not leave its region.
# scope: package
# related_resources:
#   - ref: https://learn.microsoft.com/azure/storage/common/storage-redundancy
#   - ref: https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/storage_account
# custom:
#   severity: medium
#   profiles: [strict]
#   resource_types: [azurerm_storage_account]
#   aliases: [CKV_AZURE_206, AVD-AZU-0058]
#   controls:
#     cis-azure-4.0: ["10.3.12"]
#   params:
#     critical_tag:
#       type: object
#       default: {key: criticality, value: high}
#       description: The tag, as key and value, of accounts that must have a copy; an empty key selects all accounts.
#   remediation: Set account_replication_type to GRS or GZRS, or to RAGRS or RAGZRS to read the copy as well.
#   examples:
#     fails: |
#       resource "azurerm_storage_account" "invoices" {
#         name                     = "exampleinvoices"
#         resource_group_name      = azurerm_resource_group.shop.name
#         location                 = azurerm_resource_group.shop.location
#         account_tier             = "Standard"
#         account_replication_type = "ZRS"
#         tags                     = { criticality = "high" }
#       }
#     passes: |
#       resource "azurerm_storage_account" "invoices" {
#         name                     = "exampleinvoices"
#         resource_group_name      = azurerm_resource_group.shop.name
#         location                 = azurerm_resource_group.shop.location
#         account_tier             = "Standard"
#         account_replication_type = "GZRS"
#         tags                     = { criticality = "high" }
#       }
package policies.azure.storage.single_region_account

import data.policies.lib.tags

deny contains violation if {
	tags.selects(data.params.critical_tag)
	not input.values.account_replication_type in {"GRS", "GZRS", "RAGRS", "RAGZRS"}
	violation := {
		"message": "account_replication_type keeps no copy in another region",
		"attribute": ["account_replication_type"],
	}
}
