# METADATA
# title: IAM policy documents
# description: |
#   Judges statements of the canonical IAM documents that the host puts into `input.derived`.
# scope: package
package policies.lib.iam

import data.policies.lib.values

statements(document) := [statement |
	some statement in values.list(document.Statement)
	is_object(statement)
]

# IAM compares the effect case-sensitively and refuses any other spelling.
grants_everything(statement) if {
	statement.Effect == "Allow"
	_any_action(statement)
	_any_resource(statement)
}

_any_action(statement) if {
	some action in values.strings(statement.Action)
	regex.match(`^\*+(:\*+)?$`, action)
}

# Everything but a few actions is as good as everything.
_any_action(statement) if is_array(statement.NotAction)

_any_resource(statement) if {
	some resource in values.strings(statement.Resource)
	regex.match(`^(\*+|arn:(aws[a-z-]*:)?\*[*:]*)$`, resource)
}

_any_resource(statement) if is_array(statement.NotResource)
