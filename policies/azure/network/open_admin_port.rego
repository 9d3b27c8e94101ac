# METADATA
# title: Network security group opens an administration port to the internet
# description: |
#   Remote administration that anyone can reach is found within minutes and attacked without pause. Azure has several words for
#   everyone; ranges are judged by size, not by spelling. A rule counts unless one before it, in the same
#   group, denies the same port to everyone.
#   Waive it for a honeypot, or for a bastion that must accept any source and is hardened for it.
# scope: package
# related_resources:
#   - ref: https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview
#   - ref: https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/network_security_rule
# custom:
#   severity: critical
#   resource_types: [azurerm_network_security_group, azurerm_network_security_rule]
#   links_of:
#     azurerm_network_security_group: [azurerm_network_security_rule]
#   aliases: [CKV_AZURE_9, CKV_AZURE_10, AVD-AZU-0048, AVD-AZU-0050]
#   controls:
#     cis-azure-4.0: ["8.1", "8.2"]
#   params:
#     admin_ports:
#       type: array
#       default: [22, 3389]
#       description: Ports that must not be reachable from the internet.
#     open_ipv4_prefix:
#       type: number
#       default: 8
#       description: A public IPv4 range with a shorter prefix than this counts as the internet.
#     open_ipv6_prefix:
#       type: number
#       default: 16
#       description: A public IPv6 range with a shorter prefix than this counts as the internet.
#   remediation: Restrict the source, or come in through Azure Bastion.
#   examples:
#     fails: |
#       resource "azurerm_network_security_rule" "ssh" {
#         name                        = "ssh"
#         resource_group_name         = azurerm_resource_group.main.name
#         network_security_group_name = azurerm_network_security_group.web.name
#         priority                    = 100
#         direction                   = "Inbound"
#         access                      = "Allow"
#         protocol                    = "Tcp"
#         source_address_prefix       = "Internet"
#         source_port_range           = "*"
#         destination_address_prefix  = "*"
#         destination_port_range      = "22"
#       }
#     passes: |
#       resource "azurerm_network_security_rule" "ssh" {
#         name                        = "ssh"
#         resource_group_name         = azurerm_resource_group.main.name
#         network_security_group_name = azurerm_network_security_group.web.name
#         priority                    = 100
#         direction                   = "Inbound"
#         access                      = "Allow"
#         protocol                    = "Tcp"
#         source_address_prefix       = "203.0.113.0/24"
#         source_port_range           = "*"
#         destination_address_prefix  = "*"
#         destination_port_range      = "22"
#       }
package policies.azure.network.open_admin_port

import data.policies.lib.azure_firewall
import data.policies.lib.network

deny contains violation if violation := network.opening_violation(_openings)

_openings := [{"ports": ports, "cidrs": opening.cidrs, "attribute": opening.attribute} |
	some opening in azure_firewall.openings(_anywhere, data.params.open_ipv4_prefix, data.params.open_ipv6_prefix)
	ports := network.exposed_ports(opening.protocol, opening.ranges, data.params.admin_ports)
	count(ports) > 0
]

_anywhere := {"*", "0.0.0.0", "any", "internet"}
