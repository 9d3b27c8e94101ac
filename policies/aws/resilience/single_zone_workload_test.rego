package policies.aws.resilience.single_zone_workload_test

import data.policies.aws.resilience.single_zone_workload as policy
import data.policies.lib.testing

_attributes := {
	"aws_alb": "subnets",
	"aws_autoscaling_group": "vpc_zone_identifier",
	"aws_db_subnet_group": "subnet_ids",
	"aws_eks_node_group": "subnet_ids",
	"aws_lb": "subnets",
}

_subnet(name, zone) := testing.with_address(
	testing.resource("aws_subnet", {"availability_zone": zone}),
	sprintf("aws_subnet.%s", [name]),
)

_in(type, zones) := testing.with_linked(
	testing.resource(type, {}),
	[_subnet(sprintf("s%d", [index]), zone) | some index, zone in zones],
)

test_denies_subnets_of_one_zone if {
	every type, attribute in _attributes {
		violations := policy.deny with input as _in(type, ["eu-west-1a", "eu-west-1a"])
		violations == {{
			"message": "everything runs in eu-west-1a",
			"attribute": [attribute],
			"related": ["aws_subnet.s0", "aws_subnet.s1"],
		}}
	}
}

test_allows_subnets_of_two_zones if {
	every type, _ in _attributes {
		violations := policy.deny with input as _in(type, ["eu-west-1a", "eu-west-1b"])
		count(violations) == 0
	}
}

test_denies_zones_left_to_the_provider if {
	violations := policy.deny with input as _in("aws_lb", ["eu-west-1a", null])
	{violation.message | some violation in violations} == {"everything runs in eu-west-1a"}
	others := policy.deny with input as _in("aws_lb", [null, ""])
	{violation.message | some violation in others} == {"the subnets span no two zones"}
}

test_denies_a_single_subnet_that_is_not_shown if {
	every type, attribute in _attributes {
		violations := policy.deny with input as testing.resource(type, {attribute: ["subnet-0a1b2c3d4e5f60718"]})
		{violation.attribute | some violation in violations} == {[attribute]}
	}
}

test_denies_a_single_mapping if {
	balancer := testing.resource("aws_lb", {"subnet_mapping": [{"subnet_id": "subnet-0a1b2c3d4e5f60718"}]})
	violations := policy.deny with input as balancer
	{violation.attribute | some violation in violations} == {["subnet_mapping"]}
}

test_allows_subnets_that_are_not_shown if {
	every type, attribute in _attributes {
		violations := policy.deny with input as testing.resource(type, {attribute: ["subnet-1", "subnet-2"]})
		count(violations) == 0
	}
}

test_allows_what_is_shown_in_part if {
	document := object.union(_in("aws_lb", ["eu-west-1a"]), {"values": {"subnets": ["subnet-1", "subnet-2"]}})
	violations := policy.deny with input as document
	count(violations) == 0
}

test_groups_may_name_zones if {
	one := testing.resource("aws_autoscaling_group", {"availability_zones": ["eu-west-1a"]})
	violations := policy.deny with input as one
	{violation.attribute | some violation in violations} == {["availability_zones"]}
	two := testing.resource("aws_autoscaling_group", {"availability_zones": ["eu-west-1a", "eu-west-1b"]})
	others := policy.deny with input as two
	count(others) == 0
}

test_allows_nothing_at_all if {
	every type, _ in _attributes {
		violations := policy.deny with input as testing.resource(type, {})
		count(violations) == 0
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("aws_lb", ["subnet_mapping", "subnets"]) {
		violations := policy.deny with input as document
		count(violations) == 0
	}
}
