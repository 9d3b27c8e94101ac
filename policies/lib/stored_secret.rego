# METADATA
# title: Secrets that state keeps
# description: |
#   Knows which attributes of which resources hold a secret that its author gives, and that Terraform
#   keeps in the state. Their write-only twins are kept nowhere. From the schemas of the providers
#   hashicorp/aws 5.100, hashicorp/google 6 and hashicorp/azurerm 4, and of older ones.
# scope: package
package policies.lib.stored_secret

import data.policies.lib.values

# The paths of the secrets that a resource holds. Only of what `attributes` has can there be any.
paths(resource) := {path |
	some attribute in attributes[resource.type]
	_is_secret(resource)
	names := split(attribute, ".")
	some path, value in _at(resource.values, names)
	values.given(value)
}

# True for the path of such a secret.
holds(resource, path) if concat(".", [name | some name in path; is_string(name)]) in attributes[resource.type]

# What is at `names`, each but the last of which is a block of which there may be several.
_at(object, [name]) := {[name]: object[name]}

_at(object, [block, name]) := {[block, index, name]: element[name] | some index, element in values.list(object[block])}

# Other parameters are no secrets.
_is_secret(resource) if resource.type != "aws_ssm_parameter"

_is_secret(resource) if resource.values.type == "SecureString"

# The attributes by type, without indexes.
attributes := {
	"aws_api_gateway_domain_name": {"certificate_private_key"},
	"aws_cognito_user": {"password", "temporary_password"},
	"aws_connect_user": {"password"},
	"aws_db_instance": {"password"},
	"aws_directory_service_directory": {"password"},
	"aws_dms_endpoint": {"password", "kafka_settings.sasl_password", "redis_settings.auth_password"},
	"aws_docdb_cluster": {"master_password"},
	"aws_docdbelastic_cluster": {"admin_user_password"},
	"aws_elasticache_replication_group": {"auth_token"},
	"aws_elasticache_user": {"passwords"},
	"aws_emr_cluster": {"kerberos_attributes.ad_domain_join_password", "kerberos_attributes.kdc_admin_password"},
	"aws_fsx_ontap_file_system": {"fsx_admin_password"},
	"aws_fsx_ontap_storage_virtual_machine": {"svm_admin_password"},
	"aws_fsx_windows_file_system": {"self_managed_active_directory.password"},
	"aws_lightsail_database": {"master_password"},
	"aws_memorydb_user": {"authentication_mode.passwords"},
	"aws_mq_broker": {"user.password", "ldap_server_metadata.service_account_password"},
	"aws_rds_cluster": {"master_password"},
	"aws_redshift_cluster": {"master_password"},
	"aws_redshiftserverless_namespace": {"admin_user_password"},
	"aws_secretsmanager_secret_version": {"secret_binary", "secret_string"},
	"aws_ssm_parameter": {"value"},
	"aws_vpn_connection": {"tunnel1_preshared_key", "tunnel2_preshared_key"},
	"azurerm_key_vault_secret": {"value"},
	"azurerm_kubernetes_cluster": {"service_principal.client_secret", "windows_profile.admin_password"},
	"azurerm_linux_virtual_machine": {"admin_password"},
	"azurerm_linux_virtual_machine_scale_set": {"admin_password"},
	"azurerm_mssql_managed_instance": {"administrator_login_password"},
	"azurerm_mssql_server": {"administrator_login_password"},
	"azurerm_mysql_flexible_server": {"administrator_password"},
	"azurerm_mysql_server": {"administrator_login_password"},
	"azurerm_postgresql_flexible_server": {"administrator_password"},
	"azurerm_postgresql_server": {"administrator_login_password"},
	"azurerm_sql_server": {"administrator_login_password"},
	"azurerm_synapse_workspace": {"sql_administrator_login_password"},
	"azurerm_virtual_machine": {"os_profile.admin_password"},
	"azurerm_virtual_machine_scale_set": {"os_profile.admin_password"},
	"azurerm_windows_virtual_machine": {"admin_password"},
	"azurerm_windows_virtual_machine_scale_set": {"admin_password"},
	"google_alloydb_cluster": {"initial_user.password"},
	"google_compute_vpn_tunnel": {"shared_secret"},
	"google_container_cluster": {"master_auth.password"},
	"google_secret_manager_secret_version": {"secret_data"},
	"google_sql_database_instance": {"root_password"},
	"google_sql_user": {"password"},
	"vault_generic_secret": {"data_json"},
	"vault_kv_secret": {"data_json"},
	"vault_kv_secret_v2": {"data_json"},
}
