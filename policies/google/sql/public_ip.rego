# METADATA
# title: Cloud SQL instance gets a public IP address
# description: |
#   A database with a public address is protected by its list of networks and its passwords alone. An instance that says
#   nothing gets one, and so does an ip_configuration block that does not switch it off. Replicas are judged by
#   themselves. Applications reach the instance over the private network or Private Service Connect.
#   Waive it for an instance whose clients are outside of Google and connect through the Cloud SQL Auth Proxy.
# scope: package
# related_resources:
#   - ref: https://cloud.google.com/sql/docs/postgres/configure-ip
#   - ref: https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/sql_database_instance#nested_settings_ip_configuration
# custom:
#   severity: high
#   resource_types: [google_sql_database_instance]
#   aliases: [CKV_GCP_60, AVD-GCP-0017, FG_R00435]
#   controls:
#     cis-gcp-1.2: ["6.6"]
#   remediation: Set ipv4_enabled to false, and connect through private_network or Private Service Connect.
#   examples:
#     fails: |
#       resource "google_sql_database_instance" "orders" {
#         name             = "orders"
#         database_version = "POSTGRES_16"
#
#         settings {
#           tier = "db-custom-2-7680"
#         }
#       }
#     passes: |
#       resource "google_sql_database_instance" "orders" {
#         name             = "orders"
#         database_version = "POSTGRES_16"
#
#         settings {
#           tier = "db-custom-2-7680"
#
#           ip_configuration {
#             ipv4_enabled    = false
#             private_network = google_compute_network.main.id
#           }
#         }
#       }
package policies.google.sql.public_ip

import data.policies.lib.values

deny contains violation if {
	not values.is_false(input.values.settings[0].ip_configuration[0].ipv4_enabled)
	violation := {
		"message": "ipv4_enabled is not false",
		"attribute": ["settings", 0, "ip_configuration", 0, "ipv4_enabled"],
	}
}
