# METADATA
# title: Variable for a secret is not sensitive, or has a default
# description: |
#   Terraform prints the values of variables that are not declared sensitive, in plans and in logs. A default stands
#   in the source for everyone to read. A variable counts as secret by its name, or by a default that is a credential.
#   An ephemeral variable has no value in a plan, and so is not taken for one that is printed.
#   Waive it where the name misleads. The value is never shown.
# scope: package
# related_resources:
#   - ref: https://developer.hashicorp.com/terraform/language/values/variables
#   - ref: https://developer.hashicorp.com/terraform/language/manage-sensitive-data
# custom:
#   severity: high
#   scope: plan
#   needs: [configuration]
#   known_only: true
#   withholds_values: true
#   remediation: Declare the variable with sensitive = true or ephemeral = true, and without a default.
#   examples:
#     fails: |
#       variable "database_password" {
#         type    = string
#         default = "changeme"
#       }
#     passes: |
#       variable "database_password" {
#         type      = string
#         sensitive = true
#       }
package policies.terraform.secrets.exposed_secret_variable

import data.policies.lib.credential
import data.policies.lib.values

deny contains violation if {
	some name, variable in input.variables
	variable.declared
	faults := _faults(name, variable)
	count(faults) > 0
	violation := {
		"message": sprintf("the variable %s %s", [name, concat(" and ", faults)]),
		"attribute": ["variables", name],
	}
}

_faults(name, variable) := {fault |
	credential.secret_name(name)
	not variable.sensitive
	value := _value(variable)
	values.given(value)
	not is_boolean(value)
	not is_number(value)
	fault := "is not declared sensitive"
} | {fault |
	credential.secret_name(name)
	is_string(variable.default)
	values.given(variable.default)
	fault := "has a default that everyone can read"
} | {fault |
	walk(variable.default, [_, value])
	is_string(value)
	count(credential.kinds(value)) > 0
	fault := "has a credential as its default"
}

# A saved plan file holds what was given, and not what is the default.
_value(variable) := variable.value if variable.value != null

else := variable.default
