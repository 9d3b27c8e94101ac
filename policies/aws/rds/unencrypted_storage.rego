# METADATA
# title: Database storage is not encrypted
# description: |
#   Storage encryption keeps snapshots, backups, and discarded disks unreadable, and can only be chosen when a database is created.
#   What is created from something else is not judged, since its source decides: replicas, restored snapshots,
#   and members of a global cluster. Once they exist, the encryption that AWS reports is judged.
#   Aurora Serverless v1 is always encrypted.
#   Waive it for a database that holds public data only, until it is replaced.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html
#   - ref: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/rds_cluster
# custom:
#   severity: high
#   resource_types:
#     - aws_db_instance
#     - aws_rds_cluster
#     - aws_rds_global_cluster
#     - aws_docdb_cluster
#     - aws_neptune_cluster
#   aliases:
#     - CKV_AWS_16
#     - CKV_AWS_96
#     - CKV_AWS_140
#     - CKV_AWS_74
#     - CKV_AWS_44
#     - AVD-AWS-0079
#     - AVD-AWS-0080
#     - AVD-AWS-0021
#     - AVD-AWS-0076
#     - FG_R00093
#   controls:
#     cis-aws-1.4: ["2.3.1"]
#     cis-aws-3.0: ["2.3.1"]
#     cis-aws-5.0: ["2.2.1"]
#     fsbp: [RDS.3, RDS.27]
#     nist-800-53-r5: [AU-9, CP-9, SC-8, SC-13, SC-28]
#     pci-dss-4.0: ["3.5.1", "8.3.2"]
#     hipaa: [164.308.a.1.ii.b, 164.308.a.4.ii.a, 164.312.a.2.iv, 164.312.e.2.ii]
#     soc2: [PI1.5]
#   remediation: Set storage_encrypted to true; an existing database must be restored from an encrypted copy of its snapshot.
#   examples:
#     fails: |
#       resource "aws_rds_cluster" "ledger" {
#         engine                      = "aurora-postgresql"
#         master_username             = "ledger"
#         manage_master_user_password = true
#       }
#     passes: |
#       resource "aws_rds_cluster" "ledger" {
#         engine                      = "aurora-postgresql"
#         master_username             = "ledger"
#         manage_master_user_password = true
#         storage_encrypted           = true
#       }
package policies.aws.rds.unencrypted_storage

import data.policies.lib.values

deny contains violation if {
	not _inherits
	not _always_encrypted
	not values.is_true(input.values.storage_encrypted)
	violation := {
		"message": "storage_encrypted is not true",
		"attribute": ["storage_encrypted"],
	}
}

# The source decides while the database is being created; afterwards its own value is known.
_inherits if {
	some argument in [
		"global_cluster_identifier", "replicate_source_db", "replication_source_identifier",
		"restore_to_point_in_time", "snapshot_identifier", "source_db_cluster_identifier",
	]
	values.given(input.values[argument])
	not _reported_unencrypted
}

_reported_unencrypted if {
	input.action in {"no-op", "none", "update"}
	values.is_false(input.values.storage_encrypted)
}

_always_encrypted if {
	input.type == "aws_rds_cluster"
	input.values.engine_mode == "serverless"
}
