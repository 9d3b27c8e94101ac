# METADATA
# title: Where state is kept
# description: |
#   Reads `input.backend` of a plan as a whole. Without a `backend` or `cloud` block Terraform keeps its
#   state in a file beside the source.
# scope: package
package policies.lib.backend

import data.policies.lib.values

default type := "local"

type := input.backend.type

argument(name) := input.backend.constants[name]

# What the state holds is encrypted where it lies, as far as the source says it. These services encrypt whatever
# is given to them; what the others do is the affair of whoever runs them.
encrypted if type in {"azurerm", "cloud", "gcs", "oci", "remote"}

encrypted if {
	type in {"oss", "s3"}
	values.is_true(argument("encrypt"))
}

encrypted if {
	type == "cos"
	not values.is_false(argument("encrypt"))
}

# Two runs at once cannot overwrite each other.
locked if not type in {"http", "oss", "s3"}

locked if {
	type == "oss"
	values.given(argument("tablestore_table"))
}

locked if {
	type == "s3"
	values.is_true(argument("use_lockfile"))
}

locked if {
	type == "s3"
	values.given(argument("dynamodb_table"))
}

locked if {
	type == "http"
	values.given(argument("lock_address"))
}
