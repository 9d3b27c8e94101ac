# METADATA
# title: Database is publicly accessible
# description: |
#   A database with a public address depends on its security group and its passwords alone.
#   Applications reach it over private addresses; people reach it through a tunnel.
#   Waive it for the time of a migration from outside, with an expiry.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html
#   - ref: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/db_instance
# custom:
#   severity: critical
#   resource_types: [aws_db_instance, aws_rds_cluster_instance, aws_dms_replication_instance]
#   aliases: [CKV_AWS_17, CKV_AWS_89, AVD-AWS-0180, FG_R00278]
#   controls:
#     cis-aws-3.0: ["2.3.3"]
#     cis-aws-5.0: ["2.2.3"]
#     fsbp: [RDS.2]
#     nist-800-53-r5: [AC-2, AC-3, AC-4, AC-6, AC-17]
#     pci-dss-4.0: ["1.2.8", "1.3.1", "1.3.2", "1.4.2", "1.5.1"]
#     hipaa: [164.308.a.3.i, 164.312.a.1]
#     soc2: [CC6.2]
#   remediation: Set publicly_accessible to false.
#   examples:
#     fails: |
#       resource "aws_db_instance" "orders" {
#         engine                      = "postgres"
#         instance_class              = "db.t4g.medium"
#         allocated_storage           = 50
#         username                    = "orders"
#         manage_master_user_password = true
#         storage_encrypted           = true
#         publicly_accessible         = true
#       }
#     passes: |
#       resource "aws_db_instance" "orders" {
#         engine                      = "postgres"
#         instance_class              = "db.t4g.medium"
#         allocated_storage           = 50
#         username                    = "orders"
#         manage_master_user_password = true
#         storage_encrypted           = true
#         publicly_accessible         = false
#       }
package policies.aws.rds.public_database

import data.policies.lib.values

deny contains violation if {
	values.is_true(input.values.publicly_accessible)
	violation := {
		"message": "publicly_accessible is true",
		"attribute": ["publicly_accessible"],
	}
}
