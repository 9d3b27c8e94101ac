# METADATA
# title: Firewall rules of Google
# description: |
#   Reads rules of VPC networks and of firewall policies in one shape.
# scope: package
package policies.lib.google_firewall

import data.policies.lib.network
import data.policies.lib.values

# True for a rule in force about traffic that comes in and may come from the internet.
ingress if {
	not input.values.direction == "EGRESS"
	not values.is_true(input.values.disabled)
	not _internal
}

# What the rule lets in: objects with `protocol` and `ranges` of ports. No ports means all of them.
admitted := [{"protocol": block.protocol, "ranges": _ranges(block)} |
	some block in values.list(input.values.allow)
] if {
	_of_network
} else := [{"protocol": block.ip_protocol, "ranges": _ranges(block)} |
	some block in values.list(input.values.match[0].layer4_configs)
] if {
	input.values.action == "allow"
}

# Where from. Without any source, Google accepts every source.
source := {"cidrs": input.values.source_ranges, "attribute": ["source_ranges"]} if {
	_of_network
	values.given(input.values.source_ranges)
} else := {"cidrs": input.values.match[0].src_ip_ranges, "attribute": ["match", 0, "src_ip_ranges"]} if {
	values.given(input.values.match[0].src_ip_ranges)
} else := {"cidrs": ["0.0.0.0/0"], "attribute": ["allow"]} if {
	_of_network
	not _narrowed
} else := {"cidrs": ["0.0.0.0/0"], "attribute": ["match", 0, "layer4_configs"]} if {
	not _of_network
	not _narrowed
}

_of_network if input.type == "google_compute_firewall"

_narrowed if {
	some name in ["source_service_accounts", "source_tags"]
	values.given(input.values[name])
}

_narrowed if {
	some name in [
		"src_address_groups", "src_fqdns", "src_networks", "src_region_codes", "src_secure_tags",
		"src_threat_intelligences",
	]
	values.given(input.values.match[0][name])
}

# Traffic that does not come from the internet, whatever its address.
_internal if {
	some name in ["src_network_context", "src_network_scope"]
	input.values.match[0][name] in {"INTRA_VPC", "NON_INTERNET", "VPC_NETWORKS"}
}

_ranges(block) := [network.port_range(port) | some port in values.list(block.ports)] if values.given(block.ports)

_ranges(block) := [[0, 65535]] if not values.given(block.ports)
