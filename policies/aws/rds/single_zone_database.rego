# METADATA
# title: Database stands in a single zone
# description: |
#   When its zone fails, a database without a standby elsewhere is gone until somebody restores it.
#   An Aurora cluster needs a second instance to fail over to: its storage spans zones, its instances do not.
#   Replicas, clusters of three zones and Aurora Serverless v1 are not judged.
#   Waive it where an outage of hours costs less than a second instance.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZ.html
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraHighAvailability.html
# custom:
#   severity: medium
#   profiles: [strict]
#   resource_types: [aws_db_instance, aws_rds_cluster]
#   aliases: [CKV_AWS_157, FG_R00251, FG_R00209]
#   controls:
#     cis-aws-5.0: ["2.2.4"]
#     fsbp: [RDS.5, RDS.15]
#     nist-800-53-r5: [CP-1, CP-2, CP-6, CP-10, SC-5]
#     hipaa: [164.308.a.1.ii.b, 164.308.a.7.i, 164.308.a.7.ii.a, 164.308.a.7.ii.b, 164.308.a.7.ii.c]
#   remediation: Set multi_az to true, or give the Aurora cluster a second instance.
#   examples:
#     fails: |
#       resource "aws_db_instance" "orders" {
#         engine                      = "postgres"
#         instance_class              = "db.t4g.medium"
#         allocated_storage           = 50
#         username                    = "orders"
#         manage_master_user_password = true
#       }
#     passes: |
#       resource "aws_db_instance" "orders" {
#         engine                      = "postgres"
#         instance_class              = "db.t4g.medium"
#         allocated_storage           = 50
#         username                    = "orders"
#         manage_master_user_password = true
#         multi_az                    = true
#       }
package policies.aws.rds.single_zone_database

import data.policies.lib.database
import data.policies.lib.linked
import data.policies.lib.values

deny contains violation if {
	input.type == "aws_db_instance"
	not database.is_replica
	not values.is_true(input.values.multi_az)
	violation := {
		"message": "multi_az is not true",
		"attribute": ["multi_az"],
	}
}

deny contains violation if {
	input.type == "aws_rds_cluster"
	not database.is_replica
	not database.is_serverless_v1
	not values.given(input.values.db_cluster_instance_class)
	count(_instances) < 2
	violation := {
		"message": sprintf("the cluster has %d of the 2 instances that failing over takes", [count(_instances)]),
		"related": linked.addresses(_instances),
	}
}

_instances := linked.naming("aws_rds_cluster_instance", ["cluster_identifier"])
