package policies.aws.eks.open_node_ssh_test

import data.policies.aws.eks.open_node_ssh as policy
import data.policies.lib.testing

_group(access) := testing.resource("aws_eks_node_group", {"remote_access": access})

test_denies_a_key_for_everybody if {
	every access in [
		{"ec2_ssh_key": "operators"},
		{"ec2_ssh_key": "operators", "source_security_group_ids": []},
		{"ec2_ssh_key": "operators", "source_security_group_ids": null},
	] {
		violations := policy.deny with input as _group([access])
		violations == {{
			"message": "ec2_ssh_key without source_security_group_ids opens the nodes to every address",
			"attribute": ["remote_access", 0, "source_security_group_ids"],
		}}
	}
}

test_allows_named_groups if {
	access := {"ec2_ssh_key": "operators", "source_security_group_ids": ["sg-0a1b2c3d"]}
	violations := policy.deny with input as _group([access])
	count(violations) == 0
}

test_allows_groups_that_the_plan_creates if {
	group := testing.with_via(testing.resource("aws_security_group", {}), "subject", "remote_access.source_security_group_ids")
	document := testing.with_linked(_group([{"ec2_ssh_key": "operators"}]), [group])
	violations := policy.deny with input as document
	count(violations) == 0
}

test_denies_groups_that_are_named_elsewhere if {
	group := testing.with_via(testing.resource("aws_security_group", {}), "subject", "labels.jump")
	document := testing.with_linked(_group([{"ec2_ssh_key": "operators"}]), [group])
	violations := policy.deny with input as document
	count(violations) == 1
}

test_allows_without_a_key if {
	every document in [testing.resource("aws_eks_node_group", {}), _group([]), _group([{}]), _group([{"ec2_ssh_key": ""}])] {
		violations := policy.deny with input as document
		count(violations) == 0
	}
}

test_survives_values_of_a_wrong_type if {
	every value in [null, 7, "x", {}, [true], [null]] {
		violations := policy.deny with input as _group(value)
		count(violations) == 0
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("aws_eks_node_group", ["remote_access"]) {
		violations := policy.deny with input as document
		count(violations) == 0
	}
}
