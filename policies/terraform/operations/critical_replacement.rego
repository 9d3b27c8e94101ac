# METADATA
# title: Plan replaces a resource that others depend on
# description: |
#   Replacing a network, a load balancer, a cluster, or a zone takes down everything that runs in it or is found
#   through it, and gives it new addresses. One argument that cannot be changed in place is enough to cause it.
#   Where it is intended, name the address in `approved_addresses`, or waive it for this one plan.
# scope: package
# related_resources:
#   - ref: https://developer.hashicorp.com/terraform/cli/commands/plan
#   - ref: https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle
# custom:
#   severity: high
#   actions: [update, replace]
#   resource_types:
#     - aws_alb
#     - aws_api_gateway_rest_api
#     - aws_apigatewayv2_api
#     - aws_cloudfront_distribution
#     - aws_dx_gateway
#     - aws_ec2_transit_gateway
#     - aws_ecs_cluster
#     - aws_eip
#     - aws_eks_cluster
#     - aws_elb
#     - aws_globalaccelerator_accelerator
#     - aws_internet_gateway
#     - aws_lb
#     - aws_nat_gateway
#     - aws_route53_zone
#     - aws_subnet
#     - aws_vpc
#     - aws_vpn_gateway
#     - azurerm_application_gateway
#     - azurerm_dns_zone
#     - azurerm_firewall
#     - azurerm_kubernetes_cluster
#     - azurerm_lb
#     - azurerm_public_ip
#     - azurerm_resource_group
#     - azurerm_subnet
#     - azurerm_virtual_network
#     - google_compute_address
#     - google_compute_global_address
#     - google_compute_network
#     - google_compute_router
#     - google_compute_subnetwork
#     - google_container_cluster
#     - google_dns_managed_zone
#     - google_project
#   params:
#     approved_addresses:
#       type: array
#       default: []
#       description: Exact addresses of resources that may be replaced, with module path and index.
#   remediation: Take back the change that forces the replacement, build the new one beside the old, or approve its address.
#   examples:
#     fails: |
#       # The name was "shop"; another one replaces the load balancer.
#       resource "aws_lb" "shop" {
#         name               = "shop-public"
#         load_balancer_type = "application"
#       }
#     passes: |
#       resource "aws_lb" "shop" {
#         name               = "shop"
#         load_balancer_type = "application"
#       }
package policies.terraform.operations.critical_replacement

deny contains violation if {
	input.action == "replace"
	not input.address in data.params.approved_addresses
	violation := object.union({"message": sprintf("the plan replaces this resource%s", [_because])}, _place)
}

default _because := ""

_because := " because it was asked for" if input.action_reason == "replace_by_request"

_because := " because it is tainted" if input.action_reason == "replace_because_tainted"

_because := sprintf(": %s cannot be changed in place", [concat(", ", _attributes)]) if {
	not input.action_reason in {"replace_by_request", "replace_because_tainted"}
	count(_attributes) > 0
}

_attributes := {path[0] | some path in input.replace_paths}

default _place := {}

_place := {"attribute": sort(input.replace_paths)[0]}
