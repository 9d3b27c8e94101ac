# METADATA
# title: Arguments of Azure by any name
# description: |
#   Version 4 of the provider renamed arguments. Each is read here by its new name, and by the old one where the new one
#   is not there: an object with the `name` that is in use and the `value`; undefined when neither is given.
# scope: package
package policies.lib.azure

node_public_ip_enabled(pool) := {"name": "node_public_ip_enabled", "value": pool.node_public_ip_enabled} if {
	pool.node_public_ip_enabled != null
} else := {"name": "enable_node_public_ip", "value": pool.enable_node_public_ip}

https_traffic_only_enabled(account) := {
	"name": "https_traffic_only_enabled",
	"value": account.https_traffic_only_enabled,
} if {
	account.https_traffic_only_enabled != null
} else := {"name": "enable_https_traffic_only", "value": account.enable_https_traffic_only}

allow_nested_items_to_be_public(account) := {
	"name": "allow_nested_items_to_be_public",
	"value": account.allow_nested_items_to_be_public,
} if {
	account.allow_nested_items_to_be_public != null
} else := {"name": "allow_blob_public_access", "value": account.allow_blob_public_access}

authorized_ip_ranges(cluster) := {
	"name": "authorized_ip_ranges",
	"value": cluster.api_server_access_profile[0].authorized_ip_ranges,
} if {
	cluster.api_server_access_profile[0].authorized_ip_ranges != null
} else := {"name": "api_server_authorized_ip_ranges", "value": cluster.api_server_authorized_ip_ranges}
