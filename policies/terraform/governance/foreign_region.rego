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

deny contains violation if {
	some key, provider in input.providers
	not provider.alias in data.params.exempt_aliases
	region := _region(provider)
	not region in data.params.allowed_regions
	violation := {
		"message": sprintf("provider %s works in %s", [key, region]),
		"attribute": ["providers", key, "constants", "region"],
	}
}

_region(provider) := provider.constants.region

# A variable of the root module says it.
_region(provider) := region if {
	provider.module == ""
	[reference] := provider.references.region
	startswith(reference, "var.")
	region := input.variables[trim_prefix(reference, "var.")].value
}
