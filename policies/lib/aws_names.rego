# METADATA
# title: Names by which AWS answers
# description: |
#   Tells which DNS names and addresses the resources of a plan or state keep, and which they lose.
#   For policies of the whole plan.
# scope: package
package policies.lib.aws_names

import data.policies.lib.values

# DNS names end in a dot or do not, and their case does not matter.
spelled(text) := trim_suffix(lower(text), ".")

# Names of what is destroyed, or made anew under another name.
lost := {name |
	some resource in _owners
	_loses_its_name(resource)
	some name in _names(resource.before)
}

# Names of what stays, whoever manages it.
kept := {name |
	some resource in _owners
	not _loses_its_name(resource)
	some state in ["before", "values"]
	some name in _names(resource[state])
}

_loses_its_name(resource) if resource.action == "delete"

_loses_its_name(resource) if {
	resource.action == "replace"
	not resource.type in _chooses_its_name
}

_chooses_its_name := {
	"aws_elastic_beanstalk_environment",
	"aws_s3_bucket",
	"aws_s3_bucket_website_configuration",
}

_owners := [resource |
	some type in array.concat(
		[
			"aws_alb", "aws_cloudfront_distribution", "aws_eip", "aws_elb", "aws_globalaccelerator_accelerator",
			"aws_instance", "aws_lb", "aws_spot_instance_request",
		],
		[name | some name in _chooses_its_name],
	)
	some kind in [type, concat(".", ["data", type])]
	some resource in values.list(input.by_type[kind])
]

_names(attributes) := {spelled(text) |
	some member in ["cname", "dns_name", "domain_name", "endpoint_url", "public_dns", "public_ip", "website_endpoint"]
	text := attributes[member]
	is_string(text)
}
