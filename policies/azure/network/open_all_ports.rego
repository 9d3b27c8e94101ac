# METADATA
# title: Network security group opens all ports to the internet
# description: |
#   A rule for all ports opens what nobody thought of: databases, metrics, debug ports, and whatever is started next.
#   Ranges that add up to all ports count as such. A rule counts unless one before it, in the same group, denies
#   all ports to everyone.
#   Waive it for a network of honeypots, or for an appliance that filters traffic itself.
# scope: package
# related_resources:
#   - ref: https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview
#   - ref: https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/network_security_group#security_rule
# custom:
#   severity: critical
#   resource_types: [azurerm_network_security_group, azurerm_network_security_rule]
#   links_of:
#     azurerm_network_security_group: [azurerm_network_security_rule]
#   aliases: [CKV_AZURE_160, CKV_AZURE_77, AVD-AZU-0047]
#   controls:
#     cis-azure-4.0: ["8.3", "8.4"]
#   params:
#     open_ipv4_prefix:
#       type: number
#       default: 8
#       description: A public IPv4 range with a shorter prefix than this counts as the internet.
#     open_ipv6_prefix:
#       type: number
#       default: 16
#       description: A public IPv6 range with a shorter prefix than this counts as the internet.
#   remediation: Name the ports that must be reachable, and restrict the source of all others.
#   examples:
#     fails: |
#       resource "azurerm_network_security_rule" "web" {
#         name                        = "web"
#         resource_group_name         = azurerm_resource_group.main.name
#         network_security_group_name = azurerm_network_security_group.web.name
#         priority                    = 100
#         direction                   = "Inbound"
#         access                      = "Allow"
#         protocol                    = "*"
#         source_address_prefix       = "*"
#         source_port_range           = "*"
#         destination_address_prefix  = "*"
#         destination_port_range      = "*"
#       }
#     passes: |
#       resource "azurerm_network_security_rule" "web" {
#         name                        = "web"
#         resource_group_name         = azurerm_resource_group.main.name
#         network_security_group_name = azurerm_network_security_group.web.name
#         priority                    = 100
#         direction                   = "Inbound"
#         access                      = "Allow"
#         protocol                    = "Tcp"
#         source_address_prefix       = "*"
#         source_port_range           = "*"
#         destination_address_prefix  = "*"
#         destination_port_range      = "443"
#       }
package policies.azure.network.open_all_ports

import data.policies.lib.azure_firewall
import data.policies.lib.network

deny contains violation if violation := network.opening_violation(_openings)

_openings := [{"cidrs": opening.cidrs, "attribute": opening.attribute} |
	some opening in azure_firewall.openings(_anywhere, data.params.open_ipv4_prefix, data.params.open_ipv6_prefix)
	network.every_port(opening.protocol, opening.ranges)
]

_anywhere := {"*", "0.0.0.0", "any", "internet"}
