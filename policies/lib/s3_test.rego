package policies.lib.s3_test

import data.policies.lib.s3
import data.policies.lib.testing

_bucket := testing.resource("aws_s3_bucket", {})

_encryption := {"rule": [{"apply_server_side_encryption_by_default": [{"sse_algorithm": "AES256"}]}]}

_inline := testing.resource("aws_s3_bucket", {"server_side_encryption_configuration": [_encryption]})

_linked := testing.with_linked(_bucket, [testing.resource("aws_s3_bucket_server_side_encryption_configuration", _encryption)])

_document := {"Statement": []}

_policy := testing.with_derived(testing.resource("aws_s3_bucket_policy", {}), {"policy": _document})

_block(type, value) := testing.with_linked(_bucket, [testing.resource(type, {"ignore_public_acls": value})])

test_default_encryptions if {
	every document in [_inline, _linked] {
		encryptions := s3.default_encryptions with input as document
		encryptions == [{"sse_algorithm": "AES256"}]
	}
	none := s3.default_encryptions with input as _bucket
	none == []
}

_versioned := testing.resource("aws_s3_bucket", {"versioning": [{"enabled": true}]})

_companion(action) := testing.with_action(testing.resource("aws_s3_bucket_versioning", {}), action)

_beside(action) := testing.with_linked(_versioned, [_companion(action)])

_written := {"configured": {"versioning": [{"enabled": true}]}}

_unwritten := {"configured": {"bucket": true}}

test_what_a_bucket_exports_is_what_it_was if {
	every document in [
		_beside("update"),
		object.union(_beside("update"), _unwritten),
		object.union(_beside("delete"), _unwritten),
		object.union(_versioned, _unwritten),
	] {
		blocks := s3.own_blocks("versioning", "aws_s3_bucket_versioning") with input as document
		blocks == []
	}
}

test_what_is_written_on_a_bucket_counts if {
	every document in [object.union(_beside("update"), _written), object.union(_versioned, _written)] {
		blocks := s3.own_blocks("versioning", "aws_s3_bucket_versioning") with input as document
		blocks == [{"enabled": true}]
	}
}

# In a state nobody knows what is written.
test_a_bucket_alone_says_what_it_is if {
	blocks := s3.own_blocks("versioning", "aws_s3_bucket_versioning") with input as _versioned
	blocks == [{"enabled": true}]
	none := s3.own_blocks("versioning", "aws_s3_bucket_versioning") with input as _bucket
	none == []
}

test_set_elsewhere if {
	beside := _beside("update")
	s3.set_elsewhere("versioning", "aws_s3_bucket_versioning") with input as beside
	not s3.set_elsewhere("versioning", "aws_s3_bucket_versioning") with input as _versioned
	written := object.union(beside, _written)
	not s3.set_elsewhere("versioning", "aws_s3_bucket_versioning") with input as written
}

test_policies if {
	own := s3.policies with input as testing.with_derived(_bucket, {"policy": _document})
	own == [_document]
	companions := s3.policies with input as testing.with_linked(_bucket, [_policy])
	companions == [_document]
	exported := testing.with_linked(testing.with_derived(_bucket, {"policy": _document}), [_policy])
	once := s3.policies with input as exported
	once == [_document]
	both := s3.policies with input as object.union(exported, {"configured": {"policy": true}})
	both == [_document, _document]
	none := s3.policies with input as _bucket
	none == []
}

test_ignores_public_acls if {
	every type in ["aws_s3_account_public_access_block", "aws_s3_bucket_public_access_block"] {
		s3.ignores_public_acls with input as _block(type, true)
		not s3.ignores_public_acls with input as _block(type, false)
	}
	not s3.ignores_public_acls with input as _bucket
}

test_public_grants if {
	s3.public_grants({"acl": "public-read"}) == ["acl is public-read"]
	everybody := "http://acs.amazonaws.com/groups/global/AllUsers"
	s3.public_grants({"grant": [{"uri": everybody}]}) == ["a grant is for AllUsers"]
	s3.public_grants({"access_control_policy": [{"grant": [{"grantee": [{"uri": everybody}]}]}]}) == ["a grant is for AllUsers"]
	every document in [{}, {"acl": "private"}, {"acl": null, "grant": null}, {"grant": [7, {"uri": 7}, {"uri": "http://acs.amazonaws.com/groups/s3/LogDelivery"}]}] {
		s3.public_grants(document) == []
	}
}
