# METADATA
# title: Storage account lets blobs be public
# description: |
#   Where an account allows it, any container can be opened to anonymous readers, by whoever may change a container. Providers
#   before version 5 allow it unless they are told otherwise. A container that asks for public access is at fault by itself,
#   unless its account forbids it.
#   Waive it for an account that serves public files, and put nothing else into it.
# scope: package
# related_resources:
#   - ref: https://learn.microsoft.com/azure/storage/blobs/anonymous-read-access-prevent
#   - ref: https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/storage_account#allow_nested_items_to_be_public
#   - ref: https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/storage_container#container_access_type
# custom:
#   severity: critical
#   resource_types: [azurerm_storage_account, azurerm_storage_container]
#   aliases: [CKV_AZURE_59, CKV_AZURE_190, CKV_AZURE_34, CKV2_AZURE_47, AVD-AZU-0007]
#   controls:
#     cis-azure-4.0: [10.3.9]
#   remediation: Set allow_nested_items_to_be_public to false and container_access_type to private.
#   examples:
#     fails: |
#       resource "azurerm_storage_account" "reports" {
#         name                     = "acmereports"
#         resource_group_name      = azurerm_resource_group.main.name
#         location                 = azurerm_resource_group.main.location
#         account_tier             = "Standard"
#         account_replication_type = "ZRS"
#       }
#     passes: |
#       resource "azurerm_storage_account" "reports" {
#         name                            = "acmereports"
#         resource_group_name             = azurerm_resource_group.main.name
#         location                        = azurerm_resource_group.main.location
#         account_tier                    = "Standard"
#         account_replication_type        = "ZRS"
#         allow_nested_items_to_be_public = false
#       }
package policies.azure.storage.public_blobs

import data.policies.lib.azure
import data.policies.lib.linked
import data.policies.lib.values

deny contains violation if violation := _violation

_violation := {
	"message": "allow_nested_items_to_be_public is not false",
	"attribute": [_argument],
} if {
	input.type == "azurerm_storage_account"
	not _forbids(input.values)
} else := {
	"message": sprintf("container_access_type is %v", [input.values.container_access_type]),
	"attribute": ["container_access_type"],
} if {
	input.type == "azurerm_storage_container"
	values.given(input.values.container_access_type)
	input.values.container_access_type != "private"
	not _account_forbids
}

_forbids(account) if values.is_false(azure.allow_nested_items_to_be_public(account).value)

_account_forbids if {
	some account in linked.through("azurerm_storage_account", ["storage_account_id", "storage_account_name"])
	_forbids(account.values)
}

_argument := azure.allow_nested_items_to_be_public(input.values).name if {
	azure.allow_nested_items_to_be_public(input.values)
} else := "allow_nested_items_to_be_public"
