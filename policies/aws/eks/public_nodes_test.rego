package policies.aws.eks.public_nodes_test

import data.policies.aws.eks.public_nodes as policy
import data.policies.lib.testing

_nodes := testing.resource("aws_eks_node_group", {"cluster_name": "main"})

_auto := testing.resource("aws_eks_cluster", {"compute_config": [{"enabled": true}]})

_classic := testing.resource("aws_eks_cluster", {"vpc_config": [{"endpoint_public_access": false}]})

_public := testing.with_address(testing.resource("aws_subnet", {"map_public_ip_on_launch": true}), "aws_subnet.public")

_private := testing.with_address(testing.resource("aws_subnet", {"map_public_ip_on_launch": false}), "aws_subnet.private")

_unset := testing.with_address(testing.resource("aws_subnet", {}), "aws_subnet.unset")

_described := testing.data_source("aws_subnet", {"map_public_ip_on_launch": true})

_template(value) := testing.resource("aws_launch_template", {"network_interfaces": [{"associate_public_ip_address": value}]})

_in_public := testing.with_linked(_nodes, [_private, _public])

_in_described := testing.with_linked(_nodes, [_described])

_in_private := testing.with_linked(_nodes, [_private, _unset])

_public_template := testing.with_linked(_nodes, [_private, _template("true")])

_private_template := testing.with_linked(_nodes, [_public, _template("false")])

_silent_template := testing.with_linked(_nodes, [_public, testing.resource("aws_launch_template", {})])

_auto_in_public := testing.with_linked(_auto, [_public])

_auto_in_private := testing.with_linked(_auto, [_private])

_classic_in_public := testing.with_linked(_classic, [_public])

_wrong_types := testing.with_linked(_nodes, [
	testing.resource("aws_subnet", {"map_public_ip_on_launch": [true]}),
	testing.resource("aws_launch_template", {"network_interfaces": {"associate_public_ip_address": true}}),
])

# Peers look at the subnet only.
test_denies_a_node_group_in_a_public_subnet if {
	violations := policy.deny with input as _in_public
	violations == {{
		"message": "the nodes run in subnets that give out public addresses: aws_subnet.public",
		"attribute": ["subnet_ids"],
		"related": ["aws_subnet.public"],
	}}
}

test_denies_through_a_data_source if {
	violations := policy.deny with input as _in_described
	some violation in violations
	violation.related == ["data.aws_subnet.this"]
}

test_denies_a_public_template_in_private_subnets if {
	violations := policy.deny with input as _public_template
	violations == {{
		"message": "the launch template gives the nodes public addresses: aws_launch_template.this",
		"attribute": ["launch_template"],
		"related": ["aws_launch_template.this"],
	}}
}

test_denies_a_public_template_in_public_subnets_once if {
	document := testing.with_linked(_nodes, [_public, _template(true)])
	violations := policy.deny with input as document
	count(violations) == 1
}

test_a_silent_template_leaves_it_to_the_subnets if {
	violations := policy.deny with input as _silent_template
	count(violations) == 1
}

test_denies_auto_mode_in_a_public_subnet if {
	violations := policy.deny with input as _auto_in_public
	some violation in violations
	violation.attribute == ["vpc_config", 0, "subnet_ids"]
}

test_allows_private_nodes if {
	every document in [_in_private, _private_template, _auto_in_private, _nodes, _auto] {
		violations := policy.deny with input as document
		count(violations) == 0
	}
}

# Its nodes are judged as node groups and machines.
test_allows_a_cluster_without_auto_mode if {
	violations := policy.deny with input as _classic_in_public
	count(violations) == 0
}

test_survives_values_of_a_wrong_type if {
	violations := policy.deny with input as _wrong_types
	count(violations) == 0
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("aws_eks_node_group", ["compute_config", "launch_template", "subnet_ids"]) {
		violations := policy.deny with input as document
		count(violations) == 0
	}
}
