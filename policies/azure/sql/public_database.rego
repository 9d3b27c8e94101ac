# METADATA
# title: Azure SQL server is reachable from public networks
# description: |
#   With public network access, firewall rules and passwords are all that stands before the data. A rule for all addresses
#   opens the server to everyone, and one for 0.0.0.0 alone to every machine in Azure, of any customer.
#   Ranges are judged by size. Applications reach the server through a private endpoint.
#   Waive it for the time of a migration from outside, with an expiry.
# scope: package
# related_resources:
#   - ref: https://learn.microsoft.com/azure/azure-sql/database/connectivity-settings
#   - ref: https://learn.microsoft.com/azure/azure-sql/database/firewall-configure
#   - ref: https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/mssql_server#public_network_access_enabled
# custom:
#   severity: high
#   resource_types: [azurerm_mssql_firewall_rule, azurerm_mssql_server, azurerm_sql_firewall_rule]
#   aliases: [CKV_AZURE_113, CKV_AZURE_11, CKV2_AZURE_34, AVD-AZU-0022, AVD-AZU-0029]
#   params:
#     allow_azure_services:
#       type: boolean
#       default: false
#       description: Whether a firewall rule may admit every machine in Azure.
#     largest_range:
#       type: number
#       default: 16777216
#       description: A range with more addresses than this counts as the internet.
#   remediation: Set public_network_access_enabled to false, use a private endpoint, and remove rules for wide ranges.
#   examples:
#     fails: |
#       resource "azurerm_mssql_server" "orders" {
#         name                = "acme-orders"
#         resource_group_name = azurerm_resource_group.main.name
#         location            = azurerm_resource_group.main.location
#         version             = "12.0"
#       }
#     passes: |
#       resource "azurerm_mssql_server" "orders" {
#         name                          = "acme-orders"
#         resource_group_name           = azurerm_resource_group.main.name
#         location                      = azurerm_resource_group.main.location
#         version                       = "12.0"
#         public_network_access_enabled = false
#       }
package policies.azure.sql.public_database

import data.policies.lib.values

deny contains violation if violation := _violation

_violation := {
	"message": "public_network_access_enabled is not false",
	"attribute": ["public_network_access_enabled"],
} if {
	input.type == "azurerm_mssql_server"
	not values.is_false(input.values.public_network_access_enabled)
} else := {
	"message": "every machine in Azure is let in",
	"attribute": ["start_ip_address"],
} if {
	not values.is_true(data.params.allow_azure_services)
	input.values.start_ip_address == "0.0.0.0"
	input.values.end_ip_address == "0.0.0.0"
} else := {
	"message": sprintf("the addresses from %s to %s are let in", [_start, _end]),
	"attribute": ["start_ip_address"],
} if {
	_wide
}

_wide if input.values.end_ip_address == "255.255.255.255"

_wide if (_number(_end) - _number(_start)) + 1 > data.params.largest_range

_start := input.values.start_ip_address

_end := input.values.end_ip_address

_number(address) := (((((to_number(parts[0]) * 256) + to_number(parts[1])) * 256) + to_number(parts[2])) * 256) +
	to_number(parts[3]) if {
	is_string(address)
	regex.match(`^[0-9]{1,3}(\.[0-9]{1,3}){3}$`, address)
	parts := split(address, ".")
}
