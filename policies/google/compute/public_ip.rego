# METADATA
# title: Compute Engine machine gets a public IP address
# description: |
#   A machine with a public address is reachable as soon as one firewall rule allows it. Machines reach the internet through
#   Cloud NAT, and people reach them through Identity-Aware Proxy, without any. A block that is there, even an empty
#   one, asks for an address, and so does one for IPv6.
#   Waive it for machines that must be addressed directly, such as a VPN gateway.
# scope: package
# related_resources:
#   - ref: https://cloud.google.com/compute/docs/ip-addresses
#   - ref: https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/compute_instance#nested_network_interface
# custom:
#   severity: high
#   resource_types:
#     - google_compute_instance
#     - google_compute_instance_template
#     - google_compute_region_instance_template
#   aliases: [CKV_GCP_40, AVD-GCP-0031, FG_R00419]
#   controls:
#     cis-gcp-1.2: ["4.9"]
#     cis-gcp-4.0: ["4.9"]
#   remediation: Remove access_config and ipv6_access_config from every network_interface.
#   examples:
#     fails: |
#       resource "google_compute_instance" "web" {
#         name         = "web"
#         machine_type = "e2-small"
#
#         network_interface {
#           subnetwork = google_compute_subnetwork.web.id
#           access_config {}
#         }
#       }
#     passes: |
#       resource "google_compute_instance" "web" {
#         name         = "web"
#         machine_type = "e2-small"
#
#         network_interface {
#           subnetwork = google_compute_subnetwork.web.id
#         }
#       }
package policies.google.compute.public_ip

import data.policies.lib.values

deny contains violation if {
	count(_asking) > 0
	violation := {
		"message": sprintf("a public address is requested by %s", [concat(", ", [text |
			some block in _asking
			text := sprintf("network_interface[%d].%s", [block.index, block.name])
		])]),
		"attribute": ["network_interface", _asking[0].index, _asking[0].name],
	}
}

_asking := [{"index": index, "name": name} |
	some index, interface in values.list(input.values.network_interface)
	some name in ["access_config", "ipv6_access_config"]
	count(values.list(interface[name])) > 0
]
