# METADATA
# title: Provider works in a region that is not allowed
# description: |
#   Where data lies decides which law holds for it and what it costs to move. A region that nobody uses is also one that
#   nobody watches. Which are allowed is yours to say: until `allowed_regions` is set nothing is judged.
#   Waive it for a provider of global services, such as us-east-1 for certificates of CloudFront.
# scope: package
# related_resources:
#   - ref: https://registry.terraform.io/providers/hashicorp/aws/latest/docs#region-1
#   - ref: https://registry.terraform.io/providers/hashicorp/google/latest/docs/guides/provider_reference
# custom:
#   severity: medium
#   scope: plan
#   needs: [configuration]
#   params:
#     allowed_regions:
#       type: array
#       default: []
#       required: true
#       description: Regions in which providers may work, as their clouds spell them.
#     exempt_aliases:
#       type: array
#       default: [us_east_1, us-east-1, global]
#       description: Aliases of providers for services that exist in one region alone.
#   remediation: Set the region of the provider to one that is allowed.
#   examples:
#     fails: |
#       # allowed_regions = ["eu-central-1"]
#       provider "aws" {
#         region = "us-west-2"
#       }
#     passes: |
#       provider "aws" {
#         region = "eu-central-1"
#       }
package policies.terraform.governance.foreign_region

import data.policies.lib.region

deny contains violation if {
	some key, provider in input.providers
	not provider.alias in data.params.exempt_aliases
	foreign := [argument |
		some argument in ["region", "zone"]
		place := _place(provider, argument)
		not region.within(place, data.params.allowed_regions)
	]
	count(foreign) > 0
	violation := {
		"message": sprintf("provider %s works in %s", [key, concat(" and ", {_place(provider, argument) | some argument in foreign})]),
		"attribute": ["providers", key, "constants", foreign[0]],
	}
}

_place(provider, argument) := place if {
	_names_a_place(provider, argument)
	place := provider.constants[argument]
}

# A variable of the root module says it.
_place(provider, argument) := place if {
	_names_a_place(provider, argument)
	provider.module == ""
	[reference] := provider.references[argument]
	startswith(reference, "var.")
	place := input.variables[trim_prefix(reference, "var.")].value
}

_names_a_place(_, argument) if argument == "region"

_names_a_place(provider, "zone") if provider.name in {"google", "google-beta"}

_names_a_place(provider, "zone") if regex.match(`/google(-beta)?$`, provider.source)
