# METADATA
# title: Firewall rule opens an administration port to the internet
# description: |
#   Remote administration that anyone can reach is found within minutes and attacked without pause.
#   Google adds source tags and source service accounts to the source ranges, so they never narrow an open range.
#   Ranges are judged by size, not by spelling: the address space written as two halves is as open as 0.0.0.0/0.
#   Waive it for a honeypot, or for a bastion that must accept any source and is hardened for it.
# scope: package
# related_resources:
#   - ref: https://cloud.google.com/firewall/docs/firewalls
#   - ref: https://cloud.google.com/firewall/docs/understand-network-contexts
#   - ref: https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/compute_firewall
# custom:
#   severity: critical
#   resource_types:
#     - google_compute_firewall
#     - google_compute_firewall_policy_rule
#     - google_compute_network_firewall_policy_rule
#     - google_compute_region_network_firewall_policy_rule
#   aliases: [CKV_GCP_2, CKV_GCP_3, AVD-GCP-0070, AVD-GCP-0071, FG_R00407, FG_R00408]
#   controls:
#     cis-gcp-1.2: ["3.6", "3.7"]
#     cis-gcp-4.0: ["3.6", "3.7"]
#   params:
#     admin_ports:
#       type: array
#       default: [22, 3389]
#       description: Ports that must not be reachable from the internet.
#     open_ipv4_prefix:
#       type: number
#       default: 8
#       description: A public IPv4 range with a shorter prefix than this counts as the internet.
#     open_ipv6_prefix:
#       type: number
#       default: 16
#       description: A public IPv6 range with a shorter prefix than this counts as the internet.
#   remediation: Restrict the source, for instance to the range of Identity-Aware Proxy, 35.235.240.0/20.
#   examples:
#     fails: |
#       resource "google_compute_firewall" "ssh" {
#         name          = "ssh"
#         network       = google_compute_network.main.id
#         source_ranges = ["0.0.0.0/0"]
#
#         allow {
#           protocol = "tcp"
#           ports    = ["22"]
#         }
#       }
#     passes: |
#       resource "google_compute_firewall" "ssh" {
#         name          = "ssh"
#         network       = google_compute_network.main.id
#         source_ranges = ["35.235.240.0/20"]
#
#         allow {
#           protocol = "tcp"
#           ports    = ["22"]
#         }
#       }
package policies.google.network.open_admin_port

import data.policies.lib.network
import data.policies.lib.values

deny contains violation if {
	not input.values.direction == "EGRESS"
	not values.is_true(input.values.disabled)
	not _internal
	violation := network.opening_violation(_openings)
}

_openings := [{"ports": ports, "cidrs": cidrs, "attribute": array.concat(_path, [_decisive])} |
	some allowed in _allowed
	ports := network.exposed_ports(allowed.protocol, allowed.ranges, data.params.admin_ports)
	count(ports) > 0
	cidrs := network.open_cidrs(_sources, data.params.open_ipv4_prefix, data.params.open_ipv6_prefix)
	count(cidrs) > 0
]

# What a rule allows: a rule of its own, and one of a policy, which keeps its arguments in `match`.
_allowed := [{"protocol": block.protocol, "ranges": _ranges(block)} |
	some block in values.list(input.values.allow)
] if {
	input.type == "google_compute_firewall"
} else := [{"protocol": block.ip_protocol, "ranges": _ranges(block)} |
	some block in values.list(input.values.match[0].layer4_configs)
] if {
	input.values.action == "allow"
}

_path := [] if {
	input.type == "google_compute_firewall"
} else := ["match", 0]

_given := input.values.source_ranges if {
	input.type == "google_compute_firewall"
} else := input.values.match[0].src_ip_ranges

# Without any source, Google accepts every source.
_sources := _given if {
	values.given(_given)
} else := ["0.0.0.0/0"] if {
	not _narrowed
}

# The argument that opens the rule: what it allows, when it names no source.
_decisive := "source_ranges" if {
	values.given(_given)
	input.type == "google_compute_firewall"
} else := "src_ip_ranges" if {
	values.given(_given)
} else := "allow" if {
	input.type == "google_compute_firewall"
} else := "layer4_configs"

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

# No ports means all of them.
_ranges(block) := [network.port_range(port) | some port in values.list(block.ports)] if values.given(block.ports)

_ranges(block) := [[0, 65535]] if not values.given(block.ports)
