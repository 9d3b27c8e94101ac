# METADATA
# title: Output shows a secret
# description: |
#   Terraform prints outputs at the end of every run, and whoever may read the state may read them. An output that is not
#   declared sensitive is shown when its value is a credential, or when it is made of an attribute that holds one.
#   A value known only after apply is judged by what it refers to. Waive it for a value that only looks like a secret,
#   such as a hash of one. The value is never shown.
# scope: package
# related_resources:
#   - ref: https://developer.hashicorp.com/terraform/language/values/outputs
#   - ref: https://developer.hashicorp.com/terraform/language/functions/nonsensitive
# custom:
#   severity: high
#   scope: plan
#   known_only: true
#   withholds_values: true
#   remediation: Declare the output with sensitive = true, or leave it out.
#   examples:
#     fails: |
#       output "database_password" {
#         value = nonsensitive(random_password.database.result)
#       }
#     passes: |
#       output "database_password" {
#         value     = random_password.database.result
#         sensitive = true
#       }
package policies.terraform.secrets.leaking_output

import data.policies.lib.credential

deny contains violation if {
	some name, output in input.outputs
	not output.sensitive
	reasons := _reasons(output)
	count(reasons) > 0
	violation := {
		"message": sprintf("the output %s shows %s", [name, concat(", ", reasons)]),
		"attribute": ["outputs", name, "value"],
	}
}

_reasons(output) := {kind |
	walk(output.value, [_, value])
	is_string(value)
	some kind in credential.kinds(value)
} | {reference |
	some reference in output.references
	_is_secret(reference)
}

_is_secret(reference) if {
	regex.match(`^([a-z0-9_]+\.)*(aws_[a-z0-9_]+|azurerm_[a-z0-9_]+|google_[a-z0-9_]+|vault_[a-z0-9_]+|tls_[a-z0-9_]+|random_[a-z0-9_]+)\.`, reference)
	regex.match(`\.(password|master_password|auth_token|secret|secret_string|ses_smtp_password_v4|private_key|private_key_pem|private_key_openssh|administrator_login_password|admin_password|primary_access_key|secondary_access_key|primary_connection_string|secondary_connection_string|data_json)$`, reference)
}

_is_secret(reference) if regex.match(`(^|\.)random_password\.[^.]+\.(result|bcrypt_hash)$`, reference)
