# METADATA
# title: AKS API server is open to the internet
# description: |
#   Whoever reaches the API server needs only one leaked credential, or one fault in the server, to own the cluster.
#   A public cluster that names no ranges is open to everyone, and so is one whose ranges are the whole internet,
#   in one piece or in halves. Both names of the argument count.
#   Waive it for a cluster without data or rights, such as one for a workshop, with an expiry.
# scope: package
# related_resources:
#   - ref: https://learn.microsoft.com/azure/aks/api-server-authorized-ip-ranges
#   - ref: https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/kubernetes_cluster#api_server_access_profile
# custom:
#   severity: critical
#   resource_types: [azurerm_kubernetes_cluster]
#   aliases: [CKV_AZURE_115, CKV_AZURE_6, AVD-AZU-0041, AVD-AZU-0065]
#   params:
#     open_ipv4_prefix:
#       type: number
#       default: 8
#       description: A public IPv4 range with a shorter prefix than this counts as the internet.
#     open_ipv6_prefix:
#       type: number
#       default: 16
#       description: A public IPv6 range with a shorter prefix than this counts as the internet.
#   remediation: Set private_cluster_enabled to true, or name the ranges that may reach the API server.
#   examples:
#     fails: |
#       resource "azurerm_kubernetes_cluster" "main" {
#         name                = "main"
#         location            = azurerm_resource_group.main.location
#         resource_group_name = azurerm_resource_group.main.name
#         dns_prefix          = "main"
#       }
#     passes: |
#       resource "azurerm_kubernetes_cluster" "main" {
#         name                = "main"
#         location            = azurerm_resource_group.main.location
#         resource_group_name = azurerm_resource_group.main.name
#         dns_prefix          = "main"
#
#         api_server_access_profile {
#           authorized_ip_ranges = ["203.0.113.0/24"]
#         }
#       }
package policies.azure.aks.open_endpoint

import data.policies.lib.azure
import data.policies.lib.network
import data.policies.lib.values

deny contains violation if {
	not values.is_true(input.values.private_cluster_enabled)
	violation := _violation
}

_violation := {
	"message": "the cluster is not private, and no ranges restrict its API server",
	"attribute": ["api_server_access_profile", 0, "authorized_ip_ranges"],
} if {
	not _ranges
} else := {
	"message": sprintf("the API server is open to %s", [concat(", ", _open)]),
	"attribute": _attribute,
} if {
	count(_open) > 0
}

_ranges := azure.authorized_ip_ranges(input.values).value if {
	count(values.strings(azure.authorized_ip_ranges(input.values).value)) > 0
}

_open := network.open_cidrs(_ranges, data.params.open_ipv4_prefix, data.params.open_ipv6_prefix)

_attribute := [azure.authorized_ip_ranges(input.values).name] if {
	azure.authorized_ip_ranges(input.values).name == "api_server_authorized_ip_ranges"
} else := ["api_server_access_profile", 0, "authorized_ip_ranges"]
