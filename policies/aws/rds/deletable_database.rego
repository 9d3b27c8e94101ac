# METADATA
# title: Database can be deleted by mistake
# description: |
#   With deletion protection, AWS refuses to delete a database until somebody has switched the protection off, so that
#   neither a slip nor a plan that replaces the database destroys it.
#   Waive it for databases of test environments that are made and deleted daily.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_DeleteCluster.html
# custom:
#   severity: medium
#   resource_types:
#     - aws_db_instance
#     - aws_rds_cluster
#     - aws_rds_global_cluster
#     - aws_docdb_cluster
#     - aws_neptune_cluster
#   aliases: [CKV_AWS_293, CKV_AWS_139, CKV2_AWS_58, AVD-AWS-0177, AVD-AWS-0343, FG_R00280]
#   controls:
#     fsbp: [RDS.8, RDS.7]
#     nist-800-53-r5: [CA-7, CM-3, CP-1, CP-2, SA-15]
#     soc2: [C1.1]
#   remediation: Set deletion_protection to true.
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
#         deletion_protection         = true
#       }
package policies.aws.rds.deletable_database

import data.policies.lib.values

deny contains violation if {
	not values.is_true(input.values.deletion_protection)
	violation := {
		"message": "deletion_protection is not true",
		"attribute": ["deletion_protection"],
	}
}
