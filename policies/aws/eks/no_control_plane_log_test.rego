package policies.aws.eks.no_control_plane_log_test

import data.policies.aws.eks.no_control_plane_log as policy
import data.policies.lib.testing

_params := {"log_types": ["api", "audit"]}

_cluster(types) := testing.resource("aws_eks_cluster", {"enabled_cluster_log_types": types})

test_denies_a_cluster_without_logs if {
	every document in [testing.resource("aws_eks_cluster", {}), _cluster([]), _cluster(["scheduler"])] {
		violations := policy.deny with input as document with data.params as _params
		violations == {{
			"message": "the control plane does not log api, audit",
			"attribute": ["enabled_cluster_log_types"],
		}}
	}
}

test_denies_a_missing_type if {
	violations := policy.deny with input as _cluster(["api", "scheduler"]) with data.params as _params
	{violation.message | some violation in violations} == {"the control plane does not log audit"}
}

test_allows_all_that_are_asked_for if {
	every types in [["audit", "api"], ["api", "audit", "scheduler"]] {
		violations := policy.deny with input as _cluster(types) with data.params as _params
		count(violations) == 0
	}
}

test_allows_everything_where_nothing_is_asked_for if {
	violations := policy.deny with input as _cluster([]) with data.params as {"log_types": []}
	count(violations) == 0
}

test_denies_values_of_a_wrong_type if {
	every value in [null, 7, "api", {}, [true]] {
		violations := policy.deny with input as _cluster(value) with data.params as _params
		count(violations) == 1
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("aws_eks_cluster", ["enabled_cluster_log_types"]) {
		violations := policy.deny with input as document with data.params as _params
		count(violations) == 1
	}
}
