# METADATA
# title: Resource lies in a region that is not allowed
# description: |
#   A resource can name a region, a zone, or a location of its own, whatever its provider says. Which are allowed is
#   yours to say: until `allowed_regions` is set nothing is judged. A zone belongs to the region that it is named for;
#   `global` and names for several regions, such as `EU`, count as regions of their own. Judges AWS, Google and Azure.
#   CloudFront takes certificates and web ACLs from us-east-1 alone: there these may lie.
#   Waive it for a copy that is meant to lie elsewhere.
# scope: package
# related_resources:
#   - ref: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/guides/enhanced-region-support
#   - ref: https://cloud.google.com/compute/docs/regions-zones
#   - ref: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html
#   - ref: https://docs.aws.amazon.com/waf/latest/developerguide/how-aws-waf-works-resources.html
# custom:
#   severity: medium
#   resource_types: ["*"]
#   params:
#     allowed_regions:
#       type: array
#       default: []
#       required: true
#       description: Regions in which resources may lie, as their clouds spell them.
#   remediation: Put the resource into a region that is allowed.
#   examples:
#     fails: |
#       # allowed_regions = ["eu-central-1"]
#       resource "aws_ebs_volume" "data" {
#         availability_zone = "us-west-2a"
#         size              = 10
#       }
#     passes: |
#       resource "aws_ebs_volume" "data" {
#         availability_zone = "eu-central-1a"
#         size              = 10
#       }
package policies.terraform.governance.foreign_location

import data.policies.lib.region
import data.policies.lib.values

deny contains violation if {
	some name in _places
	_names_a_place(name)
	foreign := {place | some place in values.strings(input.values[name]); place != ""; not _is_allowed(place)}
	count(foreign) > 0
	violation := {"message": sprintf("the resource lies in %s", [concat(", ", foreign)]), "attribute": [name]}
}

_places := ["availability_zone", "availability_zones", "location", "node_locations", "region", "replica_zones", "zone"]

_names_a_place(name) if {
	startswith(input.type, "aws_")
	name in {"availability_zone", "availability_zones", "region"}
}

# The `zone` of Azure is the number of one within its location.
_names_a_place("location") if startswith(input.type, "azurerm_")

_names_a_place(name) if {
	startswith(input.type, "google_")
	name in {"location", "node_locations", "region", "replica_zones", "zone"}
}

_is_allowed(place) if region.within(place, data.params.allowed_regions)

_is_allowed("us-east-1") if _is_for_cloudfront

_is_for_cloudfront if input.type in {"aws_acm_certificate", "aws_acm_certificate_validation"}

_is_for_cloudfront if {
	startswith(input.type, "aws_wafv2_")
	input.values.scope == "CLOUDFRONT"
}
