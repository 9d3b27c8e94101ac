# METADATA
# title: Database accepts passwords only
# description: |
#   With IAM authentication, applications connect with short-lived tokens of their role: no password to store, to leak,
#   or to rotate, and access is granted and recorded in one place.
#   Judged are the engines that know it: MySQL, MariaDB, PostgreSQL and Aurora.
#   Waive it for applications whose drivers cannot make tokens.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html
#   - ref: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/rds_cluster
# custom:
#   severity: medium
#   profiles: [strict]
#   resource_types: [aws_db_instance, aws_rds_cluster]
#   aliases: [CKV_AWS_161, CKV_AWS_162, AVD-AWS-0176]
#   controls:
#     fsbp: [RDS.10, RDS.12]
#     pci-dss-4.0: ["7.2.1", "7.2.2", "7.2.5", "7.3.1", "7.3.2"]
#   remediation: Set iam_database_authentication_enabled to true, and allow rds-db:connect to the roles that connect.
#   examples:
#     fails: |
#       resource "aws_rds_cluster" "ledger" {
#         engine                      = "aurora-postgresql"
#         master_username             = "ledger"
#         manage_master_user_password = true
#       }
#     passes: |
#       resource "aws_rds_cluster" "ledger" {
#         engine                              = "aurora-postgresql"
#         master_username                     = "ledger"
#         manage_master_user_password         = true
#         iam_database_authentication_enabled = true
#       }
package policies.aws.rds.no_iam_authentication

import data.policies.lib.database
import data.policies.lib.linked
import data.policies.lib.values

deny contains violation if {
	not _engine_without_it
	not database.is_serverless_v1
	not values.is_true(input.values.iam_database_authentication_enabled)
	violation := {
		"message": "iam_database_authentication_enabled is not true",
		"attribute": ["iam_database_authentication_enabled"],
	}
}

_engine_without_it if {
	some engine in _engines
	regex.match(`^(custom-|db2-|oracle-|sqlserver-)`, engine)
}

# A replica has the engine of its source.
_engines := values.strings(input.values.engine) if {
	values.given(input.values.engine)
} else := values.strings([source.values.engine |
	some source in linked.through("aws_db_instance", ["replicate_source_db"])
])
