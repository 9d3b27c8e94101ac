# METADATA
# title: Network interface of a virtual machine has a public IP address
# description: |
#   A machine with a public address is reachable as soon as one security rule allows it. Machines reach the internet
#   through a NAT gateway, and people reach them through Azure Bastion, without any.
#   Waive it for machines that must be addressed directly, such as a VPN gateway.
# scope: package
# related_resources:
#   - ref: https://learn.microsoft.com/azure/virtual-network/ip-services/virtual-network-public-ip-address
#   - ref: https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/network_interface#public_ip_address_id
# custom:
#   severity: high
#   resource_types: [azurerm_network_interface]
#   aliases: [CKV_AZURE_119, AVD-AZU-0076]
#   remediation: Remove public_ip_address_id from every ip_configuration.
#   examples:
#     fails: |
#       resource "azurerm_network_interface" "web" {
#         name                = "web"
#         resource_group_name = azurerm_resource_group.main.name
#         location            = azurerm_resource_group.main.location
#
#         ip_configuration {
#           name                          = "web"
#           subnet_id                     = azurerm_subnet.web.id
#           private_ip_address_allocation = "Dynamic"
#           public_ip_address_id          = azurerm_public_ip.web.id
#         }
#       }
#     passes: |
#       resource "azurerm_network_interface" "web" {
#         name                = "web"
#         resource_group_name = azurerm_resource_group.main.name
#         location            = azurerm_resource_group.main.location
#
#         ip_configuration {
#           name                          = "web"
#           subnet_id                     = azurerm_subnet.web.id
#           private_ip_address_allocation = "Dynamic"
#         }
#       }
package policies.azure.compute.public_ip

import data.policies.lib.linked
import data.policies.lib.resource
import data.policies.lib.values

deny contains violation if {
	count(_addressed) > 0
	violation := {
		"message": sprintf("a public address is given to %s", [concat(", ", [text |
			some index in _addressed
			text := sprintf("ip_configuration[%d]", [index])
		])]),
		"attribute": ["ip_configuration", _addressed[0], "public_ip_address_id"],
		"related": linked.addresses(_addresses),
	}
}

_addresses := linked.through("azurerm_public_ip", ["ip_configuration.public_ip_address_id"])

_addressed := [index |
	some index, configuration in values.list(input.values.ip_configuration)
	_has_address(index, configuration)
]

_has_address(_, configuration) if values.given(configuration.public_ip_address_id)

# The id of an address that the plan makes is known after apply.
_has_address(index, configuration) if {
	not configuration.public_ip_address_id
	count(_addresses) > 0
	resource.unknown(input.unknown, ["ip_configuration", index, "public_ip_address_id"])
}
