package policies.aws.ec2.unencrypted_volume_test

import data.policies.aws.ec2.unencrypted_volume as policy
import data.policies.lib.testing

_single_types := ["aws_ami_copy", "aws_ebs_snapshot_copy", "aws_ebs_volume"]

_machine_types := ["aws_instance", "aws_launch_configuration", "aws_spot_instance_request"]

_instance := testing.resource("aws_instance", {})

_setting(enabled) := testing.resource("aws_ebs_encryption_by_default", {"enabled": enabled})

_template(mappings) := testing.resource("aws_launch_template", {"block_device_mappings": mappings})

_mapping(device, encrypted) := {"device_name": device, "ebs": [{"volume_size": 20, "encrypted": encrypted}]}

_image(encrypted) := testing.data_source("aws_ami", {
	"root_device_name": "/dev/xvda",
	"block_device_mappings": [
		{"device_name": "/dev/xvda", "ebs": {"encrypted": encrypted}},
		{"device_name": "/dev/sdb", "ebs": {"encrypted": "true"}},
	],
})

test_denies_false_and_absent if {
	every type in _single_types {
		every given in [{}, {"encrypted": false}] {
			violations := policy.deny with input as testing.resource(type, given)
			violations == {{"message": "encrypted is not true", "attribute": ["encrypted"]}}
		}
	}
}

test_allows_true if {
	every type in _single_types {
		violations := policy.deny with input as testing.resource(type, {"encrypted": true})
		count(violations) == 0
	}
}

test_denies_a_silent_root_volume if {
	every type in _machine_types {
		every given in [{}, {"root_block_device": []}, {"root_block_device": [{"volume_size": 20}]}] {
			violations := policy.deny with input as testing.resource(type, given)
			violations == {{
				"message": "encrypted is not true for root_block_device",
				"attribute": ["root_block_device", 0, "encrypted"],
			}}
		}
	}
}

test_denies_several_volumes_once if {
	document := testing.resource("aws_instance", {
		"root_block_device": [{"encrypted": false}],
		"ebs_block_device": [{"encrypted": true}, {"device_name": "/dev/sdc"}],
	})
	violations := policy.deny with input as document
	violations == {{
		"message": "encrypted is not true for root_block_device, ebs_block_device[1]",
		"attribute": ["root_block_device", 0, "encrypted"],
	}}
}

test_allows_encrypted_volumes if {
	every type in _machine_types {
		document := testing.resource(type, {
			"root_block_device": [{"encrypted": true}],
			"ebs_block_device": [{"encrypted": true}, {"no_device": true}],
		})
		violations := policy.deny with input as document
		count(violations) == 0
	}
}

# The argument of a launch template is a string.
test_denies_a_launch_template if {
	every encrypted in ["false", "", null] {
		document := _template([_mapping("/dev/xvda", "true"), {"virtual_name": "ephemeral0"}, _mapping("/dev/sdb", encrypted)])
		violations := policy.deny with input as document
		violations == {{
			"message": "encrypted is not true for block_device_mappings[2]",
			"attribute": ["block_device_mappings", 2, "ebs", 0, "encrypted"],
		}}
	}
}

test_allows_a_launch_template if {
	every mappings in [
		[],
		[_mapping("/dev/xvda", "true")],
		[{"device_name": "/dev/sdb", "ebs": [{"snapshot_id": "snap-0a1b2c3d"}]}],
	] {
		violations := policy.deny with input as _template(mappings)
		count(violations) == 0
	}
}

test_allows_the_root_volume_of_the_template if {
	document := testing.with_linked(_instance, [_template([_mapping("/dev/xvda", "true")])])
	violations := policy.deny with input as document
	count(violations) == 0
}

test_denies_when_the_template_encrypts_another_volume if {
	document := testing.with_linked(_instance, [_template([_mapping("/dev/sdf", "true")])])
	violations := policy.deny with input as document
	count(violations) == 1
}

test_allows_an_encrypted_image if {
	every image in [_image("true"), testing.resource("aws_ami_copy", {"encrypted": true})] {
		violations := policy.deny with input as testing.with_linked(_instance, [image])
		count(violations) == 0
	}
}

test_denies_an_image_with_a_plain_root_volume if {
	every image in [_image("false"), testing.resource("aws_ami_copy", {})] {
		violations := policy.deny with input as testing.with_linked(_instance, [image])
		count(violations) == 1
	}
}

test_denies_an_image_of_plain_volumes if {
	document := testing.resource("aws_ami", {"ebs_block_device": [{"snapshot_id": "snap-0a1b2c3d"}, {"volume_size": 20}]})
	violations := policy.deny with input as document
	violations == {{
		"message": "encrypted is not true for ebs_block_device[1]",
		"attribute": ["ebs_block_device", 1, "encrypted"],
	}}
}

test_allows_by_the_setting_of_the_account if {
	violations := policy.deny with input as testing.with_linked(_instance, [_setting(true)])
	count(violations) == 0
}

test_denies_where_the_setting_is_off if {
	violations := policy.deny with input as testing.with_linked(_instance, [_setting(false)])
		with data.assumptions as {"aws.ec2.ebs_encryption_by_default": true}
	count(violations) == 1
}

test_believes_who_answers_for_the_account if {
	violations := policy.deny with input as _instance
		with data.assumptions as {"aws.ec2.ebs_encryption_by_default": true}
	count(violations) == 0
}

test_denies_values_of_a_wrong_type if {
	every value in [null, 7, "x", {}, [true], [{}], [{"encrypted": 7}]] {
		document := testing.resource("aws_instance", {"root_block_device": value, "ebs_block_device": 7})
		violations := policy.deny with input as document
		count(violations) == 1
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("aws_ebs_volume", ["encrypted"]) {
		violations := policy.deny with input as document
		count(violations) == 1
	}
}
