# METADATA
# title: Provider is not pinned or not allowed
# description: |
#   A provider runs with all rights of the pipeline, and a new major version of one changes defaults and replaces
#   resources. A constraint with an upper bound keeps a run on another machine from taking another version.
#   With `require_lock_file` a lock file must stand beside the source, where that is at hand: `terraform init` writes
#   one, and it holds the exact versions and checksums of providers. It tells most of source that was just checked out.
#   Waive it where a committed lock file is the only pin that you want.
# scope: package
# related_resources:
#   - ref: https://developer.hashicorp.com/terraform/language/providers/requirements
#   - ref: https://developer.hashicorp.com/terraform/language/expressions/version-constraints
# custom:
#   severity: medium
#   scope: plan
#   needs: [configuration]
#   params:
#     allowed_sources:
#       type: array
#       default: []
#       description: Providers that may be used, such as `hashicorp/aws`, or all below `hashicorp/`; empty for any.
#     require_lock_file:
#       type: boolean
#       default: false
#       description: Demand a dependency lock file, `.terraform.lock.hcl`, beside the source.
#   remediation: Add the provider to required_providers with a version such as "~> 5.100".
#   examples:
#     fails: |
#       terraform {
#         required_providers {
#           aws = {
#             source  = "hashicorp/aws"
#             version = ">= 5.0"
#           }
#         }
#       }
#     passes: |
#       terraform {
#         required_providers {
#           aws = {
#             source  = "hashicorp/aws"
#             version = "~> 5.100"
#           }
#         }
#       }
package policies.terraform.governance.unpinned_provider

import data.policies.lib.origin
import data.policies.lib.version

deny contains violation if {
	some key, provider in _installed
	faults := _faults(provider)
	count(faults) > 0
	violation := {
		"message": sprintf("provider %s %s", [provider.source, concat(" and ", faults)]),
		"attribute": ["required_providers", key],
	}
}

deny contains violation if {
	data.params.require_lock_file
	input.lock_file == false
	count(_installed) > 0
	violation := {
		"message": "no lock file says which providers to install (.terraform.lock.hcl)",
		"attribute": ["lock_file"],
	}
}

_installed := {key: provider |
	some key, provider in input.providers
	provider.module == ""
	not provider.alias
	not startswith(provider.source, "terraform.io/builtin/")
}

_faults(provider) := {fault |
	not provider.version_constraint
	fault := "has no version constraint"
} | {fault |
	not version.bounded(provider.version_constraint)
	fault := sprintf("may be of any later version (%s)", [provider.version_constraint])
} | {fault |
	count(data.params.allowed_sources) > 0
	not origin.within(provider.source, data.params.allowed_sources)
	fault := "is not allowed"
}
