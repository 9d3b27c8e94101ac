package policies.google.gke.shared_service_account_test

import data.policies.google.gke.shared_service_account as policy
import data.policies.lib.testing

_own := {"service_account": "nodes@acme.iam.gserviceaccount.com", "oauth_scopes": [_platform]}

_platform := "https://www.googleapis.com/auth/cloud-platform"

_default := "1122-compute@developer.gserviceaccount.com"

_cluster(values) := testing.resource("google_container_cluster", values)

_pool(config) := testing.resource("google_container_node_pool", {"node_config": [config]})

_provisioning(defaults) := {"cluster_autoscaling": [{
	"enabled": true,
	"auto_provisioning_defaults": defaults,
}]}

# Peers look at neither.
test_denies_the_default_account if {
	every config in [
		{},
		{"service_account": ""},
		{"service_account": "default", "oauth_scopes": [_platform]},
		{"service_account": _default},
		{"oauth_scopes": []},
		{"oauth_scopes": ["logging-write", "cloud-platform"]},
	] {
		violations := policy.deny with input as _pool(config)
		violations == {{
			"message": "nodes run as the default service account without narrow scopes",
			"attribute": ["node_config", 0, "service_account"],
		}}
	}
}

test_denies_a_pool_and_a_cluster_that_say_nothing if {
	every type in ["google_container_cluster", "google_container_node_pool"] {
		violations := policy.deny with input as testing.resource(type, {})
		{violation.attribute | some violation in violations} == {["node_config", "service_account"]}
	}
}

test_denies_a_pool_written_in_the_cluster if {
	violations := policy.deny with input as _cluster({"node_pool": [{"node_config": [_own]}, {"name": "b"}]})
	{violation.attribute | some violation in violations} == {["node_pool", 1, "node_config", 0, "service_account"]}
}

test_denies_what_google_adds if {
	every values in [
		object.union(_provisioning([]), {"remove_default_node_pool": true}),
		object.union(_provisioning([{"service_account": "default"}]), {"remove_default_node_pool": true}),
		{"enable_autopilot": true},
		{"enable_autopilot": true, "cluster_autoscaling": [{"auto_provisioning_defaults": [{}]}]},
	] {
		violations := policy.deny with input as _cluster(values)
		{violation.attribute | some violation in violations} == {[
			"cluster_autoscaling", 0, "auto_provisioning_defaults", 0, "service_account",
		]}
	}
}

test_allows_an_own_account_or_narrow_scopes if {
	every document in [
		_pool(_own),
		_pool({"oauth_scopes": ["https://www.googleapis.com/auth/logging.write"]}),
		_cluster({"node_config": [_own]}),
		_cluster({"remove_default_node_pool": true}),
		_cluster({"node_pool": [{"node_config": [_own]}]}),
		_cluster(object.union(_provisioning([_own]), {"remove_default_node_pool": true})),
		_cluster(object.union(_provisioning([_own]), {"enable_autopilot": true})),
	] {
		violations := policy.deny with input as document
		count(violations) == 0
	}
}

_unknown_account := object.union(_pool({}), {"unknown": [["node_config", 0, "service_account"]]})

_account := testing.resource("google_service_account", {"account_id": "nodes"})

test_allows_an_account_that_the_plan_makes if {
	violations := policy.deny with input as testing.with_linked(_unknown_account, [_account])
	count(violations) == 0
}

test_denies_an_account_that_the_nodes_do_not_name if {
	elsewhere := testing.with_via(_account, "subject", "cluster_autoscaling.auto_provisioning_defaults.service_account")
	every document in [
		_unknown_account,
		testing.with_linked(_pool({}), [_account]),
		testing.with_linked(_unknown_account, [elsewhere]),
	] {
		violations := policy.deny with input as document
		count(violations) == 1
	}
}

test_denies_values_of_a_wrong_type if {
	every value in [null, 7, "x", {}, [null], [{"service_account": 7, "oauth_scopes": 7}]] {
		violations := policy.deny with input as _cluster({"node_config": value, "cluster_autoscaling": value})
		count(violations) == 1
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("google_container_cluster", ["cluster_autoscaling", "node_config"]) {
		violations := policy.deny with input as document
		count(violations) == 1
	}
}
