# METADATA
# title: EC2 metadata service answers without a session token
# description: |
#   With version 1 of the metadata service, a flaw that makes a server fetch an address of the attacker's choice is
#   enough to read the credentials of its role. Version 2 asks for a session token first.
#   The machine's own options decide, then its launch template, then the defaults of the account in its region,
#   then the image. Without any of these, tokens are optional.
#   Waive it for software that cannot ask for a token yet, with an expiry.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-options.html#instance-metadata-options-order-of-precedence
#   - ref: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ec2_instance_metadata_defaults
# custom:
#   severity: high
#   resource_types: [aws_instance, aws_launch_template, aws_launch_configuration, aws_spot_instance_request]
#   provider_wide: [aws_ec2_instance_metadata_defaults]
#   aliases: [CKV_AWS_79, AVD-AWS-0028, AVD-AWS-0130]
#   controls:
#     cis-aws-3.0: ["5.6"]
#     cis-aws-5.0: ["5.7"]
#     fsbp: [EC2.8]
#     nist-800-53-r5: [AC-2, AC-3, AC-4, AC-6, AC-24]
#     pci-dss-4.0: ["8.2.8"]
#     soc2: [CC7.2]
#   assumptions:
#     aws.ec2.metadata_tokens_required: The account requires session tokens for instance metadata in every region that is used.
#   remediation: Set http_tokens to required in metadata_options, or in aws_ec2_instance_metadata_defaults for the whole region.
#   examples:
#     fails: |
#       resource "aws_launch_template" "web" {
#         name_prefix   = "web-"
#         image_id      = var.image
#         instance_type = "t3.small"
#       }
#     passes: |
#       resource "aws_launch_template" "web" {
#         name_prefix   = "web-"
#         image_id      = var.image
#         instance_type = "t3.small"
#
#         metadata_options {
#           http_tokens = "required"
#         }
#       }
package policies.aws.ec2.optional_metadata_tokens

import data.policies.lib.ec2
import data.policies.lib.linked
import data.policies.lib.values

deny contains violation if {
	not ec2.protects_metadata(_own)
	not _inherits_protection
	violation := {
		"message": _message,
		"attribute": ["metadata_options", 0, "http_tokens"],
		"related": linked.addresses(array.concat(ec2.templates, _settings)),
	}
}

_message := "http_tokens is not required" if {
	_says_itself
} else := "nothing requires session tokens for instance metadata"

_own := ec2.metadata_options(input.values)

_says_itself if values.given(_own.http_tokens)

_inherits_protection if {
	not _says_itself
	count(ec2.templates) > 0
	every template in ec2.templates {
		_protects(ec2.metadata_options(template.values))
	}
}

_inherits_protection if {
	not _says_itself
	count(_deciding_templates) == 0
	_protected_by_default
}

_deciding_templates := [template |
	some template in ec2.templates
	values.given(ec2.metadata_options(template.values).http_tokens)
]

# A machine that switches the service on does so whatever its template says.
_protects(inherited) if inherited.http_tokens == "required"

_protects(inherited) if {
	inherited.http_endpoint == "disabled"
	not _own.http_endpoint == "enabled"
}

_settings := linked.managed("aws_ec2_instance_metadata_defaults")

_protected_by_default if {
	some setting in _settings
	setting.values.http_tokens == "required"
}

_protected_by_default if {
	some image in ec2.images
	image.values.imds_support == "v2.0"
	count([setting | some setting in _settings; setting.values.http_tokens == "optional"]) == 0
}

# Where the plan manages the setting, the plan is believed.
_protected_by_default if {
	count(_settings) == 0
	data.assumptions["aws.ec2.metadata_tokens_required"]
}
