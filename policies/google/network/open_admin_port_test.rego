package policies.google.network.open_admin_port_test

import data.policies.google.network.open_admin_port as policy
import data.policies.lib.testing

_params := {"admin_ports": [22, 3389], "open_ipv4_prefix": 8, "open_ipv6_prefix": 16}

_ssh := {
	"direction": "INGRESS",
	"source_ranges": ["0.0.0.0/0"],
	"allow": [{"protocol": "udp"}, {"protocol": "tcp", "ports": ["80", "20-25"]}],
}

_firewall := _with({})

_tagged := _with({"source_tags": ["bastion"], "source_service_accounts": ["a@b"]})

_tags_only := testing.resource("google_compute_firewall", {"source_tags": ["bastion"], "allow": [{"protocol": "all"}]})

_no_source := testing.resource("google_compute_firewall", {"allow": [{"protocol": "all"}]})

_rule := _policy_rule("google_compute_firewall_policy_rule", {})

_internal_rule := _policy_rule("google_compute_network_firewall_policy_rule", {"src_network_context": "VPC_NETWORKS"})

_tagged_rule := testing.resource("google_compute_network_firewall_policy_rule", {
	"action": "allow",
	"direction": "INGRESS",
	"match": [{"src_secure_tags": [{"name": "tagValues/1"}], "layer4_configs": [{"ip_protocol": "tcp"}]}],
})

_internet_rule := testing.resource("google_compute_firewall_policy_rule", {
	"action": "allow",
	"direction": "INGRESS",
	"match": [{"src_network_context": "INTERNET", "layer4_configs": [{"ip_protocol": "tcp", "ports": [22]}]}],
})

_with(changes) := testing.resource("google_compute_firewall", object.union(_ssh, changes))

_policy_rule(type, match) := testing.resource(type, {
	"action": "allow",
	"direction": "INGRESS",
	"match": [object.union(
		{
			"src_ip_ranges": ["10.0.0.0/8", "0.0.0.0/0"],
			"layer4_configs": [{"ip_protocol": "tcp", "ports": ["3389"]}],
		},
		match,
	)],
})

test_denies_ssh_to_everyone if {
	violations := policy.deny with input as _firewall with data.params as _params
	violations == {{"message": "port 22 is open to 0.0.0.0/0", "attribute": ["source_ranges"]}}
}

test_direction_defaults_to_ingress if {
	document := testing.resource("google_compute_firewall", object.remove(_ssh, ["direction"]))
	violations := policy.deny with input as document with data.params as _params
	count(violations) == 1
}

test_tags_do_not_narrow_ranges if {
	violations := policy.deny with input as _tagged with data.params as _params
	count(violations) == 1
}

test_denies_every_port_and_protocol if {
	every allow in [{"protocol": "tcp"}, {"protocol": "TCP", "ports": []}, {"protocol": "6"}, {"protocol": "all"}] {
		document := _with({"allow": [allow]})
		violations := policy.deny with input as document with data.params as _params
		some violation in violations
		violation.message == "ports 22, 3389 are open to 0.0.0.0/0"
	}
}

test_denies_the_address_space_in_halves_and_ipv6 if {
	every ranges in [["0.0.0.0/1", "128.0.0.0/1"], ["::/0"]] {
		document := _with({"source_ranges": ranges})
		violations := policy.deny with input as document with data.params as _params
		count(violations) == 1
	}
}

test_denies_without_any_source if {
	violations := policy.deny with input as _no_source with data.params as _params
	violations == {{"message": "ports 22, 3389 are open to 0.0.0.0/0", "attribute": ["allow"]}}
}

test_denies_a_rule_of_a_firewall_policy if {
	violations := policy.deny with input as _rule with data.params as _params
	violations == {{"message": "port 3389 is open to 0.0.0.0/0", "attribute": ["match", 0, "src_ip_ranges"]}}
}

test_denies_the_internet_by_context if {
	violations := policy.deny with input as _internet_rule with data.params as _params
	violations == {{"message": "port 22 is open to 0.0.0.0/0", "attribute": ["match", 0, "layer4_configs"]}}
}

test_allows_tags_internal_traffic_and_other_sources if {
	every document in [_tags_only, _internal_rule, _tagged_rule] {
		violations := policy.deny with input as document with data.params as _params
		count(violations) == 0
	}
}

test_allows_harmless_rules if {
	every changes in [
		{"direction": "EGRESS"}, {"disabled": true}, {"source_ranges": ["35.235.240.0/20"]},
		{"allow": [{"protocol": "tcp", "ports": ["443"]}]}, {"allow": [{"protocol": "icmp"}]},
		{"allow": [], "deny": [{"protocol": "all"}]},
	] {
		document := _with(changes)
		violations := policy.deny with input as document with data.params as _params
		count(violations) == 0
	}
}

test_allows_a_denying_rule_of_a_firewall_policy if {
	document := testing.resource("google_compute_firewall_policy_rule", object.union(_rule.values, {"action": "deny"}))
	violations := policy.deny with input as document with data.params as _params
	count(violations) == 0
}

test_survives_values_of_a_wrong_type if {
	every value in [7, "x", {"a": 1}, [null], [7], [["a"]]] {
		every name in ["source_ranges", "allow"] {
			document := _with({name: value})
			violations := policy.deny with input as document with data.params as _params
			count(violations) == 0
		}
		document := _with({"allow": [{"protocol": "tcp", "ports": ["a-b", "1-2-3", value]}]})
		violations := policy.deny with input as document with data.params as _params
		count(violations) == 0
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("google_compute_firewall", ["allow", "direction", "source_ranges"]) {
		violations := policy.deny with input as document with data.params as {"admin_ports": [22, 3389], "open_ipv4_prefix": 8, "open_ipv6_prefix": 16}
		count(violations) == 0
	}
}
