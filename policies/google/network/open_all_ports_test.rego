package policies.google.network.open_all_ports_test

import data.policies.google.network.open_all_ports as policy
import data.policies.lib.testing

_params := {"open_ipv4_prefix": 8, "open_ipv6_prefix": 16}

_firewall(allow) := testing.resource("google_compute_firewall", {"source_ranges": ["0.0.0.0/0"], "allow": allow})

test_denies_all_ports if {
	every allow in [
		[{"protocol": "all"}],
		[{"protocol": "icmp"}, {"protocol": "tcp"}],
		[{"protocol": "tcp", "ports": []}],
		[{"protocol": "udp", "ports": ["0-65535"]}],
		[{"protocol": "tcp", "ports": ["1-1023", "1024-65535"]}],
	] {
		violations := policy.deny with input as _firewall(allow) with data.params as _params
		violations == {{"message": "every port is open to 0.0.0.0/0", "attribute": ["source_ranges"]}}
	}
}

test_denies_in_a_firewall_policy if {
	rule := testing.resource("google_compute_network_firewall_policy_rule", {
		"action": "allow",
		"direction": "INGRESS",
		"match": [{"src_ip_ranges": ["0.0.0.0/1", "128.0.0.0/1"], "layer4_configs": [{"ip_protocol": "tcp"}]}],
	})
	violations := policy.deny with input as rule with data.params as _params
	violations == {{
		"message": "every port is open to 0.0.0.0/1, 128.0.0.0/1",
		"attribute": ["match", 0, "src_ip_ranges"],
	}}
}

test_denies_a_rule_without_any_source if {
	firewall := testing.resource("google_compute_firewall", {"allow": [{"protocol": "all"}], "source_ranges": null})
	violations := policy.deny with input as firewall with data.params as _params
	count(violations) == 1
}

test_allows_some_ports_or_some_sources if {
	every document in [
		_firewall([{"protocol": "tcp", "ports": ["1-65534"]}, {"protocol": "udp", "ports": ["53"]}]),
		_firewall([{"protocol": "icmp"}]),
		testing.resource("google_compute_firewall", {"source_ranges": ["10.0.0.0/8"], "allow": [{"protocol": "all"}]}),
		testing.resource("google_compute_firewall", {"source_tags": ["a"], "allow": [{"protocol": "all"}]}),
		testing.resource("google_compute_firewall", {"source_ranges": ["0.0.0.0/0"], "deny": [{"protocol": "all"}]}),
	] {
		violations := policy.deny with input as document with data.params as _params
		count(violations) == 0
	}
}

test_values_of_a_wrong_type if {
	every value in [7, "x", {}, [null], [7]] {
		firewall := testing.resource("google_compute_firewall", {"source_ranges": value, "allow": value})
		violations := policy.deny with input as firewall with data.params as _params
		count(violations) == 0
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("google_compute_firewall", ["allow", "direction", "source_ranges"]) {
		violations := policy.deny with input as document with data.params as {"open_ipv4_prefix": 8, "open_ipv6_prefix": 16}
		count(violations) == 0
	}
}
