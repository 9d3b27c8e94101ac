# METADATA
# title: Cloud SQL accepts connections without encryption
# description: |
#   Without TLS, whoever sits between an application and its database reads passwords and data, and can change them.
#   Unless it is told otherwise, an instance accepts both kinds. Older providers say it with require_ssl.
#   Waive it for an instance whose only clients connect through the Cloud SQL Auth Proxy, which encrypts by itself.
# scope: package
# related_resources:
#   - ref: https://cloud.google.com/sql/docs/postgres/configure-ssl-instance
#   - ref: https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/sql_database_instance#nested_settings_ip_configuration
# custom:
#   severity: high
#   resource_types: [google_sql_database_instance]
#   aliases: [CKV_GCP_6, AVD-GCP-0015, FG_R00433]
#   controls:
#     cis-gcp-1.2: ["6.4"]
#     cis-gcp-4.0: ["6.4"]
#   remediation: Set ssl_mode to ENCRYPTED_ONLY, or to TRUSTED_CLIENT_CERTIFICATE_REQUIRED where clients have certificates.
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
#             ssl_mode        = "ENCRYPTED_ONLY"
#           }
#         }
#       }
package policies.google.sql.plaintext_connections

import data.policies.lib.values

deny contains violation if {
	not _encrypted
	violation := {
		"message": "ip_configuration does not require encrypted connections",
		"attribute": ["settings", 0, "ip_configuration", 0, "ssl_mode"],
	}
}

_connections := input.values.settings[0].ip_configuration[0]

_encrypted if _connections.ssl_mode in {"ENCRYPTED_ONLY", "TRUSTED_CLIENT_CERTIFICATE_REQUIRED"}

_encrypted if {
	not values.given(_connections.ssl_mode)
	values.is_true(_connections.require_ssl)
}
