# METADATA
# title: Provider is not pinned or not allowed
# description: |
#   A provider runs with all rights of the pipeline, and a new major version of one changes defaults and replaces
#   resources. A constraint with an upper bound keeps a run on another machine from taking another version.
#   One constraint holds for all modules, so that any of them may set the bound.
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
	some id in _installed
	faults := _faults(id)
	count(faults) > 0
	violation := {
		"message": sprintf("provider %s %s", [id, concat(" and ", faults)]),
		"attribute": ["required_providers", sort({provider.name | some provider in _configurations(id)})[0]],
	}
}

_installed := {_id(provider) | some provider in input.providers; not origin.built_in(provider)}

# Terraform before 1.1 does not tell the source.
_id(provider) := provider.source

_id(provider) := provider.name if not provider.source

# One version of a provider is installed for all modules, and what one of them demands holds for all.
_configurations(id) := [provider | some provider in input.providers; _id(provider) == id]

_constraints(id) := {provider.version_constraint | some provider in _configurations(id)}

_faults(id) := {fault |
	count(_constraints(id)) == 0
	fault := "has no version constraint"
} | {fault |
	count(_constraints(id)) > 0
	not _is_bounded(id)
	fault := sprintf("may be of any later version (%s)", [concat("; ", _constraints(id))])
} | {fault |
	count(data.params.allowed_sources) > 0
	not origin.within(id, data.params.allowed_sources)
	fault := "is not allowed"
}

_is_bounded(id) if {
	some constraint in _constraints(id)
	version.bounded(constraint)
}
