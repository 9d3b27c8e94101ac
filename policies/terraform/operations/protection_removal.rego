# METADATA
# title: Plan switches a protection off
# description: |
#   Deletion protection is the last thing that stands between a mistake and the loss of data, and whoever wants
#   to destroy something takes it away first. The change alone is worth a second look, whatever comes after it.
#   Waive it for the one plan that prepares an agreed deletion.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html
#   - ref: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/db_instance
# custom:
#   severity: high
#   actions: [update, replace]
#   needs: [plan]
#   resource_types: ["*"]
#   remediation: Leave the protection on, or take it off in a change of its own that somebody approves.
#   examples:
#     fails: |
#       # Until now it was true.
#       resource "aws_db_instance" "orders" {
#         identifier          = "orders"
#         deletion_protection = false
#       }
#     passes: |
#       resource "aws_db_instance" "orders" {
#         identifier          = "orders"
#         deletion_protection = true
#       }
package policies.terraform.operations.protection_removal

import data.policies.lib.values

deny contains violation if {
	removed := (_switched_off | _switched_on) | _switched_off_within
	count(removed) > 0
	violation := {
		"message": sprintf("the plan takes away a protection of this resource: %s", [concat(", ", removed)]),
		"attribute": _path(sort(removed)[0]),
	}
}

_protections := [
	"delete_protection_state", "deletion_protection", "deletion_protection_enabled", "disable_api_stop",
	"disable_api_termination", "enable_deletion_protection", "enable_drop_protection", "purge_protection_enabled",
	"termination_protection",
]

_perils := ["force_destroy", "force_delete", "skip_final_snapshot"]

_switched_off := {name |
	some name in _protections
	_is_on(input.before[name])
	not _is_on(input.values[name])
}

_is_on(value) if values.is_true(value)

# Cognito, Bigtable and Firestore say it in a word.
_is_on(value) if value in {"ACTIVE", "DELETE_PROTECTION_ENABLED", "PROTECTED"}

_switched_on := {name |
	some name in _perils
	values.is_true(input.values[name])
	not values.is_true(input.before[name])
}

# Cloud SQL has one protection in Terraform and one of its own, in a block.
_switched_off_within := {"settings[0].deletion_protection_enabled" |
	_is_on(input.before.settings[0].deletion_protection_enabled)
	not _is_on(input.values.settings[0].deletion_protection_enabled)
}

_path("settings[0].deletion_protection_enabled") := ["settings", 0, "deletion_protection_enabled"]

_path(name) := [name] if name != "settings[0].deletion_protection_enabled"
