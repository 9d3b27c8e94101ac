# METADATA
# title: Cloud SQL instance is open to the internet
# description: |
#   An authorized network that is the whole internet leaves the database to its passwords, and scanners find it within
#   hours. Networks are judged by size, not by spelling: the address space written as two halves is as open as 0.0.0.0/0.
#   Without a public address, authorized networks mean nothing and are not judged.
#   Waive it for the time of a migration from outside, with an expiry.
# scope: package
# related_resources:
#   - ref: https://cloud.google.com/sql/docs/postgres/authorize-networks
#   - ref: https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/sql_database_instance#nested_settings_ip_configuration_authorized_networks
# custom:
#   severity: critical
#   resource_types: [google_sql_database_instance]
#   aliases: [CKV_GCP_11, FG_R00434]
#   controls:
#     cis-gcp-1.2: ["6.5"]
#     cis-gcp-4.0: ["6.5", "6.6"]
#   params:
#     open_ipv4_prefix:
#       type: number
#       default: 8
#       description: A public IPv4 range with a shorter prefix than this counts as the internet.
#     open_ipv6_prefix:
#       type: number
#       default: 16
#       description: A public IPv6 range with a shorter prefix than this counts as the internet.
#   remediation: Name the networks that must reach the database, or remove its public address.
#   examples:
#     fails: |
#       resource "google_sql_database_instance" "orders" {
#         name             = "orders"
#         database_version = "POSTGRES_16"
#
#         settings {
#           tier = "db-custom-2-7680"
#
#           ip_configuration {
#             authorized_networks {
#               value = "0.0.0.0/0"
#             }
#           }
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
#             authorized_networks {
#               value = "203.0.113.0/24"
#             }
#           }
#         }
#       }
package policies.google.sql.open_database

import data.policies.lib.network
import data.policies.lib.values

deny contains violation if {
	not values.is_false(_connections.ipv4_enabled)
	count(_open) > 0
	violation := {
		"message": sprintf("the database is open to %s", [concat(", ", [opening.cidr | some opening in _open])]),
		"attribute": _open[0].attribute,
	}
}

_connections := input.values.settings[0].ip_configuration[0]

_open := [{
	"cidr": cidr,
	"attribute": ["settings", 0, "ip_configuration", 0, "authorized_networks", index, "value"],
} |
	some index, authorized in values.list(_connections.authorized_networks)
	some cidr in network.open_cidrs(authorized.value, data.params.open_ipv4_prefix, data.params.open_ipv6_prefix)
]
