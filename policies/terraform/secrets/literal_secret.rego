# METADATA
# title: Secret is written out in the configuration
# description: |
#   A password that stands in the source is known to whoever reads the repository, now and in its history, and stays
#   what it is in every environment. What comes from a variable of the root module, a resource, or a secret store does
#   not stand there; what the call of a module gives, and what a file beside the source holds, does. Of a local value
#   only the source tells where it comes from. In a secret store, a value that only keeps the place of one that is set
#   by hand is none. Waive it for a secret that protects nothing, or that is changed once the resource is there. The
#   value is never shown.
# scope: package
# related_resources:
#   - ref: https://developer.hashicorp.com/terraform/language/manage-sensitive-data
#   - ref: https://developer.hashicorp.com/terraform/language/manage-sensitive-data/write-only
#   - ref: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/db_instance
# custom:
#   severity: critical
#   resource_types:
#     - aws_api_gateway_domain_name
#     - aws_cognito_user
#     - aws_connect_user
#     - aws_db_instance
#     - aws_directory_service_directory
#     - aws_dms_endpoint
#     - aws_docdb_cluster
#     - aws_docdbelastic_cluster
#     - aws_elasticache_replication_group
#     - aws_elasticache_user
#     - aws_emr_cluster
#     - aws_fsx_ontap_file_system
#     - aws_fsx_ontap_storage_virtual_machine
#     - aws_fsx_windows_file_system
#     - aws_lightsail_database
#     - aws_memorydb_user
#     - aws_mq_broker
#     - aws_rds_cluster
#     - aws_redshift_cluster
#     - aws_redshiftserverless_namespace
#     - aws_secretsmanager_secret_version
#     - aws_ssm_parameter
#     - aws_vpn_connection
#     - azurerm_key_vault_secret
#     - azurerm_kubernetes_cluster
#     - azurerm_linux_virtual_machine
#     - azurerm_linux_virtual_machine_scale_set
#     - azurerm_mssql_managed_instance
#     - azurerm_mssql_server
#     - azurerm_mysql_flexible_server
#     - azurerm_mysql_server
#     - azurerm_postgresql_flexible_server
#     - azurerm_postgresql_server
#     - azurerm_sql_server
#     - azurerm_synapse_workspace
#     - azurerm_virtual_machine
#     - azurerm_virtual_machine_scale_set
#     - azurerm_windows_virtual_machine
#     - azurerm_windows_virtual_machine_scale_set
#     - google_alloydb_cluster
#     - google_compute_vpn_tunnel
#     - google_container_cluster
#     - google_secret_manager_secret_version
#     - google_sql_database_instance
#     - google_sql_user
#     - vault_generic_secret
#     - vault_kv_secret
#     - vault_kv_secret_v2
#   needs: [configuration]
#   known_only: true
#   withholds_values: true
#   remediation: Change the secret, and let the cloud manage it, or read it from a secret store with an ephemeral resource.
#   examples:
#     fails: |
#       resource "aws_db_instance" "orders" {
#         identifier = "orders"
#         username   = "orders"
#         password   = "…"
#       }
#     passes: |
#       resource "aws_db_instance" "orders" {
#         identifier                  = "orders"
#         username                    = "orders"
#         manage_master_user_password = true
#       }
package policies.terraform.secrets.literal_secret

import data.policies.lib.credential
import data.policies.lib.resource
import data.policies.lib.stored_secret
import data.policies.lib.values

deny contains violation if {
	some path in stored_secret.paths(input)
	resource.constant(input.constants, path)
	secrets := values.strings(object.get(input.values, path, null))
	some secret in secrets
	not _is_judged_elsewhere(secret)
	not _keeps_a_place(secret)
	violation := {
		"message": sprintf("%s comes from no variable of the root module and from no resource: it stands in the source, or in a file beside it", [path[count(path) - 1]]),
		"attribute": path,
	}
}

# A credential that is known by its form is found wherever it stands: one fault is one finding.
_is_judged_elsewhere(secret) if {
	credential.suspicious(secret)
	count(credential.kinds(secret)) > 0
}

# What a store holds before somebody puts the secret there.
_keeps_a_place(secret) if {
	input.type in _stores
	every text in _texts(secret) {
		_is_a_place(text)
	}
}

# The texts and numbers of a document, without the names of its members, or the secret itself.
_texts(secret) := {trim(token, "\"") |
	some token in regex.find_n(_token, secret, -1)
	not endswith(token, ":")
} if {
	regex.match(`^\s*[\[{]`, secret)
	regex.match(`^(true|false|null|[\s{}\[\],])*$`, regex.replace(secret, _token, ""))
} else := {secret}

_token := `"(?:[^"\\]|\\.)*"(?:\s*:)?|-?[0-9][0-9.eE+-]*`

_is_a_place(text) if regex.match(`(?i)^(|<.*>|.*(change|replace|fill|set|update)[-_ ]?(me|this|it|by|in)\b.*|place-?_? ?holder|dummy|todo|tbd|none|null|empty|n/?a|unset|undefined|x+|\*+|-+)$`, text)

_stores := {
	"aws_secretsmanager_secret_version", "aws_ssm_parameter", "azurerm_key_vault_secret",
	"google_secret_manager_secret_version", "vault_generic_secret", "vault_kv_secret", "vault_kv_secret_v2",
}
