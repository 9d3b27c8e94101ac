# METADATA
# title: State is not locked during a run
# description: |
#   Without a lock two runs at once write over each other's state, and what one of them made is forgotten.
#   The S3 backend locks with `use_lockfile`, or with a DynamoDB table as of old; http with `lock_address`, oss with a table.
#   Other backends lock by themselves. Waive it where the pipeline alone runs Terraform, one run at a time.
# scope: package
# related_resources:
#   - ref: https://developer.hashicorp.com/terraform/language/backend/s3#state-locking
#   - ref: https://developer.hashicorp.com/terraform/language/backend/http
# custom:
#   severity: medium
#   scope: plan
#   needs: [plan, source]
#   remediation: Set use_lockfile = true in the s3 backend (Terraform 1.10 and later), or lock_address in the http backend.
#   examples:
#     fails: |
#       terraform {
#         backend "s3" {
#           bucket  = "acme-state"
#           key     = "shop/terraform.tfstate"
#           encrypt = true
#         }
#       }
#     passes: |
#       terraform {
#         backend "s3" {
#           bucket       = "acme-state"
#           key          = "shop/terraform.tfstate"
#           encrypt      = true
#           use_lockfile = true
#         }
#       }
package policies.terraform.state.unlocked_state

import data.policies.lib.backend

deny contains violation if {
	not backend.locked
	violation := {
		"message": sprintf("the %s backend does not lock the state", [backend.type]),
		"attribute": ["backend", "constants", _arguments[backend.type]],
	}
}

_arguments := {"http": "lock_address", "oss": "tablestore_table", "s3": "use_lockfile"}
