# METADATA
# title: Production data is not kept from being destroyed
# description: |
#   With `prevent_destroy` Terraform refuses every plan that would destroy a resource. Without it one renamed
#   block or changed argument is enough to lose a production database. Only the source says it, so a plan without
#   its source is not judged. A resource counts as production by its tags or labels, as the parameters say.
#   Waive it where another safeguard stops the deletion, such as a service control policy.
# scope: package
# related_resources:
#   - ref: https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle
#   - ref: https://developer.hashicorp.com/terraform/tutorials/state/resource-lifecycle
# custom:
#   severity: high
#   profiles: [strict]
#   needs: [plan, source]
#   resource_types:
#     - aws_db_instance
#     - aws_docdb_cluster
#     - aws_dynamodb_table
#     - aws_efs_file_system
#     - aws_elasticache_replication_group
#     - aws_kms_key
#     - aws_neptune_cluster
#     - aws_opensearch_domain
#     - aws_rds_cluster
#     - aws_redshift_cluster
#     - aws_s3_bucket
#     - azurerm_cosmosdb_account
#     - azurerm_key_vault
#     - azurerm_mssql_database
#     - azurerm_postgresql_flexible_server
#     - azurerm_storage_account
#     - google_bigquery_dataset
#     - google_kms_crypto_key
#     - google_spanner_instance
#     - google_sql_database_instance
#     - google_storage_bucket
#   aliases: [CKV_GCP_82]
#   params:
#     environment_tags:
#       type: array
#       default: [env, environment]
#       description: Tags or labels that name the environment, in lower case.
#     protected_environments:
#       type: array
#       default: [prod, production]
#       description: Values of those tags whose resources must be protected, in lower case.
#   remediation: Add a lifecycle block with prevent_destroy = true.
#   examples:
#     fails: |
#       resource "aws_dynamodb_table" "orders" {
#         name     = "orders"
#         hash_key = "id"
#         tags     = { Environment = "production" }
#       }
#     passes: |
#       resource "aws_dynamodb_table" "orders" {
#         name     = "orders"
#         hash_key = "id"
#         tags     = { Environment = "production" }
#
#         lifecycle {
#           prevent_destroy = true
#         }
#       }
package policies.terraform.operations.destroyable_production_data

deny contains violation if {
	not input.lifecycle.prevent_destroy
	some environment in _environments
	violation := {
		"message": sprintf("prevent_destroy is not set on this %s resource", [environment]),
		"attribute": ["lifecycle"],
	}
}

_environments := {lower(value) |
	some name in ["effective_labels", "labels", "tags", "tags_all", "terraform_labels"]
	some key, value in input.values[name]
	_names_production(key, value)
}

_names_production(key, value) if {
	is_string(key)
	lower(key) in data.params.environment_tags
	lower(value) in data.params.protected_environments
}
