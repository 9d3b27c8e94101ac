# METADATA
# title: Firewall rule opens all ports to the internet
# description: |
#   A rule for all ports opens what nobody thought of: databases, metrics, debug ports, and whatever is started next.
#   A rule that names a protocol and no ports opens all ports of it. Ranges that add up to all ports count as such,
#   and address ranges are judged by size, not by spelling.
#   Waive it for a network of honeypots, or for an appliance that filters traffic itself.
# scope: package
# related_resources:
#   - ref: https://cloud.google.com/firewall/docs/firewalls
#   - ref: https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/compute_firewall#nested_allow
# custom:
#   severity: critical
#   resource_types:
#     - google_compute_firewall
#     - google_compute_firewall_policy_rule
#     - google_compute_network_firewall_policy_rule
#     - google_compute_region_network_firewall_policy_rule
#   aliases: [CKV2_GCP_12, AVD-GCP-0027, AVD-GCP-0072]
#   params:
#     open_ipv4_prefix:
#       type: number
#       default: 8
#       description: A public IPv4 range with a shorter prefix than this counts as the internet.
#     open_ipv6_prefix:
#       type: number
#       default: 16
#       description: A public IPv6 range with a shorter prefix than this counts as the internet.
#   remediation: Name the ports that must be reachable, and restrict the source of all others.
#   examples:
#     fails: |
#       resource "google_compute_firewall" "web" {
#         name          = "web"
#         network       = google_compute_network.main.id
#         source_ranges = ["0.0.0.0/0"]
#
#         allow {
#           protocol = "tcp"
#         }
#       }
#     passes: |
#       resource "google_compute_firewall" "web" {
#         name          = "web"
#         network       = google_compute_network.main.id
#         source_ranges = ["0.0.0.0/0"]
#
#         allow {
#           protocol = "tcp"
#           ports    = ["443"]
#         }
#       }
package policies.google.network.open_all_ports

import data.policies.lib.google_firewall
import data.policies.lib.network

deny contains violation if {
	google_firewall.ingress
	violation := network.opening_violation(_openings)
}

_openings := [{"cidrs": cidrs, "attribute": google_firewall.source.attribute} |
	cidrs := network.open_cidrs(
		google_firewall.source.cidrs,
		data.params.open_ipv4_prefix,
		data.params.open_ipv6_prefix,
	)
	count(cidrs) > 0
	some rule in google_firewall.admitted
	network.every_port(rule.protocol, rule.ranges)
]
