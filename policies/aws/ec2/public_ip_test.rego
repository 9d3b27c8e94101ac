package policies.aws.ec2.public_ip_test

import data.policies.aws.ec2.public_ip as policy
import data.policies.lib.testing

_params := {"bastion_tag": {"key": "", "value": ""}}

_bastion_params := {"bastion_tag": {"key": "role", "value": "bastion"}}

_public_instance := testing.resource("aws_instance", {
	"associate_public_ip_address": true,
	"tags": {"role": "bastion"},
})

_private_instance := testing.resource("aws_instance", {"associate_public_ip_address": false})

_silent_instance := testing.resource("aws_instance", {"ami": "ami-1"})

_public_subnet := testing.resource("aws_subnet", {"map_public_ip_on_launch": true})

_private_subnet := testing.resource("aws_subnet", {"map_public_ip_on_launch": false})

_template_with_text := testing.resource("aws_launch_template", {"network_interfaces": [
	{"associate_public_ip_address": "false"},
	{"associate_public_ip_address": "true"},
]})

_private_template := testing.resource("aws_launch_template", {"network_interfaces": [{"associate_public_ip_address": "false"}]})

_silent_template := testing.resource("aws_launch_template", {"network_interfaces": [{"associate_public_ip_address": ""}]})

_public_configuration := testing.resource("aws_launch_configuration", {"associate_public_ip_address": true})

_configuration := testing.resource("aws_launch_configuration", {})

_in_public_subnet := testing.with_linked(_silent_instance, [_public_subnet])

_in_described_subnet := testing.with_linked(
	_silent_instance,
	[testing.data_source("aws_subnet", {"map_public_ip_on_launch": true})],
)

_in_private_subnet := testing.with_linked(_silent_instance, [_private_subnet])

_private_in_public_subnet := testing.with_linked(_private_instance, [_public_subnet, _template_with_text])

_from_public_template := testing.with_linked(_silent_instance, [_template_with_text, _private_subnet])

_from_private_template := testing.with_linked(_silent_instance, [_private_template, _public_subnet])

_from_silent_template := testing.with_linked(_silent_instance, [_silent_template, _public_subnet])

_with_interface := testing.with_linked(
	testing.resource("aws_instance", {"network_interface": [{"device_index": 0}]}),
	[_public_subnet],
)

test_denies_the_instance_itself if {
	violations := policy.deny with input as _public_instance with data.params as _params
	violations == {{
		"message": "associate_public_ip_address is true",
		"attribute": ["associate_public_ip_address"],
	}}
}

test_denies_a_launch_configuration if {
	violations := policy.deny with input as _public_configuration with data.params as _params
	count(violations) == 1
}

# Peers read the first interface only.
test_denies_the_second_interface if {
	violations := policy.deny with input as _template_with_text with data.params as _params
	violations == {{
		"message": "a public address is requested for network_interfaces[1]",
		"attribute": ["network_interfaces", 1, "associate_public_ip_address"],
	}}
}

test_denies_through_the_subnet if {
	violations := policy.deny with input as _in_public_subnet with data.params as _params
	violations == {{
		"message": "the subnet gives the instance a public address",
		"attribute": ["subnet_id"],
		"related": ["aws_subnet.this"],
	}}
}

test_denies_through_a_data_source if {
	violations := policy.deny with input as _in_described_subnet with data.params as _params
	some violation in violations
	violation.related == ["data.aws_subnet.this"]
}

test_denies_through_the_template if {
	violations := policy.deny with input as _from_public_template with data.params as _params
	violations == {{
		"message": "the launch template gives the instance a public address",
		"attribute": ["launch_template"],
		"related": ["aws_launch_template.this"],
	}}
}

test_a_silent_template_leaves_it_to_the_subnet if {
	violations := policy.deny with input as _from_silent_template with data.params as _params
	some violation in violations
	violation.attribute == ["subnet_id"]
}

test_allows_private_machines if {
	every document in [
		_private_instance, _private_template, _silent_template, _configuration, _in_private_subnet,
		_private_in_public_subnet, _from_private_template, _silent_instance, _with_interface,
	] {
		violations := policy.deny with input as document with data.params as _params
		count(violations) == 0
	}
}

test_allows_a_tagged_bastion if {
	violations := policy.deny with input as _public_instance with data.params as _bastion_params
	count(violations) == 0
}

test_an_untagged_machine_is_no_bastion if {
	violations := policy.deny with input as _template_with_text with data.params as _bastion_params
	count(violations) == 1
}

test_an_empty_tag_exempts_nothing if {
	document := testing.resource("aws_instance", {"associate_public_ip_address": true, "tags": {"": ""}})
	violations := policy.deny with input as document with data.params as _params
	count(violations) == 1
}

test_survives_values_of_a_wrong_type if {
	every value in [null, 7, "perhaps", {}, [null]] {
		every type in ["aws_instance", "aws_launch_template", "aws_launch_configuration"] {
			document := testing.resource(type, {
				"associate_public_ip_address": value,
				"network_interfaces": value,
				"tags": value,
			})
			violations := policy.deny with input as document with data.params as _bastion_params
			count(violations) == 0
		}
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("aws_instance", ["associate_public_ip_address", "network_interface", "network_interfaces", "primary_network_interface"]) {
		violations := policy.deny with input as document with data.params as {"bastion_tag": {"key": "", "value": ""}}
		count(violations) == 0
	}
}
