# METADATA
# title: Critical data has no copy in another region
# description: |
#   When a region fails, or its account is lost, data without a copy elsewhere is gone, and with it what cannot do
#   without it. Which data is critical a tag says: set `critical_tag`; other data is not judged.
#   A copy is a replication rule of a bucket, a replica of a table, a backup or a replica of a database in another region,
#   or the membership of a global cluster. What is a copy itself needs none.
#   Waive it for data that can be made again from elsewhere, or that may not leave its region.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/whitepapers/latest/disaster-recovery-workloads-on-aws/disaster-recovery-options-in-the-cloud.html
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReplicateBackups.html
# custom:
#   severity: medium
#   profiles: [strict]
#   resource_types: [aws_s3_bucket, aws_db_instance, aws_rds_cluster, aws_dynamodb_table]
#   aliases: [CKV_AWS_144, FG_R00275]
#   params:
#     critical_tag:
#       type: object
#       default: {key: criticality, value: high}
#       description: The tag, as key and value, of data that must have a copy; an empty key selects all data.
#   remediation: Replicate the bucket, the table or the database to another region.
#   examples:
#     fails: |
#       resource "aws_dynamodb_table" "orders" {
#         name         = "orders"
#         billing_mode = "PAY_PER_REQUEST"
#         hash_key     = "id"
#         tags         = { criticality = "high" }
#       }
#     passes: |
#       resource "aws_dynamodb_table" "orders" {
#         name         = "orders"
#         billing_mode = "PAY_PER_REQUEST"
#         hash_key     = "id"
#         tags         = { criticality = "high" }
#
#         replica {
#           region_name = "eu-central-1"
#         }
#       }
package policies.aws.resilience.single_region_data

import data.policies.lib.database
import data.policies.lib.linked
import data.policies.lib.tags
import data.policies.lib.values

deny contains violation if {
	tags.selects(data.params.critical_tag)
	not _is_copied
	violation := {"message": "critical data has no copy in another region"}
}

_is_copied if database.is_replica

_is_copied if values.given(input.values.global_cluster_identifier)

_is_copied if {
	some replica in values.list(input.values.replica)
	values.given(replica.region_name)
}

_is_copied if {
	some companion in linked.naming("aws_s3_bucket_replication_configuration", ["bucket"])
	some rule in values.list(companion.values.rule)
	rule.status == "Enabled"
}

# The block on the bucket itself, as older providers have it.
_is_copied if {
	some block in values.list(input.values.replication_configuration)
	some rule in values.list(block.rules)
	rule.status == "Enabled"
}

_is_copied if {
	some type, attribute in {
		"aws_db_instance_automated_backups_replication": "source_db_instance_arn",
		"aws_dynamodb_table_replica": "global_table_arn",
		"aws_rds_cluster": "replication_source_identifier",
		"aws_rds_global_cluster": "source_db_cluster_identifier",
		"aws_s3_bucket_replication_configuration": "rule.destination.bucket",
	}
	count(linked.naming(type, [attribute])) > 0
}

# Within a region a replica names its source by identifier, and from another one by ARN.
_is_copied if {
	some replica in linked.naming("aws_db_instance", ["replicate_source_db"])
	startswith(replica.values.replicate_source_db, "arn:")
}
