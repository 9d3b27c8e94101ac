package policies.aws.s3.plaintext_requests_test

import data.policies.aws.s3.plaintext_requests as policy
import data.policies.lib.testing

_bucket := testing.resource("aws_s3_bucket", {"bucket": "logs"})

_denial := {
	"Effect": "Deny",
	"Principal": {"*": ["*"]},
	"Action": ["s3:*"],
	"Resource": ["arn:aws:s3:::logs", "arn:aws:s3:::logs/*"],
	"Condition": {"Bool": {"aws:securetransport": ["false"]}},
}

_read := {"Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam::111122223333:root"]}, "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::logs/*"]}

_policy(statements) := testing.with_derived(testing.resource("aws_s3_bucket_policy", {}), {"policy": {"Statement": statements}})

_with(statements) := testing.with_linked(_bucket, [_policy(statements)])

_but(members) := _with([object.union(_denial, members)])

_when(condition) := _with([object.union(object.remove(_denial, ["Condition"]), {"Condition": condition})])

_for(principal) := _with([object.union(object.remove(_denial, ["Principal"]), principal)])

_deleted := testing.with_linked(_bucket, [testing.with_action(_policy([_denial]), "delete")])

# The host puts something in the place of an ARN that is not known yet.
test_tells_parts_of_unknown_arns if {
	every name in ["to be known", "arn:aws:iam::111122223333:role/to be known"] {
		whole := policy.deny with input as _but({"Resource": [name, concat("", [name, "/*"])]})
		count(whole) == 0
	}
	every resources in [
		["to be known"],
		["to be known/*"],
		["to be known", "also to be known"],
		["to be known", "to be known/private/*"],
		["to be known/private", "to be known/private/*"],
	] {
		violations := policy.deny with input as _but({"Resource": resources})
		count(violations) == 1
	}
}

# Peers have no check on the bucket.
test_denies_a_bucket_without_a_policy if {
	every document in [_bucket, _deleted] {
		violations := policy.deny with input as document
		violations == {{
			"message": "no policy denies everybody to use the bucket and its objects over plain HTTP",
			"related": [],
		}}
	}
}

test_denies_a_policy_that_says_nothing_of_it if {
	violations := policy.deny with input as _with([_read])
	some violation in violations
	violation.related == ["aws_s3_bucket_policy.this"]
}

test_denies_half_a_denial if {
	every document in [
		_but({"Resource": ["arn:aws:s3:::logs/*"]}),
		_but({"Resource": ["arn:aws:s3:::logs"]}),
		_but({"Resource": ["arn:aws:s3:::logs", "arn:aws:s3:::logs/private/*"]}),
		_but({"Resource": ["arn:aws:s3:::logs/index.html", "arn:aws:s3:::logs/*"]}),
		_but({"Resource": ["arn:aws:s3:::logs", "arn:aws:s3:::logs/*/*"]}),
		_but({"Resource": []}),
		_but({"Action": ["s3:GetObject", "s3:PutObject"]}),
		_but({"Effect": "Allow"}),
		_for({"Principal": {"AWS": ["arn:aws:iam::111122223333:root"]}}),
		_for({"NotPrincipal": {"AWS": ["arn:aws:iam::111122223333:root"]}}),
		_when({}),
		_when({"Bool": {"aws:securetransport": ["true"]}}),
		_when({"Bool": {"aws:securetransport": ["false"]}, "IpAddress": {"aws:sourceip": ["198.51.100.0/24"]}}),
		_when({"Bool": {"aws:securetransport": ["false"], "aws:principalisawsservice": ["true"]}}),
		_when({"Bool": {"aws:principalisawsservice": ["false"]}}),
		_when({"NumericLessThan": {"s3:tlsversion": ["1.2"]}}),
		_when({"NumericLessThanIfExists": {"s3:tlsversion": ["1.1"]}}),
	] {
		violations := policy.deny with input as document
		count(violations) == 1
	}
}

test_allows_a_denial if {
	every document in [
		_with([_read, _denial]),
		_for({"Principal": {"AWS": ["*"]}}),
		_but({"Action": ["*"], "Resource": ["*"]}),
		_but({"Resource": ["arn:aws:s3:::logs*"]}),
		_when({"NumericLessThanIfExists": {"s3:tlsversion": ["1.2"]}}),
		_when({"Bool": {"aws:securetransport": ["false"], "aws:principalisawsservice": ["false"]}}),
		_with([
			object.union(_denial, {"Resource": ["arn:aws:s3:::logs"]}),
			object.union(_denial, {"Resource": ["arn:aws:s3:::logs/*"]}),
		]),
		testing.with_derived(_bucket, {"policy": {"Statement": [_denial]}}),
	] {
		violations := policy.deny with input as document
		count(violations) == 0
	}
}

test_denies_documents_of_a_wrong_type if {
	every value in [null, 7, "x", [], {}, {"Statement": "x"}, {"Statement": [null, 7]}] {
		document := testing.with_linked(_bucket, [testing.with_derived(testing.resource("aws_s3_bucket_policy", {}), {"policy": value})])
		violations := policy.deny with input as document
		count(violations) == 1
	}
}
