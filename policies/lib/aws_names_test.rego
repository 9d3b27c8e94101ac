package policies.lib.aws_names_test

import data.policies.lib.aws_names
import data.policies.lib.testing

_balancer(action) := object.union(
	testing.with_action(testing.resource("aws_lb", {}), action),
	{"before": {"dns_name": "Shop-1.elb.amazonaws.com."}},
)

_plan(resource) := {"by_type": {resource.type: [resource]}}

_name := "shop-1.elb.amazonaws.com"

test_what_stays_keeps_its_name if {
	every action in ["no-op", "update", "forget"] {
		aws_names.kept == {_name} with input as _plan(_balancer(action))
		aws_names.lost == set() with input as _plan(_balancer(action))
	}
}

test_what_goes_or_is_made_anew_loses_it if {
	every action in ["delete", "replace"] {
		aws_names.lost == {_name} with input as _plan(_balancer(action))
		aws_names.kept == set() with input as _plan(_balancer(action))
	}
}

test_what_chooses_its_name_keeps_it if {
	website := object.union(
		testing.with_action(testing.resource("aws_s3_bucket_website_configuration", {}), "replace"),
		{"before": {"website_endpoint": "a.s3-website-eu-west-1.amazonaws.com"}},
	)
	aws_names.kept == {"a.s3-website-eu-west-1.amazonaws.com"} with input as _plan(website)
}

test_data_sources_own_names if {
	balancer := testing.data_source("aws_lb", {"dns_name": _name})
	aws_names.kept == {_name} with input as {"by_type": {"data.aws_lb": [balancer]}}
}

test_an_empty_plan_owns_nothing if {
	aws_names.kept == set() with input as {}
	aws_names.lost == set() with input as {"by_type": {"aws_lb": [{"action": "delete", "before": null}, {"action": "no-op", "values": {"dns_name": 7}}]}}
}
