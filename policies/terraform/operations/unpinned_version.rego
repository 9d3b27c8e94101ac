# METADATA
# title: Version of Terraform is not pinned or not allowed
# description: |
#   State that a newer Terraform or OpenTofu has written is often unreadable for an older one, and plans of two
#   versions differ. `required_version` makes every run say so before it does harm. Only the source holds it.
#   Waive it for a module that is planned alone for a test.
# scope: package
# related_resources:
#   - ref: https://developer.hashicorp.com/terraform/language/terraform#terraform-required_version
#   - ref: https://developer.hashicorp.com/terraform/language/expressions/version-constraints
# custom:
#   severity: medium
#   scope: plan
#   needs: [plan, source]
#   params:
#     oldest_version:
#       type: string
#       default: "0.0.0"
#       description: The oldest version with which a plan may be made.
#     newest_version:
#       type: string
#       default: "999.0.0"
#       description: The newest version with which a plan may be made.
#   remediation: Set required_version in a terraform block, and plan with a version that is allowed.
#   examples:
#     fails: |
#       terraform {
#         required_providers {
#           aws = {
#             source  = "hashicorp/aws"
#             version = "~> 5.100"
#           }
#         }
#       }
#     passes: |
#       terraform {
#         required_version = "~> 1.11"
#
#         required_providers {
#           aws = {
#             source  = "hashicorp/aws"
#             version = "~> 5.100"
#           }
#         }
#       }
package policies.terraform.operations.unpinned_version

deny contains violation if {
	count(_faults) > 0
	violation := {"message": concat(" and ", _faults), "attribute": ["required_version"]}
}

_faults contains "no required_version is set" if not input.required_version

_faults contains fault if {
	semver.is_valid(input.terraform_version)
	_is_outside(input.terraform_version)
	fault := sprintf("version %s made the plan, and %s to %s are allowed", [
		input.terraform_version, data.params.oldest_version, data.params.newest_version,
	])
}

_is_outside(version) if semver.compare(version, data.params.oldest_version) < 0

_is_outside(version) if semver.compare(version, data.params.newest_version) > 0
