# METADATA
# title: AKS nodes get public IP addresses
# description: |
#   A node with a public address exposes its kubelet and its node ports to the internet as soon as one rule allows it.
#   The default pool and every other pool say so on their own; none inherits it. Both names of the argument count.
#   Waive it for a pool whose pods must be addressed directly, such as game servers.
# scope: package
# related_resources:
#   - ref: https://learn.microsoft.com/azure/aks/use-node-public-ips
#   - ref: https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/kubernetes_cluster_node_pool
# custom:
#   severity: high
#   resource_types: [azurerm_kubernetes_cluster, azurerm_kubernetes_cluster_node_pool]
#   aliases: [CKV_AZURE_143]
#   remediation: Set node_public_ip_enabled to false, and publish services through a load balancer.
#   examples:
#     fails: |
#       resource "azurerm_kubernetes_cluster_node_pool" "batch" {
#         name                   = "batch"
#         kubernetes_cluster_id  = azurerm_kubernetes_cluster.main.id
#         vm_size                = "Standard_D4s_v5"
#         node_public_ip_enabled = true
#       }
#     passes: |
#       resource "azurerm_kubernetes_cluster_node_pool" "batch" {
#         name                  = "batch"
#         kubernetes_cluster_id = azurerm_kubernetes_cluster.main.id
#         vm_size               = "Standard_D4s_v5"
#       }
package policies.azure.aks.public_nodes

import data.policies.lib.azure
import data.policies.lib.values

deny contains violation if {
	values.is_true(_pool.argument.value)
	violation := {
		"message": sprintf("%s is true", [_pool.argument.name]),
		"attribute": array.concat(_pool.path, [_pool.argument.name]),
	}
}

_pool := {"argument": azure.node_public_ip_enabled(input.values), "path": []} if {
	input.type == "azurerm_kubernetes_cluster_node_pool"
} else := {
	"argument": azure.node_public_ip_enabled(input.values.default_node_pool[0]),
	"path": ["default_node_pool", 0],
}
