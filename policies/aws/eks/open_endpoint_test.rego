package policies.aws.eks.open_endpoint_test

import data.policies.aws.eks.open_endpoint as policy
import data.policies.lib.testing

_params := {"open_ipv4_prefix": 8, "open_ipv6_prefix": 16}

_open := testing.resource("aws_eks_cluster", {"vpc_config": [{
	"endpoint_public_access": true,
	"public_access_cidrs": ["198.51.100.0/24", "0.0.0.0/0"],
}]})

_default := testing.resource("aws_eks_cluster", {"vpc_config": [{"subnet_ids": ["subnet-1"]}]})

_empty_list := testing.resource("aws_eks_cluster", {"vpc_config": [{"public_access_cidrs": []}]})

_private := testing.resource("aws_eks_cluster", {"vpc_config": [{
	"endpoint_public_access": false,
	"public_access_cidrs": ["0.0.0.0/0"],
}]})

_limited := testing.resource("aws_eks_cluster", {"vpc_config": [{"public_access_cidrs": ["198.51.100.0/24"]}]})

_without_block := testing.resource("aws_eks_cluster", {"name": "main"})

_with_cidrs(cidrs) := testing.resource("aws_eks_cluster", {"vpc_config": [{"public_access_cidrs": cidrs}]})

test_denies_an_open_list if {
	violations := policy.deny with input as _open with data.params as _params
	violations == {{
		"message": "the public API endpoint is open to 0.0.0.0/0",
		"attribute": ["vpc_config", 0, "public_access_cidrs"],
	}}
}

test_denies_the_defaults if {
	every document in [_default, _empty_list, _without_block] {
		violations := policy.deny with input as document with data.params as _params
		violations == {{
			"message": "the public API endpoint has no public_access_cidrs and accepts every address",
			"attribute": ["vpc_config", 0, "endpoint_public_access"],
		}}
	}
}

# Peers pass both halves.
test_denies_the_address_space_in_halves if {
	document := _with_cidrs(["0.0.0.0/1", "128.0.0.0/1"])
	violations := policy.deny with input as document with data.params as _params
	count(violations) == 1
}

test_denies_ipv6 if {
	document := _with_cidrs(["::/0"])
	violations := policy.deny with input as document with data.params as _params
	count(violations) == 1
}

test_allows_a_private_endpoint_whatever_the_list if {
	violations := policy.deny with input as _private with data.params as _params
	count(violations) == 0
}

test_allows_known_networks if {
	violations := policy.deny with input as _limited with data.params as _params
	count(violations) == 0
}

test_survives_values_of_a_wrong_type if {
	every value in [7, true, "x", {"a": 1}, [null]] {
		document := _with_cidrs(value)
		violations := policy.deny with input as document with data.params as _params
		count(violations) == 0
	}
	every value in [null, 7, "x", [null], [7], {}] {
		document := testing.resource("aws_eks_cluster", {"vpc_config": value})
		violations := policy.deny with input as document with data.params as _params
		count(violations) == 1
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("aws_eks_cluster", ["vpc_config"]) {
		violations := policy.deny with input as document with data.params as {"open_ipv4_prefix": 8, "open_ipv6_prefix": 16}
		count(violations) == 1
	}
}
