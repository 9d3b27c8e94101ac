# METADATA
# title: Credential stands in clear in a resource
# description: |
#   A token or key in a resource stands in the source or a variable file, in every plan, and in the state, and is
#   read by whoever reads one of them. Credentials are recognised by the form that their issuers give them, and
#   random texts that the configuration writes by what they are called. Where a value is marked as sensitive and
#   comes from something, such as a variable, it was not written here; one that is written out is a finding whatever
#   its mark. What is known only after apply was written by nobody. User data of machines at AWS is for another policy.
#   Waive it for a revoked or invented credential. The value is never shown.
# scope: package
# related_resources:
#   - ref: https://developer.hashicorp.com/terraform/language/manage-sensitive-data
#   - ref: https://docs.github.com/en/code-security/secret-scanning/introduction/supported-secret-scanning-patterns
# custom:
#   severity: critical
#   resource_types: ["*"]
#   known_only: true
#   withholds_values: true
#   aliases: [CKV_AWS_45, CKV_AWS_295, CKV_AZURE_45, AVD-AWS-0036]
#   remediation: Revoke the credential, and read a new one from a secret store with an ephemeral resource.
#   examples:
#     fails: |
#       resource "aws_lambda_function" "import" {
#         function_name = "import"
#         role          = aws_iam_role.import.arn
#         environment {
#           variables = { PARTNER_TOKEN = "glpat-…" }
#         }
#       }
#     passes: |
#       resource "aws_lambda_function" "import" {
#         function_name = "import"
#         role          = aws_iam_role.import.arn
#         environment {
#           variables = { TOKEN_SECRET = aws_secretsmanager_secret.partner.arn }
#         }
#       }
package policies.terraform.secrets.credential_in_resource

import data.policies.lib.credential
import data.policies.lib.resource
import data.policies.lib.stored_secret
import data.policies.lib.user_data

deny contains violation if {
	_is_suspicious(json.marshal(input.values))
	count(_found) > 0
	kinds := {kind | some place in _found; some kind in place.kinds}
	violation := {
		"message": sprintf("%s stands here in clear", [concat(", ", kinds)]),
		"attribute": _found[0].path,
	}
}

_is_suspicious(text) if credential.suspicious(text)

_is_suspicious(text) if credential.names_secrets(text)

_is_suspicious(text) if contains(text, "\"custom_data\"")

_found := [{"path": path, "kinds": kinds} |
	walk(input.values, [path, value])
	is_string(value)
	kinds := _kinds(path, value)
	not _is_kept(path)
	not _is_made_by_the_provider(path)
	not _is_judged_elsewhere(path)
]

# Another policy reads the user data of machines, which may be encoded: one fault is one finding.
_is_judged_elsewhere(path) if {
	input.type in {"aws_instance", "aws_launch_template", "aws_launch_configuration", "aws_spot_instance_request"}
	path[0] in {"user_data", "user_data_base64"}
}

_kinds(path, value) := kinds if {
	kinds := {kind |
		some reading in _readings(path, value)
		credential.suspicious(reading)
		some kind in credential.kinds(reading)
	}
	count(kinds) > 0
} else := {"a random text that is called like a secret"} if {
	name := path[count(path) - 1]
	is_string(name)
	credential.secret_name(name)
	not regex.match(`(?i)hash|sha[0-9]|digest|fingerprint|checksum|public`, name)
	# What is marked is judged by those who know why, and what nobody wrote is made by a provider. Another policy
	# judges secrets that are known as such.
	not resource.sensitive(input.sensitive, path)
	not stored_secret.holds(input, path)
	input.configured[path[0]]
	credential.random(value)
}

# Azure takes the script of a machine encoded.
_readings(path, value) := user_data.readings(value) if {
	path[count(path) - 1] == "custom_data"
} else := {value}

# It is marked, and comes from elsewhere.
_is_kept(path) if {
	resource.sensitive(input.sensitive, path)
	not resource.constant(input.constants, path)
}

# The provider makes the identity of a key; its secret is marked.
_is_made_by_the_provider(path) if {
	input.type == "aws_iam_access_key"
	path == ["id"]
}

# An attribute that was not written is made by the provider, such as the key of a certificate. Blocks may be
# `dynamic` ones, of which a plan does not say that they were written, and a state says it of nothing.
_is_made_by_the_provider(path) if {
	count(path) == 1
	input.configured
	not input.configured[path[0]]
}
