# METADATA
# title: CloudFront serves viewers over plain HTTP
# description: |
#   What a viewer asks for over plain HTTP, cookies and tokens among it, can be read and replaced on the way.
#   The default behavior and every ordered one decide for their own paths, so that one of them is enough for a leak.
#   Waive it for a distribution that serves clients without TLS and nothing that matters, such as a package mirror with signed content.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https-viewers-to-cloudfront.html
#   - ref: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/cloudfront_distribution#viewer_protocol_policy-1
# custom:
#   severity: high
#   resource_types: [aws_cloudfront_distribution]
#   aliases: [CKV_AWS_34, AVD-AWS-0012, FG_R00011]
#   controls:
#     pci-dss-4.0: ["1.2.5", "2.2.5", "2.2.7", "4.2.1", "8.3.2"]
#     hipaa: [164.308.a.4.ii.a, 164.312.e.1]
#   remediation: Set viewer_protocol_policy to redirect-to-https or https-only in every cache behavior.
#   examples:
#     fails: |
#       resource "aws_cloudfront_distribution" "site" {
#         # …
#         default_cache_behavior {
#           target_origin_id       = "content"
#           viewer_protocol_policy = "allow-all"
#         }
#       }
#     passes: |
#       resource "aws_cloudfront_distribution" "site" {
#         # …
#         default_cache_behavior {
#           target_origin_id       = "content"
#           viewer_protocol_policy = "redirect-to-https"
#         }
#       }
package policies.aws.cloudfront.plaintext_viewers

import data.policies.lib.values

deny contains violation if {
	count(_plaintext) > 0
	violation := {
		"message": sprintf("viewers may use plain HTTP in %s", [concat(", ", [behavior.name | some behavior in _plaintext])]),
		"attribute": array.concat(_plaintext[0].path, ["viewer_protocol_policy"]),
	}
}

_plaintext := [behavior |
	some behavior in array.concat([_first], _ordered)
	not behavior.block.viewer_protocol_policy in {"https-only", "redirect-to-https"}
]

# Every distribution has one, whatever the document shows of it.
_first := {
	"block": values.only_block(input.values, "default_cache_behavior"),
	"name": "default_cache_behavior",
	"path": ["default_cache_behavior", 0],
}

_ordered := [behavior |
	some index, block in values.list(input.values.ordered_cache_behavior)
	behavior := {
		"block": block,
		"name": sprintf("ordered_cache_behavior[%d]", [index]),
		"path": ["ordered_cache_behavior", index],
	}
]
