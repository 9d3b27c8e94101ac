# METADATA
# title: Database keeps backups for too short a time
# description: |
#   Damage to data is often noticed days later. Without a backup from before, it cannot be undone.
#   AWS keeps a day's backups of clusters that say nothing, and none of instances that say 0.
#   Replicas are not judged, since their source is backed up.
#   Waive it for databases that can be filled again from elsewhere, or set `days`.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.BackupRetention.html
#   - ref: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/db_instance
# custom:
#   severity: medium
#   resource_types: [aws_db_instance, aws_rds_cluster, aws_docdb_cluster, aws_neptune_cluster]
#   aliases: [CKV_AWS_133, CKV_AWS_360, CKV_AWS_361, AVD-AWS-0077, FG_R00107]
#   controls:
#     fsbp: [RDS.11]
#     nist-800-53-r5: [CP-1, CP-2, CP-6, CP-9, CP-10]
#     pci-dss-4.0: ["10.3.3"]
#     hipaa: [164.308.a.1.ii.b, 164.308.a.4.ii.a, 164.308.a.7.i, 164.308.a.7.ii.a, 164.308.a.7.ii.b]
#     soc2: [CC7.4, A1.1]
#   params:
#     days:
#       type: number
#       default: 7
#       description: For so many days, at least, backups must be kept.
#   remediation: Set backup_retention_period to 7 or more.
#   examples:
#     fails: |
#       resource "aws_db_instance" "orders" {
#         engine                      = "postgres"
#         instance_class              = "db.t4g.medium"
#         allocated_storage           = 50
#         username                    = "orders"
#         manage_master_user_password = true
#         backup_retention_period     = 1
#       }
#     passes: |
#       resource "aws_db_instance" "orders" {
#         engine                      = "postgres"
#         instance_class              = "db.t4g.medium"
#         allocated_storage           = 50
#         username                    = "orders"
#         manage_master_user_password = true
#         backup_retention_period     = 14
#       }
package policies.aws.rds.short_backup_retention

import data.policies.lib.database
import data.policies.lib.values

deny contains violation if {
	not database.is_replica
	not _long_enough
	violation := {
		"message": _message,
		"attribute": ["backup_retention_period"],
	}
}

_days := values.number(input.values.backup_retention_period)

_long_enough if _days >= data.params.days

_message := sprintf("backups are kept for %v days and not for %v", [_days, data.params.days]) if {
	is_number(_days)
} else := sprintf("backup_retention_period is not set, and must be %v", [data.params.days])
