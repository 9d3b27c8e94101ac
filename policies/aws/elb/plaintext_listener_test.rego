package policies.aws.elb.plaintext_listener_test

import data.policies.aws.elb.plaintext_listener as policy
import data.policies.lib.testing

_params := {"accept_internal": false}

_forward := {"type": "forward", "target_group_arn": "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/1"}

_redirect := {"type": "redirect", "redirect": [{"port": "443", "protocol": "HTTPS", "status_code": "HTTP_301"}]}

_redirect_to_itself := {"type": "redirect", "redirect": [{"path": "/new", "protocol": "#{protocol}", "status_code": "HTTP_301"}]}

_fixed := {"type": "fixed-response", "fixed_response": [{"content_type": "text/plain", "status_code": "404"}]}

_listener(protocol, actions) := testing.resource("aws_lb_listener", {"protocol": protocol, "default_action": actions})

_redirecting := _listener("HTTP", [_redirect])

_rule(action) := testing.resource("aws_lb_listener_rule", {"action": [action]})

_with_rule(action) := testing.with_linked(_redirecting, [_rule(action)])

_with_deleted_rule := testing.with_linked(_redirecting, [testing.with_action(_rule(_forward), "delete")])

_behind(attributes) := testing.with_linked(_listener("HTTP", [_forward]), [testing.resource("aws_lb", attributes)])

test_denies_forwarding if {
	violations := policy.deny with input as _listener("HTTP", [_forward]) with data.params as _params
	violations == {{
		"message": "the default action answers plain HTTP with more than a redirect to HTTPS",
		"attribute": ["default_action"],
	}}
}

test_denies_a_login_before_forwarding if {
	violations := policy.deny with input as _listener("HTTP", [{"type": "authenticate-oidc"}, _forward]) with data.params as _params
	count(violations) == 1
}

test_denies_a_redirect_to_plain_http if {
	violations := policy.deny with input as _listener("HTTP", [_redirect_to_itself]) with data.params as _params
	count(violations) == 1
}

# Peers look at the default action only.
test_denies_a_rule_that_forwards if {
	violations := policy.deny with input as _with_rule(_forward) with data.params as _params
	violations == {{
		"message": "a rule of the listener answers plain HTTP with more than a redirect to HTTPS",
		"attribute": ["protocol"],
		"related": ["aws_lb_listener_rule.this"],
	}}
}

test_allows_redirects_and_fixed_responses if {
	every document in [_redirecting, _listener("HTTP", [_fixed]), _with_rule(_redirect), _with_rule(_fixed), _with_deleted_rule] {
		violations := policy.deny with input as document with data.params as _params
		count(violations) == 0
	}
}

test_allows_other_protocols if {
	every protocol in ["HTTPS", "TLS", "TCP", "UDP", "TCP_UDP", "GENEVE"] {
		violations := policy.deny with input as _listener(protocol, [_forward]) with data.params as _params
		count(violations) == 0
	}
}

test_allows_a_gateway_that_names_no_protocol if {
	document := testing.with_linked(
		testing.resource("aws_lb_listener", {"default_action": [_forward]}),
		[testing.resource("aws_lb", {"load_balancer_type": "gateway"})],
	)
	violations := policy.deny with input as document with data.params as _params
	count(violations) == 0
}

test_allows_an_internal_balancer_on_request if {
	denied := policy.deny with input as _behind({"internal": true}) with data.params as _params
	count(denied) == 1
	allowed := policy.deny with input as _behind({"internal": true}) with data.params as {"accept_internal": true}
	count(allowed) == 0
	public := policy.deny with input as _behind({"internal": false}) with data.params as {"accept_internal": true}
	count(public) == 1
}

test_denies_what_is_absent_or_of_a_wrong_type if {
	every value in [null, [], {}, 7, "forward", [null], [{}], [{"type": "redirect"}], [{"type": "redirect", "redirect": {}}]] {
		violations := policy.deny with input as _listener("HTTP", value) with data.params as _params
		count(violations) == 1
	}
	every protocol in [null, "", "http", 7, []] {
		violations := policy.deny with input as _listener(protocol, [_forward]) with data.params as _params
		count(violations) == 1
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("aws_lb_listener", ["action", "default_action", "protocol"]) {
		violations := policy.deny with input as document with data.params as {"accept_internal": false}
		count(violations) == 1
	}
}
