package policies.google.gke.open_endpoint_test

import data.policies.google.gke.open_endpoint as policy
import data.policies.lib.testing

_params := {"open_ipv4_prefix": 8, "open_ipv6_prefix": 16}

_cluster(values) := testing.resource("google_container_cluster", values)

_authorized(cidrs) := _cluster({"master_authorized_networks_config": [{
	"cidr_blocks": [{"cidr_block": cidr} |
		some cidr in cidrs
	],
}]})

test_denies_a_cluster_without_authorized_networks if {
	every values in [
		{},
		{"private_cluster_config": [{"enable_private_nodes": true, "enable_private_endpoint": false}]},
		{"control_plane_endpoints_config": [{"ip_endpoints_config": [{"enabled": true}]}]},
	] {
		violations := policy.deny with input as _cluster(values) with data.params as _params
		violations == {{
			"message": "no authorized networks restrict the public endpoint",
			"attribute": ["master_authorized_networks_config"],
		}}
	}
}

test_denies_the_internet_in_halves if {
	violations := policy.deny with input as _authorized(["203.0.113.0/24", "0.0.0.0/1", "128.0.0.0/1"])
		with data.params as _params
	violations == {{
		"message": "the public endpoint is open to 0.0.0.0/1, 128.0.0.0/1",
		"attribute": ["master_authorized_networks_config", 0, "cidr_blocks", 1, "cidr_block"],
	}}
}

test_denies_all_of_google_cloud if {
	cluster := _cluster({"master_authorized_networks_config": [{"gcp_public_cidrs_access_enabled": true}]})
	violations := policy.deny with input as cluster with data.params as _params
	some violation in violations
	violation.message == "the public endpoint is open to all public addresses of Google Cloud"
}

test_allows_named_networks if {
	every cidrs in [["203.0.113.0/24"], ["10.0.0.0/8", "2001:db8::/32"], []] {
		violations := policy.deny with input as _authorized(cidrs) with data.params as _params
		count(violations) == 0
	}
}

# Peers ask for authorized networks here, too.
test_allows_a_private_endpoint if {
	every values in [
		{"private_cluster_config": [{"enable_private_endpoint": true}]},
		{"control_plane_endpoints_config": [{"ip_endpoints_config": [{"enabled": false}]}]},
	] {
		violations := policy.deny with input as _cluster(values) with data.params as _params
		count(violations) == 0
	}
}

test_denies_values_of_a_wrong_type if {
	every value in [null, 7, "x", {}, [null], [7]] {
		cluster := _cluster({
			"master_authorized_networks_config": value,
			"private_cluster_config": value,
			"control_plane_endpoints_config": value,
		})
		violations := policy.deny with input as cluster with data.params as _params
		count(violations) == 1
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("google_container_cluster", ["control_plane_endpoints_config", "master_authorized_networks_config", "private_cluster_config"]) {
		violations := policy.deny with input as document with data.params as {"open_ipv4_prefix": 8, "open_ipv6_prefix": 16}
		count(violations) == 1
	}
}
