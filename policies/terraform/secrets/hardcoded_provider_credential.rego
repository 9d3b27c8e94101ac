# METADATA
# title: Provider credential is written into the configuration
# description: |
#   A key in a provider block is the key to the whole account, and is read by everyone who reads the repository or
#   a plan. Providers take credentials from their environment, from a role, or from an identity token of the pipeline.
#   Values that stand for a credential where none is needed (`mock`, `test`) are none. Waive it for an emulator on
#   your own machine whose key looks real. The value is never shown.
# scope: package
# related_resources:
#   - ref: https://registry.terraform.io/providers/hashicorp/aws/latest/docs#authentication-and-configuration
#   - ref: https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs#authenticating-to-azure
# custom:
#   severity: critical
#   scope: plan
#   needs: [configuration]
#   known_only: true
#   withholds_values: true
#   aliases: [CKV_AWS_41, CKV_AZURE_239]
#   remediation: Remove the argument, revoke the credential, and let the provider take one from its environment or a role.
#   examples:
#     fails: |
#       provider "aws" {
#         region     = "eu-central-1"
#         access_key = "AKIA…"
#         secret_key = "…"
#       }
#     passes: |
#       provider "aws" {
#         region = "eu-central-1"
#
#         assume_role {
#           role_arn = "arn:aws:iam::111122223333:role/deploy"
#         }
#       }
package policies.terraform.secrets.hardcoded_provider_credential

import data.policies.lib.credential

deny contains violation if {
	some key, provider in input.providers
	written := [path |
		walk(provider.constants, [path, value])
		_is_credential(path, value)
	]
	count(written) > 0
	names := {_name(path) | some path in written}
	violation := {
		"message": sprintf("the configuration of provider %s holds %s", [key, concat(", ", names)]),
		"attribute": array.concat(["providers", key, "constants"], written[0]),
	}
}

_is_credential(path, value) if {
	is_string(value)
	name := _name(path)
	_is_secret(name)
	not credential.placeholder(value)
	not _is_file(name, value)
}

_is_credential(_, value) if {
	is_string(value)
	count(credential.kinds(value)) > 0
}

# The argument: the elements of a list have numbers.
_name(path) := names[count(names) - 1] if {
	names := [step | some step in path; is_string(step)]
	count(names) > 0
} else := "a credential"

_is_secret(name) if credential.secret_name(name)

_is_secret(name) if name in {"app_key", "client_key"}

# `credentials` of Google may name a file.
_is_file(name, value) if {
	name == "credentials"
	regex.match(`^([~.]{0,2}/|[A-Za-z]:)?[^\s{"]*\.json$`, value)
}
