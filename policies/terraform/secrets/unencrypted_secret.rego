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
import data.policies.lib.values

deny contains violation if {
	not _is_safe
	some type in _types
	some resource in input.by_type[type]
	_stays(resource)
	kept := [name | some name in _secrets; values.given(resource.values[name]); _is_secret(resource)]
	count(kept) > 0
	violation := {
		"message": sprintf("%s is written into a state that its backend does not encrypt", [concat(", ", kept)]),
		"address": resource.address,
		"attribute": [kept[0]],
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

_is_secret(resource) if resource.type != "aws_ssm_parameter"

_is_secret(resource) if resource.values.type == "SecureString"

_stays(resource) if {
	not resource.action in {"delete", "forget"}
	not resource.deposed
}

_generators := ["aws_iam_access_key", "google_service_account_key", "random_password", "tls_private_key"]

_types := [
	"aws_db_instance", "aws_docdb_cluster", "aws_elasticache_replication_group", "aws_neptune_cluster",
	"aws_rds_cluster", "aws_redshift_cluster", "aws_secretsmanager_secret_version", "aws_ssm_parameter",
	"azurerm_key_vault_secret",
	"azurerm_linux_virtual_machine", "azurerm_linux_virtual_machine_scale_set", "azurerm_mssql_server",
	"azurerm_mysql_flexible_server", "azurerm_postgresql_flexible_server", "azurerm_windows_virtual_machine",
	"azurerm_windows_virtual_machine_scale_set", "data.vault_generic_secret", "data.vault_kv_secret",
	"data.vault_kv_secret_v2", "google_secret_manager_secret_version", "google_sql_user",
]

_secrets := [
	"admin_password", "administrator_login_password", "administrator_password", "auth_token", "data_json",
	"master_password", "password", "secret_binary", "secret_data", "secret_string", "value",
]
