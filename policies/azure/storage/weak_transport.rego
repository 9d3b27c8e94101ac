# METADATA
# title: Storage account accepts weak transport
# description: |
#   Plain HTTP shows keys, tokens and data to whoever listens, and old versions of TLS can be broken by those who can.
#   The provider asks for HTTPS and TLS 1.2 since version 3 unless it is told otherwise. Both names of the argument count.
#   Waive it for an account that serves NFS, which cannot use HTTPS, and restrict its network.
# scope: package
# related_resources:
#   - ref: https://learn.microsoft.com/azure/storage/common/storage-require-secure-transfer
#   - ref: https://learn.microsoft.com/azure/storage/common/transport-layer-security-configure-minimum-version
#   - ref: https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/storage_account#https_traffic_only_enabled
# custom:
#   severity: high
#   resource_types: [azurerm_storage_account]
#   aliases: [CKV_AZURE_3, CKV_AZURE_44, AVD-AZU-0008, AVD-AZU-0011]
#   controls:
#     cis-azure-4.0: [10.3.4, 10.3.7]
#   remediation: Set https_traffic_only_enabled to true and min_tls_version to TLS1_2.
#   examples:
#     fails: |
#       resource "azurerm_storage_account" "reports" {
#         name                       = "acmereports"
#         resource_group_name        = azurerm_resource_group.main.name
#         location                   = azurerm_resource_group.main.location
#         account_tier               = "Standard"
#         account_replication_type   = "ZRS"
#         https_traffic_only_enabled = false
#         min_tls_version            = "TLS1_0"
#       }
#     passes: |
#       resource "azurerm_storage_account" "reports" {
#         name                       = "acmereports"
#         resource_group_name        = azurerm_resource_group.main.name
#         location                   = azurerm_resource_group.main.location
#         account_tier               = "Standard"
#         account_replication_type   = "ZRS"
#         https_traffic_only_enabled = true
#         min_tls_version            = "TLS1_2"
#       }
package policies.azure.storage.weak_transport

import data.policies.lib.azure
import data.policies.lib.values

deny contains violation if {
	count(_parts) > 0
	violation := {
		"message": concat(", ", [part.message | some part in _parts]),
		"attribute": _parts[0].attribute,
	}
}

_parts := array.concat(
	[{"message": sprintf("%s is false", [https.name]), "attribute": [https.name]} |
		https := azure.https_traffic_only_enabled(input.values)
		values.is_false(https.value)
	],
	[{"message": sprintf("min_tls_version is %v", [version]), "attribute": ["min_tls_version"]} |
		version := input.values.min_tls_version
		version != null
		not version in {"TLS1_2", "TLS1_3"}
	],
)
