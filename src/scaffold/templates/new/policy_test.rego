package {package}_test

import data.policies.lib.testing
import {data} as policy

test_denies_without_{attribute} if {
	document := testing.resource("{type}", {})
	violations := policy.deny with input as document
	violations == {{"message": "{attribute} is not set", "attribute": ["{attribute}"]}}
}

test_allows_with_{attribute} if {
	document := testing.resource("{type}", {"{attribute}": "something"})
	violations := policy.deny with input as document
	count(violations) == 0
}
