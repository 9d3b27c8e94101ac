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

test_policies if {
	own := s3.policies with input as testing.with_derived(_bucket, {"policy": _document})
	own == [_document]
	companions := s3.policies with input as testing.with_linked(_bucket, [_policy])
	companions == [_document]
	both := s3.policies with input as testing.with_linked(testing.with_derived(_bucket, {"policy": _document}), [_policy])
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
