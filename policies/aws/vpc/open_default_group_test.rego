package policies.aws.vpc.open_default_group_test

import data.policies.aws.vpc.open_default_group as policy
import data.policies.lib.testing

_vpc := testing.resource("aws_vpc", {"cidr_block": "10.0.0.0/16"})

_group(attributes) := testing.resource("aws_default_security_group", attributes)

_adopted := testing.with_linked(_vpc, [_group({})])

_abandoned := testing.with_linked(_vpc, [testing.with_action(_group({}), "delete")])

_other_group := testing.with_linked(_vpc, [testing.resource("aws_security_group", {})])

_rule := {"protocol": "-1", "from_port": 0, "to_port": 0, "self": true}

test_denies_a_group_that_nobody_adopts if {
	every document in [_vpc, _abandoned, _other_group] {
		violations := policy.deny with input as document
		violations == {{"message": "the default security group keeps the rules that AWS gives it"}}
	}
}

test_denies_an_adopted_group_with_rules if {
	violations := policy.deny with input as _group({"ingress": [_rule], "egress": [_rule]})
	violations == {{
		"message": "the default security group has rules: ingress, egress",
		"attribute": ["ingress"],
		"related": [],
	}}
	outward := policy.deny with input as _group({"ingress": [], "egress": [_rule]})
	some violation in outward
	violation.attribute == ["egress"]
}

# A rule in another group that names this one as its source opens nothing here.
test_denies_rules_of_their_own if {
	document := testing.with_linked(_group({}), [testing.resource("aws_security_group_rule", {"type": "ingress"})])
	violations := policy.deny with input as document
	violations == {{
		"message": "the default security group has rules: aws_security_group_rule.this",
		"attribute": ["ingress"],
		"related": ["aws_security_group_rule.this"],
	}}
}

test_allows_an_empty_group if {
	every document in [_adopted, _group({}), _group({"ingress": [], "egress": []}), _group({"ingress": null})] {
		violations := policy.deny with input as document
		count(violations) == 0
	}
}

test_denies_rules_of_a_wrong_type if {
	every value in [7, "x", true, {"a": 1}, [null]] {
		violations := policy.deny with input as _group({"ingress": value})
		count(violations) == 1
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("aws_default_security_group", ["egress", "ingress"]) {
		violations := policy.deny with input as document
		count(violations) == 0
	}
}
