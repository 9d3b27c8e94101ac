# METADATA
# title: State is kept in a local file
# description: |
#   State in a file on one machine is lost with it, is read by whoever reads the directory, and lets two people
#   change the same resources at once. Without a backend or cloud block this is what Terraform does. Only the
#   source, or the saved plan file, says it. Waive it for a configuration that one person tries something out with.
# scope: package
# related_resources:
#   - ref: https://developer.hashicorp.com/terraform/language/backend
#   - ref: https://opentofu.org/docs/language/settings/backends/configuration/
# custom:
#   severity: high
#   scope: plan
#   needs: [plan, source]
#   params:
#     allowed_backends:
#       type: array
#       default: [azurerm, cloud, consul, cos, gcs, http, kubernetes, oci, oss, pg, remote, s3]
#       description: The types of backends in which state may be kept.
#   remediation: Add a backend or cloud block, and move the state there with terraform init -migrate-state.
#   examples:
#     fails: |
#       terraform {
#         backend "local" {
#           path = "terraform.tfstate"
#         }
#       }
#     passes: |
#       terraform {
#         backend "s3" {
#           bucket       = "acme-state"
#           key          = "shop/terraform.tfstate"
#           region       = "eu-central-1"
#           encrypt      = true
#           use_lockfile = true
#         }
#       }
package policies.terraform.state.local_state

import data.policies.lib.backend

deny contains violation if {
	not backend.type in data.params.allowed_backends
	violation := {"message": _message, "attribute": ["backend"]}
}

default _message := "no backend is declared, so the state is kept in a local file"

_message := sprintf("the state is kept in the backend `%s`", [input.backend.type])
