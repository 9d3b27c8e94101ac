package policies.aws.route53.dangling_record_test

import data.policies.aws.route53.dangling_record as policy
import data.policies.lib.testing

_params := {"owned_elsewhere": []}

_website := "summer.example.com.s3-website-eu-west-1.amazonaws.com"

_record(members) := testing.resource("aws_route53_record", object.union({"name": "summer.example.com", "type": "CNAME"}, members))

_to(target) := _record({"records": [target]})

_plan(record, others) := {"by_type": object.union(
	{"aws_route53_record": [record]},
	{type: group |
		some type in {other.type | some other in others}
		group := [other | some other in others; other.type == type]
	},
)}

_balancer(action) := object.union(
	testing.with_action(testing.resource("aws_lb", {}), action),
	{"before": {"dns_name": "shop-1.eu-west-1.elb.amazonaws.com"}},
)

test_denies_targets_that_anybody_can_claim if {
	every target in [_website, "shop.eu-west-1.elasticbeanstalk.com", "Summer.example.com.s3-website.eu-central-1.amazonaws.com."] {
		violations := policy.deny with input as _plan(_to(target), []) with data.params as _params
		violations == {{
			"address": "aws_route53_record.this",
			"message": sprintf("%s has no owner here", [trim_suffix(lower(target), ".")]),
			"attribute": ["records"],
		}}
	}
}

test_denies_an_alias if {
	alias := _record({"type": "A", "alias": [{"name": "s3-website-eu-west-1.amazonaws.com"}]})
	violations := policy.deny with input as _plan(alias, []) with data.params as _params
	some violation in violations
	violation.attribute == ["alias"]
}

test_denies_the_name_of_what_is_deleted if {
	record := _to("shop-1.eu-west-1.elb.amazonaws.com")
	deleted := policy.deny with input as _plan(record, [_balancer("delete")]) with data.params as _params
	count(deleted) == 1
	kept := policy.deny with input as _plan(record, [_balancer("no-op")]) with data.params as _params
	count(kept) == 0
}

# An address of its own goes with a machine; one that belongs to the account stays.
test_denies_the_address_of_what_is_deleted if {
	machine := object.union(
		testing.with_action(testing.resource("aws_instance", {}), "delete"),
		{"before": {"public_ip": "203.0.113.10", "public_dns": "ec2-203-0-113-10.eu-west-1.compute.amazonaws.com"}},
	)
	every record in [
		_record({"type": "A", "records": ["203.0.113.10"]}),
		_to("ec2-203-0-113-10.eu-west-1.compute.amazonaws.com"),
	] {
		violations := policy.deny with input as _plan(record, [machine]) with data.params as _params
		count(violations) == 1
	}
	address := testing.resource("aws_eip", {"public_ip": "203.0.113.10"})
	kept := policy.deny with input as _plan(_record({"type": "A", "records": ["203.0.113.10"]}), [machine, address]) with data.params as _params
	count(kept) == 0
}

# A balancer that is made anew gets another name; a website of the same name keeps its own.
test_tells_what_keeps_its_name if {
	replaced := policy.deny with input as _plan(_to("shop-1.eu-west-1.elb.amazonaws.com"), [_balancer("replace")]) with data.params as _params
	count(replaced) == 1
	website := object.union(
		testing.with_action(testing.resource("aws_s3_bucket_website_configuration", {}), "replace"),
		{"before": {"website_endpoint": _website}},
	)
	kept := policy.deny with input as _plan(_to(_website), [website]) with data.params as _params
	count(kept) == 0
}

test_allows_a_name_within_its_zone if {
	record := _record({"name": "summer", "type": "A", "alias": [{"name": "s3-website-eu-west-1.amazonaws.com"}]})
	zone := testing.resource("aws_route53_zone", {"name": "example.com"})
	every type in ["aws_s3_bucket", "data.aws_s3_bucket"] {
		bucket := testing.resource(type, {"bucket": "summer.example.com"})
		violations := policy.deny with input as _plan(record, [zone, bucket]) with data.params as _params
		count(violations) == 0
	}
	other := testing.resource("aws_s3_bucket", {"bucket": "winter.example.com"})
	violations := policy.deny with input as _plan(record, [zone, other]) with data.params as _params
	count(violations) == 1
}

test_allows_targets_with_an_owner if {
	every owner in [
		testing.resource("aws_s3_bucket", {"bucket": "summer.example.com"}),
		testing.resource("aws_s3_bucket_website_configuration", {"website_endpoint": _website}),
		testing.with_action(testing.resource("aws_s3_bucket_website_configuration", {"website_endpoint": _website}), "forget"),
	] {
		violations := policy.deny with input as _plan(_to(_website), [owner]) with data.params as _params
		count(violations) == 0
	}
	elsewhere := policy.deny with input as _plan(_to(_website), []) with data.params as {"owned_elsewhere": [_website]}
	count(elsewhere) == 0
}

test_allows_other_targets_and_records_that_go if {
	every record in [
		_to("mail.provider.example"),
		_to("d111111abcdef8.cloudfront.net"),
		_record({"type": "TXT", "records": [_website]}),
		_record({"type": "A", "records": ["192.0.2.10"]}),
		_record({"records": null}),
		_record({"records": [null, 7]}),
		testing.with_action(_to(_website), "delete"),
	] {
		violations := policy.deny with input as _plan(record, []) with data.params as _params
		count(violations) == 0
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("aws_route53_record", ["alias", "name", "records", "type"]) {
		violations := policy.deny with input as _plan(document, []) with data.params as _params
		count(violations) == 0
	}
}
