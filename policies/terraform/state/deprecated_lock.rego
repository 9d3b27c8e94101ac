# METADATA
# title: State is locked by a table that Terraform no longer wants
# description: |
#   Since version 1.11 the S3 backend locks with a file beside the state, and says that a later version will drop
#   the DynamoDB table. While a team moves, it sets both arguments; then the table can go.
#   OpenTofu keeps the table, and is not judged. Waive it while older versions of Terraform work on the same state.
# scope: package
# related_resources:
#   - ref: https://developer.hashicorp.com/terraform/language/backend/s3#state-locking
# custom:
#   severity: low
#   profiles: [strict]
#   scope: plan
#   needs: [plan, source]
#   remediation: Add use_lockfile = true to the s3 backend, and remove dynamodb_table when every run uses the lock file.
#   examples:
#     fails: |
#       terraform {
#         backend "s3" {
#           bucket         = "acme-state"
#           key            = "shop/terraform.tfstate"
#           encrypt        = true
#           dynamodb_table = "acme-locks"
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
package policies.terraform.state.deprecated_lock

import data.policies.lib.backend
import data.policies.lib.values

deny contains violation if {
	backend.type == "s3"
	values.given(backend.argument("dynamodb_table"))
	not values.is_true(backend.argument("use_lockfile"))
	_knows_lock_files
	violation := {
		"message": "dynamodb_table is deprecated, and use_lockfile is not true",
		"attribute": ["backend", "constants", "dynamodb_table"],
	}
}

_knows_lock_files if {
	semver.is_valid(input.terraform_version)
	semver.compare(input.terraform_version, "1.11.0") >= 0
	not _made_by_opentofu
}

_made_by_opentofu if {
	some provider in input.providers
	startswith(provider.source, "registry.opentofu.org/")
}
