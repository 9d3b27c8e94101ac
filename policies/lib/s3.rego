# METADATA
# title: S3 buckets
# description: |
#   Reads what belongs to the bucket under judgement: from its own blocks, as older providers have them, and from the
#   resources of their own that replaced these.
# scope: package
package policies.lib.s3

import data.policies.lib.linked
import data.policies.lib.values

# Newer providers export on the bucket, as it was before the plan, what a resource of its own sets. Where there is
# such a resource it decides, unless the author wrote the argument on the bucket as well.
set_elsewhere(argument, type) if {
	count(linked.naming(type, ["bucket"])) > 0
	not input.configured[argument]
}

# The blocks on the bucket itself that will protect it: those that the author wrote. What it exports besides may come of
# a resource that the plan destroys, so it counts only where nobody knows what is written, as in a state.
own_blocks(argument, type) := [block |
	some block in values.list(input.values[argument])
	_will_be(argument, type)
]

_will_be(argument, _) if input.configured[argument]

_will_be(_, type) if {
	not input.configured
	count(linked.naming(type, ["bucket"])) == 0
}

_encryption := "aws_s3_bucket_server_side_encryption_configuration"

encryption_companions := linked.naming(_encryption, ["bucket"])

# The block on the bucket itself, as well as the companions, which have the same shape.
encryption_blocks := array.concat(
	own_blocks("server_side_encryption_configuration", _encryption),
	[companion.values | some companion in encryption_companions],
)

# What the rules say of objects that come without encryption of their own.
default_encryptions := [encryption |
	some block in encryption_blocks
	some rule in values.list(block.rule)
	some encryption in values.list(rule.apply_server_side_encryption_by_default)
]

policy_companions := linked.naming("aws_s3_bucket_policy", ["bucket"])

# The policy on the bucket itself, if it will protect it, as well as the companions'.
policies := array.concat(
	[document | document := input.derived.policy; _will_be("policy", "aws_s3_bucket_policy")],
	[companion.derived.policy | some companion in policy_companions],
)

# The bucket or its account pays no attention to ACLs that are public, or the bucket to any.
ignores_public_acls if {
	some block in linked.managed("aws_s3_account_public_access_block")
	values.is_true(block.values.ignore_public_acls)
}

ignores_public_acls if {
	count(_buckets) > 0
	every bucket in _buckets {
		_ignores_public_acls(bucket)
	}
}

# The bucket under judgement, or that of the ACL or the object: its parts by type.
_buckets := [{type: linked.naming(type, ["bucket"]) | some type in _acl_settings}] if {
	input.type == "aws_s3_bucket"
} else := [{type: linked.naming_other(bucket, type, ["bucket"]) | some type in _acl_settings} |
	some bucket in linked.through("aws_s3_bucket", ["bucket"])
]

_acl_settings := ["aws_s3_bucket_ownership_controls", "aws_s3_bucket_public_access_block"]

# A bucket holds one of each only: of two that contradict each other, the weaker counts.
_ignores_public_acls(bucket) if {
	count(bucket.aws_s3_bucket_public_access_block) > 0
	every block in bucket.aws_s3_bucket_public_access_block {
		values.is_true(block.values.ignore_public_acls)
	}
}

_ignores_public_acls(bucket) if {
	count(bucket.aws_s3_bucket_ownership_controls) > 0
	every controls in bucket.aws_s3_bucket_ownership_controls {
		some rule in values.list(controls.values.rule)
		rule.object_ownership == "BucketOwnerEnforced"
	}
}

# What an ACL grants to everybody, in words: `document` holds a canned one, grants, or both.
public_grants(document) := array.concat(
	[sprintf("acl is %s", [document.acl]) | document.acl in {"authenticated-read", "public-read", "public-read-write"}],
	[text |
		some block in _with_blocks(document, "access_control_policy")
		some grant in values.list(block.grant)
		some grantee in _with_blocks(grant, "grantee")
		is_string(grantee.uri)
		some group in ["AllUsers", "AuthenticatedUsers"]
		endswith(grantee.uri, concat("/", ["global", group]))
		text := sprintf("a grant is for %s", [group])
	],
)

# The object, and the blocks in its member.
_with_blocks(object, member) := array.concat([object], [block | some block in values.list(object[member])])
