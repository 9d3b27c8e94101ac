# METADATA
# title: Cloud SQL database stands in a single zone
# description: |
#   When its zone fails, a database without a standby in another one is gone until somebody restores it.
#   Replicas are not judged: they are no standby, and need none.
#   Waive it where an outage of hours costs less than a second machine.
# scope: package
# related_resources:
#   - ref: https://cloud.google.com/sql/docs/postgres/high-availability
#   - ref: https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/sql_database_instance
# custom:
#   severity: medium
#   profiles: [strict]
#   resource_types: [google_sql_database_instance]
#   remediation: Set availability_type to REGIONAL.
#   examples:
#     fails: |
#       resource "google_sql_database_instance" "orders" {
#         database_version = "POSTGRES_16"
#
#         settings {
#           tier = "db-custom-2-7680"
#         }
#       }
#     passes: |
#       resource "google_sql_database_instance" "orders" {
#         database_version = "POSTGRES_16"
#
#         settings {
#           tier              = "db-custom-2-7680"
#           availability_type = "REGIONAL"
#         }
#       }
package policies.google.sql.zonal_database

import data.policies.lib.linked
import data.policies.lib.values

deny contains violation if {
	not _is_replica
	not _settings.availability_type == "REGIONAL"
	violation := {
		"message": "availability_type is not REGIONAL",
		"attribute": ["settings", 0, "availability_type"],
	}
}

_settings := values.only_block(input.values, "settings")

_is_replica if values.given(input.values.master_instance_name)

_is_replica if count(linked.through("google_sql_database_instance", ["master_instance_name"])) > 0
