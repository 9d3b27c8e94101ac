# METADATA
# title: Workload on Azure runs in a single zone
# description: |
#   When its zone fails, everything that runs there alone stops. Nodes and machines that name no zone are placed
#   anywhere, mostly together. Zones can only be chosen when a pool or a set is made.
#   Waive it for workloads that may stand still, and in regions without zones.
# scope: package
# related_resources:
#   - ref: https://learn.microsoft.com/azure/aks/availability-zones
#   - ref: https://learn.microsoft.com/azure/virtual-machine-scale-sets/virtual-machine-scale-sets-use-availability-zones
# custom:
#   severity: medium
#   profiles: [strict]
#   resource_types:
#     - azurerm_kubernetes_cluster
#     - azurerm_kubernetes_cluster_node_pool
#     - azurerm_linux_virtual_machine_scale_set
#     - azurerm_orchestrated_virtual_machine_scale_set
#     - azurerm_windows_virtual_machine_scale_set
#   remediation: Name two zones or more in zones.
#   examples:
#     fails: |
#       resource "azurerm_kubernetes_cluster_node_pool" "batch" {
#         name                  = "batch"
#         kubernetes_cluster_id = azurerm_kubernetes_cluster.shop.id
#         vm_size               = "Standard_D4s_v5"
#       }
#     passes: |
#       resource "azurerm_kubernetes_cluster_node_pool" "batch" {
#         name                  = "batch"
#         kubernetes_cluster_id = azurerm_kubernetes_cluster.shop.id
#         vm_size               = "Standard_D4s_v5"
#         zones                 = ["1", "2", "3"]
#       }
package policies.azure.resilience.single_zone_workload

import data.policies.lib.values

deny contains violation if {
	zones := {zone | some zone in _place.zones}
	count(zones) < 2
	violation := {
		"message": "zones names fewer than two",
		"attribute": array.concat(_place.path, ["zones"]),
	}
}

_place := {"path": ["default_node_pool", 0], "zones": [zone |
	some zone in values.list(values.only_block(input.values, "default_node_pool").zones)
]} if {
	input.type == "azurerm_kubernetes_cluster"
} else := {"path": [], "zones": [zone | some zone in values.list(input.values.zones)]}
