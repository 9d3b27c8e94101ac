package policies.aws.eks.unencrypted_secrets_test

import data.policies.aws.eks.unencrypted_secrets as policy
import data.policies.lib.testing

_key := "arn:aws:kms:eu-west-1:111122223333:key/0d5c1a52-3b1e-4b60-9c1f-6f7a4f0f2b11"

_cluster(config) := testing.resource("aws_eks_cluster", {"encryption_config": config})

_missing := {{"message": "no encryption_config covers secrets", "attribute": ["encryption_config"]}}

test_denies_a_cluster_without_it if {
	every document in [
		testing.resource("aws_eks_cluster", {}),
		_cluster([]),
		_cluster([{"resources": [], "provider": [{"key_arn": _key}]}]),
		_cluster([{"resources": ["configmaps"], "provider": [{"key_arn": _key}]}]),
	] {
		violations := policy.deny with input as document
		violations == _missing
	}
}

test_denies_without_a_key if {
	every provider in [[], [{}], [{"key_arn": ""}], [{"key_arn": null}]] {
		violations := policy.deny with input as _cluster([{"resources": ["secrets"], "provider": provider}])
		violations == {{
			"message": "encryption_config names no key for secrets",
			"attribute": ["encryption_config", 0, "provider", 0, "key_arn"],
		}}
	}
}

test_allows_a_key if {
	violations := policy.deny with input as _cluster([{"resources": ["secrets"], "provider": [{"key_arn": _key}]}])
	count(violations) == 0
}

test_allows_a_key_that_the_plan_creates if {
	document := testing.with_linked(
		_cluster([{"resources": ["secrets"], "provider": [{}]}]),
		[testing.with_via(testing.resource("aws_kms_key", {}), "subject", "encryption_config.provider.key_arn")],
	)
	violations := policy.deny with input as document
	count(violations) == 0
}

test_denies_a_key_for_something_else if {
	document := testing.with_linked(
		_cluster([{"resources": ["secrets"], "provider": [{}]}]),
		[testing.with_via(testing.resource("aws_kms_key", {}), "subject", "tags.key")],
	)
	violations := policy.deny with input as document
	count(violations) == 1
}

test_denies_values_of_a_wrong_type if {
	every value in [null, 7, "x", {}, [true], [{"resources": "secrets"}]] {
		violations := policy.deny with input as _cluster(value)
		count(violations) == 1
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("aws_eks_cluster", ["encryption_config"]) {
		violations := policy.deny with input as document
		count(violations) == 1
	}
}
