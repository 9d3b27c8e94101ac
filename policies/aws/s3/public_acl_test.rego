package policies.aws.s3.public_acl_test

import data.policies.aws.s3.public_acl as policy
import data.policies.lib.testing

_bucket := testing.resource("aws_s3_bucket", {"bucket": "downloads"})

_acl(attributes) := testing.resource("aws_s3_bucket_acl", attributes)

_block(type) := testing.resource(type, {"ignore_public_acls": true})

_everybody := {"uri": "http://acs.amazonaws.com/groups/global/AllUsers", "type": "Group"}

_policy_for(grantee) := {"access_control_policy": [{"grant": [{"grantee": [grantee], "permission": "READ"}]}]}

_with(others) := testing.with_linked(_bucket, others)

_acl_with_its_bucket := testing.with_linked(_acl({"acl": "public-read"}), [_bucket])

test_denies_the_bucket_of_a_public_acl if {
	violations := policy.deny with input as _with([_acl({"acl": "public-read"})])
	violations == {{
		"message": "acl is public-read",
		"attribute": ["acl"],
		"related": ["aws_s3_bucket_acl.this"],
	}}
}

test_denies_grants_to_everybody if {
	violations := policy.deny with input as _with([_acl(_policy_for(_everybody))])
	some violation in violations
	violation.message == "a grant is for AllUsers"
}

test_denies_acls_on_the_bucket_itself if {
	every attributes in [{"acl": "public-read-write"}, {"acl": "authenticated-read"}, {"grant": [object.union(_everybody, {"permissions": ["READ"]})]}] {
		violations := policy.deny with input as testing.resource("aws_s3_bucket", attributes)
		some violation in violations
		violation.related == []
	}
}

test_denies_an_acl_of_a_bucket_elsewhere_and_of_an_object if {
	every type in ["aws_s3_bucket_acl", "aws_s3_object", "aws_s3_bucket_object", "aws_s3_object_copy"] {
		violations := policy.deny with input as testing.resource(type, {"acl": "public-read"})
		violations == {{"message": "acl is public-read", "attribute": ["acl"], "related": []}}
	}
}

test_an_acl_is_judged_once_with_its_bucket if {
	violations := policy.deny with input as _acl_with_its_bucket
	count(violations) == 0
}

test_allows_an_acl_that_is_ignored if {
	every type in ["aws_s3_bucket_public_access_block", "aws_s3_account_public_access_block"] {
		violations := policy.deny with input as _with([_acl({"acl": "public-read"}), _block(type)])
		count(violations) == 0
	}
}

test_denies_an_acl_that_a_block_only_stops_in_future if {
	violations := policy.deny with input as _with([_acl({"acl": "public-read"}), _half])
	count(violations) == 1
}

_half := testing.resource("aws_s3_bucket_public_access_block", {"block_public_acls": true, "ignore_public_acls": false})

_ownership(ownership) := testing.resource("aws_s3_bucket_ownership_controls", {"rule": [{"object_ownership": ownership}]})

test_allows_an_acl_where_acls_are_disabled if {
	violations := policy.deny with input as _with([_acl({"acl": "public-read"}), _ownership("BucketOwnerEnforced")])
	count(violations) == 0
}

test_denies_an_acl_where_settings_contradict_each_other if {
	every settings in [
		[_block("aws_s3_bucket_public_access_block"), _half],
		[_ownership("BucketOwnerEnforced"), _ownership("ObjectWriter")],
	] {
		violations := policy.deny with input as _with(array.concat([_acl({"acl": "public-read"})], settings))
		count(violations) == 1
	}
}

# An object of the bucket, with the resources that name the bucket.
_object_of(type, settings) := testing.with_linked(testing.resource(type, {"acl": "public-read"}), [_with(settings)])

_object_types := ["aws_s3_object", "aws_s3_bucket_object", "aws_s3_object_copy"]

test_allows_an_object_whose_bucket_ignores_acls if {
	every type in _object_types {
		every setting in [_block("aws_s3_bucket_public_access_block"), _ownership("BucketOwnerEnforced")] {
			violations := policy.deny with input as _object_of(type, [setting])
			count(violations) == 0
		}
	}
}

test_denies_an_object_whose_bucket_heeds_acls if {
	every type in _object_types {
		every settings in [
			[],
			[_half],
			[_block("aws_s3_bucket_public_access_block"), _half],
			[_ownership("BucketOwnerPreferred")],
			[testing.with_action(_block("aws_s3_bucket_public_access_block"), "delete")],
			[testing.with_via(_block("aws_s3_bucket_public_access_block"), "linked", "tags")],
		] {
			violations := policy.deny with input as _object_of(type, settings)
			count(violations) == 1
		}
	}
}

# Which of two it is, nobody says.
test_denies_an_object_of_one_of_two_buckets if {
	open := testing.with_address(_bucket, "aws_s3_bucket.open")
	object_of_either := testing.with_linked(
		testing.resource("aws_s3_object", {"acl": "public-read"}),
		[_with([_block("aws_s3_bucket_public_access_block")]), open],
	)
	violations := policy.deny with input as object_of_either
	count(violations) == 1
}

test_denies_an_object_that_a_tag_ties_to_its_bucket if {
	tagged := testing.with_via(_with([_block("aws_s3_bucket_public_access_block")]), "subject", "tags")
	violations := policy.deny with input as testing.with_linked(testing.resource("aws_s3_object", {"acl": "public-read"}), [tagged])
	count(violations) == 1
}

# The grant is what the bucket exported before its ACL becomes private.
test_allows_an_acl_that_was_public if {
	was := testing.with_linked(
		testing.resource("aws_s3_bucket", {"grant": [object.union(_everybody, {"permissions": ["READ"]})]}),
		[_acl({"acl": "private"})],
	)
	violations := policy.deny with input as was
	count(violations) == 0
	written := policy.deny with input as object.union(was, {"configured": {"grant": [{"uri": true}]}})
	count(written) == 1
}

test_allows_private_acls if {
	every document in [
		_bucket,
		_with([_acl({"acl": "private"})]),
		_with([_acl({"acl": "log-delivery-write"})]),
		_with([_acl(_policy_for({"id": "c1", "type": "CanonicalUser"}))]),
		testing.resource("aws_s3_object", {"key": "a"}),
	] {
		violations := policy.deny with input as document
		count(violations) == 0
	}
}

test_survives_values_of_a_wrong_type if {
	every value in [null, 7, "", [], {}] {
		violations := policy.deny with input as testing.resource("aws_s3_bucket", {"acl": value, "grant": value})
		count(violations) == 0
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("aws_s3_bucket", ["access_control_policy", "acl"]) {
		violations := policy.deny with input as document
		count(violations) == 0
	}
}
