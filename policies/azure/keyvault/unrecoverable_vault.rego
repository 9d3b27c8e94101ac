# METADATA
# title: Key vault can be purged
# description: |
#   Without purge protection, whoever deletes a vault can purge it at once, and all that its keys encrypt is lost with it. Soft
#   delete alone does not prevent that, and a short retention leaves little time to notice.
#   Waive it for vaults of tests that are made and removed by the day.
# scope: package
# related_resources:
#   - ref: https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview
#   - ref: https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/key_vault#purge_protection_enabled
# custom:
#   severity: medium
#   resource_types: [azurerm_key_vault]
#   aliases: [CKV_AZURE_110, CKV_AZURE_42, CKV_AZURE_111, AVD-AZU-0016, FG_R00227]
#   controls:
#     cis-azure-1.3: ["8.4"]
#     cis-azure-4.0: [9.3.5]
#   params:
#     retention_days:
#       type: number
#       default: 7
#       description: For so many days a deleted vault must be kept.
#   remediation: Set purge_protection_enabled to true.
#   examples:
#     fails: |
#       resource "azurerm_key_vault" "main" {
#         name                = "acme-main"
#         resource_group_name = azurerm_resource_group.main.name
#         location            = azurerm_resource_group.main.location
#         tenant_id           = var.tenant
#         sku_name            = "standard"
#       }
#     passes: |
#       resource "azurerm_key_vault" "main" {
#         name                     = "acme-main"
#         resource_group_name      = azurerm_resource_group.main.name
#         location                 = azurerm_resource_group.main.location
#         tenant_id                = var.tenant
#         sku_name                 = "standard"
#         purge_protection_enabled = true
#       }
package policies.azure.keyvault.unrecoverable_vault

import data.policies.lib.values

deny contains violation if {
	count(_parts) > 0
	violation := {
		"message": concat(", ", [part.message | some part in _parts]),
		"attribute": _parts[0].attribute,
	}
}

_parts := array.concat(
	[{"message": "purge_protection_enabled is not true", "attribute": ["purge_protection_enabled"]} |
		not values.is_true(input.values.purge_protection_enabled)
	],
	array.concat(
		[{"message": "soft_delete_enabled is false", "attribute": ["soft_delete_enabled"]} |
			values.is_false(input.values.soft_delete_enabled)
		],
		# The provider keeps deleted vaults for 90 days unless it is told otherwise.
		[{
			"message": sprintf("soft_delete_retention_days is less than %v", [data.params.retention_days]),
			"attribute": ["soft_delete_retention_days"],
		} |
			values.number(input.values.soft_delete_retention_days) < data.params.retention_days
		],
	),
)
