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

import data.policies.lib.google_firewall
import data.policies.lib.network

deny contains violation if {
	google_firewall.ingress
	violation := network.opening_violation(_openings)
}

_openings := [{"ports": ports, "cidrs": cidrs, "attribute": google_firewall.source.attribute} |
	cidrs := network.open_cidrs(
		google_firewall.source.cidrs,
		data.params.open_ipv4_prefix,
		data.params.open_ipv6_prefix,
	)
	count(cidrs) > 0
	some rule in google_firewall.admitted
	ports := network.exposed_ports(rule.protocol, rule.ranges, data.params.admin_ports)
	count(ports) > 0
]
