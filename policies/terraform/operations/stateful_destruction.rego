# METADATA
# title: Plan destroys a resource that holds data
# description: |
#   Deleting or replacing a database, a bucket, a volume, or a key destroys what it holds, and mostly for good.
#   Renaming a resource or changing one argument that forces a replacement is enough to cause it unnoticed.
#   Where it is intended, name the address in `approved_addresses`, or waive it for this one plan.
# scope: package
# related_resources:
#   - ref: https://developer.hashicorp.com/terraform/language/block/moved
#   - ref: https://developer.hashicorp.com/terraform/language/block/removed
# custom:
#   severity: critical
#   actions: [update, replace, delete]
#   resource_types:
#     - aws_backup_logically_air_gapped_vault
#     - aws_backup_vault
#     - aws_cloudtrail_event_data_store
#     - aws_cognito_user_pool
#     - aws_db_cluster_snapshot
#     - aws_db_instance
#     - aws_db_snapshot
#     - aws_docdb_cluster
#     - aws_docdb_cluster_snapshot
#     - aws_docdbelastic_cluster
#     - aws_dsql_cluster
#     - aws_dynamodb_global_table
#     - aws_dynamodb_table
#     - aws_ebs_snapshot
#     - aws_ebs_volume
#     - aws_efs_file_system
#     - aws_elasticsearch_domain
#     - aws_fsx_lustre_file_system
#     - aws_fsx_ontap_file_system
#     - aws_fsx_ontap_volume
#     - aws_fsx_openzfs_file_system
#     - aws_fsx_openzfs_volume
#     - aws_fsx_windows_file_system
#     - aws_glacier_vault
#     - aws_keyspaces_keyspace
#     - aws_keyspaces_table
#     - aws_kms_external_key
#     - aws_kms_key
#     - aws_kms_replica_key
#     - aws_lightsail_bucket
#     - aws_lightsail_database
#     - aws_lightsail_disk
#     - aws_memorydb_cluster
#     - aws_msk_cluster
#     - aws_msk_serverless_cluster
#     - aws_neptune_cluster
#     - aws_neptune_cluster_snapshot
#     - aws_opensearch_domain
#     - aws_opensearchserverless_collection
#     - aws_qldb_ledger
#     - aws_rds_cluster
#     - aws_rds_global_cluster
#     - aws_redshift_cluster
#     - aws_redshiftserverless_namespace
#     - aws_s3_bucket
#     - aws_s3_directory_bucket
#     - aws_s3tables_table
#     - aws_s3tables_table_bucket
#     - aws_secretsmanager_secret
#     - aws_timestreaminfluxdb_db_instance
#     - aws_timestreamwrite_database
#     - aws_timestreamwrite_table
#     - azurerm_cosmosdb_account
#     - azurerm_cosmosdb_cassandra_keyspace
#     - azurerm_cosmosdb_cassandra_table
#     - azurerm_cosmosdb_gremlin_database
#     - azurerm_cosmosdb_gremlin_graph
#     - azurerm_cosmosdb_mongo_collection
#     - azurerm_cosmosdb_mongo_database
#     - azurerm_cosmosdb_postgresql_cluster
#     - azurerm_cosmosdb_sql_container
#     - azurerm_cosmosdb_sql_database
#     - azurerm_cosmosdb_table
#     - azurerm_data_protection_backup_vault
#     - azurerm_key_vault
#     - azurerm_key_vault_key
#     - azurerm_key_vault_managed_hardware_security_module
#     - azurerm_key_vault_secret
#     - azurerm_kusto_cluster
#     - azurerm_kusto_database
#     - azurerm_managed_disk
#     - azurerm_mariadb_database
#     - azurerm_mariadb_server
#     - azurerm_mssql_database
#     - azurerm_mssql_managed_database
#     - azurerm_mssql_managed_instance
#     - azurerm_mssql_server
#     - azurerm_mysql_database
#     - azurerm_mysql_flexible_database
#     - azurerm_mysql_flexible_server
#     - azurerm_mysql_server
#     - azurerm_netapp_volume
#     - azurerm_oracle_autonomous_database
#     - azurerm_postgresql_database
#     - azurerm_postgresql_flexible_server
#     - azurerm_postgresql_flexible_server_database
#     - azurerm_postgresql_server
#     - azurerm_recovery_services_vault
#     - azurerm_snapshot
#     - azurerm_sql_database
#     - azurerm_sql_server
#     - azurerm_storage_account
#     - azurerm_storage_container
#     - azurerm_storage_data_lake_gen2_filesystem
#     - azurerm_storage_share
#     - azurerm_storage_table
#     - azurerm_synapse_sql_pool
#     - google_alloydb_cluster
#     - google_bigquery_dataset
#     - google_bigquery_table
#     - google_bigtable_instance
#     - google_bigtable_table
#     - google_compute_disk
#     - google_compute_region_disk
#     - google_compute_snapshot
#     - google_filestore_backup
#     - google_filestore_instance
#     - google_filestore_snapshot
#     - google_firestore_database
#     - google_healthcare_dataset
#     - google_healthcare_dicom_store
#     - google_healthcare_fhir_store
#     - google_healthcare_hl7_v2_store
#     - google_kms_crypto_key
#     - google_kms_crypto_key_version
#     - google_lustre_instance
#     - google_netapp_volume
#     - google_oracle_database_autonomous_database
#     - google_parallelstore_instance
#     - google_secret_manager_regional_secret
#     - google_secret_manager_secret
#     - google_spanner_database
#     - google_spanner_instance
#     - google_sql_database
#     - google_sql_database_instance
#     - google_storage_bucket
#   params:
#     approved_addresses:
#       type: array
#       default: []
#       description: Exact addresses of resources that may be destroyed, with module path and index.
#   remediation: Keep the resource with a moved or removed block, or approve its address.
#   examples:
#     fails: |
#       # Until now this was aws_s3_bucket.logs, which the plan deletes.
#       resource "aws_s3_bucket" "audit_logs" {
#         bucket = "acme-logs"
#       }
#     passes: |
#       moved {
#         from = aws_s3_bucket.logs
#         to   = aws_s3_bucket.audit_logs
#       }
#
#       resource "aws_s3_bucket" "audit_logs" {
#         bucket = "acme-logs"
#       }
package policies.terraform.operations.stateful_destruction

deny contains violation if {
	consequence := _consequences[input.action]
	not input.address in data.params.approved_addresses
	violation := {"message": sprintf("the plan %s", [consequence])}
}

_consequences := {
	"delete": "deletes this resource and the data in it",
	"replace": "replaces this resource with an empty one and destroys the data in it",
}
