# METADATA
# title: IAM policy allows everything on everything
# description: |
#   Such a policy makes its holder an administrator of the account, and every leak of its credentials the loss of the account.
#   Allowing everything but a short list is no better: whoever may do the rest can usually reach the list as well.
#   Conditions make no difference here.
#   Waive it for permissions boundaries, which grant nothing, and for the one role that is meant to administer the account.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html
# custom:
#   severity: critical
#   resource_types:
#     - aws_iam_policy
#     - aws_iam_role_policy
#     - aws_iam_user_policy
#     - aws_iam_group_policy
#     - aws_iam_role
#     - aws_ssoadmin_permission_set_inline_policy
#   aliases: [CKV_AWS_62, CKV_AWS_63, CKV_AWS_1, CKV2_AWS_40, AVD-AWS-0057, FG_R00092]
#   controls:
#     cis-aws-1.4: ["1.16"]
#     cis-aws-3.0: ["1.16"]
#     cis-aws-5.0: ["1.15"]
#     fsbp: [IAM.1]
#     nist-800-53-r5: [AC-2, AC-3, AC-4, AC-5, AC-6]
#     hipaa: [164.308.a.1.ii.b, 164.308.a.3.i, 164.308.a.3.ii.b, 164.308.a.4.i, 164.308.a.4.ii.b]
#     soc2: [CC1.3, CC6.3]
#   remediation: List the actions that are needed and the resources that they are needed on.
#   examples:
#     fails: |
#       resource "aws_iam_policy" "deploy" {
#         name = "deploy"
#         policy = jsonencode({
#           Version = "2012-10-17"
#           Statement = [{
#             Effect   = "Allow"
#             Action   = "*"
#             Resource = "*"
#           }]
#         })
#       }
#     passes: |
#       resource "aws_iam_policy" "deploy" {
#         name = "deploy"
#         policy = jsonencode({
#           Version = "2012-10-17"
#           Statement = [{
#             Effect   = "Allow"
#             Action   = ["s3:GetObject", "s3:PutObject"]
#             Resource = "${aws_s3_bucket.releases.arn}/*"
#           }]
#         })
#       }
package policies.aws.iam.wildcard_policy

import data.policies.lib.iam
import data.policies.lib.values

deny contains violation if {
	grants := [{"text": text, "attribute": policy.attribute} |
		some policy in _policies
		some index, statement in iam.statements(policy.document)
		iam.grants_everything(statement)
		text := sprintf("statement %d of %s", [index + 1, policy.name])
	]
	count(grants) > 0
	violation := {
		"message": sprintf("every action, or all but a few, is allowed on every resource by %s", [concat(
			", ",
			[grant.text | some grant in grants],
		)]),
		"attribute": grants[0].attribute,
	}
}

_policies := array.concat(
	[{"name": name, "attribute": [name], "document": document} |
		some name in ["policy", "inline_policy"]
		document := input.derived[name]
		is_object(document)
	],
	[{"name": name, "attribute": ["inline_policy", index, "policy"], "document": block.policy} |
		some index, block in values.list(input.derived.inline_policy)
		is_object(block.policy)
		name := sprintf("inline_policy[%d].policy", [index])
	],
)
