# METADATA
# title: DNS record points at something that others can claim
# description: |
#   A name that still points at a website bucket or an environment of Elastic Beanstalk that is gone serves whatever the next
#   owner of that target puts there, under your name and with your cookies. Their names can be claimed by anybody.
#   A record is dangling when its target is deleted in the same plan, or when it names such a target that nothing in the plan
#   or state owns. Names that AWS makes up, such as those of CloudFront and of load balancers, are given to nobody who asks
#   for them, and whose a plain address is no plan tells: both count where the plan gives them up. Targets that are known
#   only after apply come from the plan itself.
#   Waive it for a target that another state owns, or list that target in `owned_elsewhere`.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/protection-from-dangling-dns.html
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteEndpoints.html
#   - ref: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html
# custom:
#   severity: high
#   scope: plan
#   known_only: true
#   aliases: [CKV2_AWS_23]
#   params:
#     owned_elsewhere:
#       type: array
#       default: []
#       description: Targets that something outside of this plan or state owns.
#   remediation: Refer to the resource that owns the target, or delete the record together with it.
#   examples:
#     fails: |
#       resource "aws_route53_record" "www" {
#         zone_id = aws_route53_zone.main.zone_id
#         name    = "www.example.com"
#         type    = "CNAME"
#         ttl     = 300
#         records = ["www.example.com.s3-website-eu-west-1.amazonaws.com"]
#       }
#     passes: |
#       resource "aws_route53_record" "www" {
#         zone_id = aws_route53_zone.main.zone_id
#         name    = "www.example.com"
#         type    = "CNAME"
#         ttl     = 300
#         records = [aws_s3_bucket_website_configuration.www.website_endpoint]
#       }
package policies.aws.route53.dangling_record

import data.policies.lib.aws_names
import data.policies.lib.values

deny contains violation if {
	some record in values.list(input.by_type.aws_route53_record)
	not record.action in {"delete", "forget"}
	dangling := {target | some target in _targets(record); _is_dangling(record, target)}
	count(dangling) > 0
	violation := {
		"address": record.address,
		"message": sprintf("%s has no owner here", [concat(", ", dangling)]),
		"attribute": [_attribute(record)],
	}
}

_attribute(record) := "alias" if {
	values.has_block(record.values, "alias")
} else := "records"

_targets(record) := {aws_names.spelled(target) |
	record.values.type in {"A", "AAAA", "CNAME"}
	some target in array.concat(
		[alias.name | some alias in values.list(record.values.alias)],
		[text | some text in values.list(record.values.records)],
	)
	is_string(target)
}

_is_dangling(_, target) if {
	target in aws_names.lost
	not target in aws_names.kept
	not _is_owned_elsewhere(target)
}

_is_dangling(record, target) if {
	regex.match(`(^|\.)s3-website[.-][a-z0-9-]+\.amazonaws\.com(\.cn)?$|\.elasticbeanstalk\.com$`, target)
	not target in aws_names.kept
	not _is_owned_elsewhere(target)
	not _is_bucket_here(record, target)
}

_is_owned_elsewhere(target) if {
	some owned in values.strings(data.params.owned_elsewhere)
	aws_names.spelled(owned) == target
}

# A website bucket is called as the name that points at it, or as the target begins.
_is_bucket_here(record, target) if {
	some type in ["aws_s3_bucket", "data.aws_s3_bucket"]
	some bucket in values.list(input.by_type[type])
	bucket.action != "delete"
	some name in array.concat(_full_names(record), [split(target, ".s3-website")[0]])
	aws_names.spelled(bucket.values.bucket) == name
}

# A record may be called by what stands before the name of its zone.
_full_names(record) := [aws_names.spelled(name) |
	some name in array.concat(
		[record.values[member] | some member in ["fqdn", "name"]],
		[concat(".", [record.values.name, zone.values.name]) |
			some zone in values.list(input.by_type.aws_route53_zone)
			not zone.values.zone_id != record.values.zone_id
		],
	)
]
