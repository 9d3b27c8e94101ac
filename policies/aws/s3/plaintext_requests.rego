# METADATA
# title: S3 bucket answers requests over plain HTTP
# description: |
#   S3 takes requests over plain HTTP unless the policy of the bucket denies them; what they carry can be read on the way.
#   The denial must hold for everybody, for every action, and for the bucket as well as its objects.
#   Waive it for a bucket that serves public content to clients without TLS.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html#transit
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html#example-object-tls-version
# custom:
#   severity: medium
#   resource_types: [aws_s3_bucket]
#   aliases: [FG_R00100]
#   controls:
#     cis-aws-1.4: ["2.1.2"]
#     cis-aws-3.0: ["2.1.1"]
#     cis-aws-5.0: ["2.1.1"]
#     fsbp: [S3.5]
#     nist-800-53-r5: [AC-4, AC-17, AC-24, AU-9, CA-9]
#     pci-dss-4.0: ["1.2.5", "2.2.5", "2.2.7", "4.2.1", "8.3.2"]
#     hipaa: [164.308.a.1.ii.b, 164.312.a.2.iv, 164.312.c.1, 164.312.c.2, 164.312.e.1]
#   remediation: Add a statement to the bucket policy that denies s3:* to everybody where aws:SecureTransport is false.
#   examples:
#     fails: |
#       resource "aws_s3_bucket" "logs" {
#         bucket = "acme-logs"
#       }
#     passes: |
#       resource "aws_s3_bucket" "logs" {
#         bucket = "acme-logs"
#       }
#
#       resource "aws_s3_bucket_policy" "logs" {
#         bucket = aws_s3_bucket.logs.id
#         policy = jsonencode({
#           Version = "2012-10-17"
#           Statement = [{
#             Effect    = "Deny"
#             Principal = "*"
#             Action    = "s3:*"
#             Resource  = ["arn:aws:s3:::acme-logs", "arn:aws:s3:::acme-logs/*"]
#             Condition = { Bool = { "aws:SecureTransport" = "false" } }
#           }]
#         })
#       }
package policies.aws.s3.plaintext_requests

import data.policies.lib.iam
import data.policies.lib.linked
import data.policies.lib.s3
import data.policies.lib.values

deny contains violation if {
	not _refused
	violation := {
		"message": "no policy denies everybody to use the bucket and its objects over plain HTTP",
		"related": linked.addresses(s3.policy_companions),
	}
}

_refused if {
	some document in s3.policies
	names := {name |
		some statement in iam.statements(document)
		_refuses_plain_http(statement)
		some name in values.strings(statement.Resource)
	}
	{part | some name in names; some part in _parts(name, names)} == {"bucket", "objects"}
}

_refuses_plain_http(statement) if {
	iam.denies(statement)
	some kind in ["*", "AWS"]
	"*" in values.strings(statement.Principal[kind])
	some action in values.strings(statement.Action)
	regex.match(`^([sS]3:)?\*+$`, action)
	conditions := _conditions(statement)
	count(conditions) == 1
	_is_plain_http(conditions[0])
}

# What narrows the denial, but for AWS's own services, which use TLS.
_conditions(statement) := [condition |
	some operator, keys in statement.Condition
	some key, wanted in keys
	condition := {"operator": operator, "key": key, "wanted": wanted}
	not _spares_services(condition)
]

_spares_services(condition) if {
	condition.operator in {"Bool", "BoolIfExists"}
	condition.key == "aws:principalisawsservice"
	condition.wanted == ["false"]
}

_is_plain_http(condition) if {
	condition.operator in {"Bool", "BoolIfExists"}
	condition.key == "aws:securetransport"
	condition.wanted == ["false"]
}

# Plain HTTP has no version of TLS: without IfExists the condition does not hold for it.
_is_plain_http(condition) if {
	condition.operator == "NumericLessThanIfExists"
	condition.key == "s3:tlsversion"
	count(condition.wanted) > 0
	every version in condition.wanted {
		version in {"1.2", "1.3"}
	}
}

# A policy speaks of its own bucket and nothing else.
_parts(name, _) := {"bucket", "objects"} if regex.match(`^[^/]*\*$`, name)

_parts(name, _) := {"objects"} if regex.match(`^arn:[^:]*:s3:::[^/]+/\*+$`, name)

_parts(name, _) := {"bucket"} if not regex.match(`[*?]|:s3:::[^/]*/|^[^:]*/`, name)

# In the place of an ARN that is not known yet stands another text, or the ARN of something else.
_parts(name, _) := {"objects"} if regex.match(`^[^/:]*/\*$`, name)

_parts(name, names) := {"objects"} if {
	regex.match(`^arn:.*/\*$`, name)
	not contains(name, ":s3:::")
	trim_suffix(name, "/*") in names
}
