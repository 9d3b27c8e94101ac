# METADATA
# title: Secret is kept in unencrypted state
# description: |
#   Terraform writes what it knows of a resource into the state, passwords and generated keys too. Where the state is
#   not encrypted, the secret lies in clear. Write-only arguments (`password_wo`), ephemeral resources, and passwords
#   that the cloud manages never reach the state. Demand them everywhere with `accept_encrypted_state = false`.
#   Waive it for a secret that protects nothing.
# scope: package
# related_resources:
#   - ref: https://developer.hashicorp.com/terraform/language/manage-sensitive-data/write-only
#   - ref: https://developer.hashicorp.com/terraform/language/manage-sensitive-data/ephemeral
#   - ref: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/db_instance
# custom:
#   severity: high
#   scope: plan
#   needs: [plan, source]
#   withholds_values: true
#   params:
#     accept_encrypted_state:
#       type: boolean
#       default: true
#       description: Accept secrets in a state that its backend encrypts.
#     trusted_backends:
#       type: array
#       default: []
#       description: Types of backends that encrypt what they keep, as you know and the source does not say, such as `http`.
#   remediation: Use the write-only argument, a password that the cloud manages, or an ephemeral resource, and encrypt the state.
#   examples:
#     fails: |
#       # The state is kept in a local file.
#       resource "aws_db_instance" "orders" {
#         identifier = "orders"
#         username   = "orders"
#         password   = var.password
#       }
#     passes: |
#       resource "aws_db_instance" "orders" {
#         identifier                  = "orders"
#         username                    = "orders"
#         manage_master_user_password = true
#       }
package policies.terraform.secrets.unencrypted_secret

import data.policies.lib.backend
import data.policies.lib.stored_secret

deny contains violation if {
	not _is_safe
	some type in _types
	some resource in input.by_type[type]
	_stays(resource)
	kept := sort(stored_secret.paths(resource))
	count(kept) > 0
	names := {path[count(path) - 1] | some path in kept}
	violation := {
		"message": sprintf("%s is written into a state that its backend does not encrypt", [concat(", ", names)]),
		"address": resource.address,
		"attribute": kept[0],
	}
}

# The provider makes the secret: the resource is the fault.
deny contains violation if {
	not _is_safe
	some type in _generators
	some resource in input.by_type[type]
	_stays(resource)
	violation := {
		"message": "what this resource generates is written into a state that its backend does not encrypt",
		"address": resource.address,
	}
}

_is_safe if {
	data.params.accept_encrypted_state
	backend.encrypted
}

_is_safe if {
	data.params.accept_encrypted_state
	backend.type in data.params.trusted_backends
}

_stays(resource) if {
	not resource.action in {"delete", "forget"}
	not resource.deposed
}

_generators := ["aws_iam_access_key", "google_service_account_key", "random_password", "tls_private_key"]

# What is read from a vault is kept too.
_types := {type | some type, _ in stored_secret.attributes} | {"data.vault_generic_secret", "data.vault_kv_secret", "data.vault_kv_secret_v2"}
