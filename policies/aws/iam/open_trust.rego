# METADATA
# title: IAM role can be assumed by anybody
# description: |
#   Whoever its trust policy names may act with the rights of a role. The principal `*` names every account of AWS. An
#   identity provider signs in everybody who has an account there, so a statement for one must say who: the subject,
#   or the audience where it is one's own.
#   An external identifier beside the principal `*` is no reason to pass: AWS keeps it as no secret, shows it to whoever
#   may look at the role, and means it to tell the customers of a party apart that the principal names.
#   Waive it for a role without rights of its own, such as one for guests of an identity pool.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html
# custom:
#   severity: critical
#   resource_types: [aws_iam_role]
#   aliases: [CKV_AWS_60, CKV_AWS_61, FG_R00219]
#   remediation: Name the accounts, roles or services that may assume the role, and the subject that an identity provider must vouch for.
#   examples:
#     fails: |
#       resource "aws_iam_role" "deploy" {
#         name = "deploy"
#         assume_role_policy = jsonencode({
#           Version = "2012-10-17"
#           Statement = [{
#             Effect    = "Allow"
#             Action    = "sts:AssumeRole"
#             Principal = { AWS = "*" }
#           }]
#         })
#       }
#     passes: |
#       resource "aws_iam_role" "deploy" {
#         name = "deploy"
#         assume_role_policy = jsonencode({
#           Version = "2012-10-17"
#           Statement = [{
#             Effect    = "Allow"
#             Action    = "sts:AssumeRole"
#             Principal = { AWS = "arn:aws:iam::111122223333:role/build" }
#           }]
#         })
#       }
package policies.aws.iam.open_trust

import data.policies.lib.iam

deny contains violation if {
	count(_open) > 0
	violation := {
		"message": concat(", ", _open),
		"attribute": ["assume_role_policy"],
	}
}

_open := [text |
	some index, statement in iam.statements(input.derived.assume_role_policy)
	text := _fault(statement, index)
]

_fault(statement, index) := sprintf("Statement[%d] trusts everybody", [index]) if {
	iam.grants_everybody(statement)
} else := sprintf("Statement[%d] trusts whomever its identity provider signs in", [index]) if {
	iam.allows(statement)
	count(iam.unpinned_providers(statement)) > 0
}
