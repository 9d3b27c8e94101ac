package policies.lib.google_firewall_test

import data.policies.lib.google_firewall
import data.policies.lib.testing

_firewall(values) := testing.resource("google_compute_firewall", values)

_policy_rule(match) := testing.resource("google_compute_firewall_policy_rule", {"action": "allow", "match": [match]})

test_what_a_firewall_admits if {
	admitted := google_firewall.admitted with input as _firewall({"allow": [
		{"protocol": "tcp", "ports": ["22", 80, "8000-8010"]},
		{"protocol": "udp", "ports": []},
	]})
	admitted == [
		{"protocol": "tcp", "ranges": [[22, 22], [80, 80], [8000, 8010]]},
		{"protocol": "udp", "ranges": [[0, 65535]]},
	]
}

test_what_a_policy_rule_admits if {
	rule := _policy_rule({"layer4_configs": [{"ip_protocol": "tcp", "ports": ["22"]}]})
	admitted := google_firewall.admitted with input as rule
	admitted == [{"protocol": "tcp", "ranges": [[22, 22]]}]
	refusing := testing.resource("google_compute_firewall_policy_rule", {"action": "deny"})
	not google_firewall.admitted with input as refusing
}

test_every_source_without_any if {
	firewall := google_firewall.source with input as _firewall({"source_ranges": []})
	firewall == {"cidrs": ["0.0.0.0/0"], "attribute": ["allow"]}
	rule := google_firewall.source with input as _policy_rule({})
	rule == {"cidrs": ["0.0.0.0/0"], "attribute": ["match", 0, "layer4_configs"]}
}

test_named_sources if {
	not google_firewall.source with input as _firewall({"source_tags": ["a"]})
	not google_firewall.source with input as _policy_rule({"src_fqdns": ["example.com"]})
	rule := google_firewall.source with input as _policy_rule({"src_ip_ranges": ["10.0.0.0/8"]})
	rule == {"cidrs": ["10.0.0.0/8"], "attribute": ["match", 0, "src_ip_ranges"]}
}

test_rules_that_are_not_judged if {
	not google_firewall.ingress with input as _firewall({"direction": "EGRESS"})
	not google_firewall.ingress with input as _firewall({"disabled": true})
	not google_firewall.ingress with input as _policy_rule({"src_network_scope": "INTRA_VPC"})
	google_firewall.ingress with input as _firewall({})
}
