# METADATA
# title: EBS volume is not encrypted
# description: |
#   An encrypted volume and its snapshots stay unreadable when they are shared, copied, or discarded.
#   A machine that says nothing about its root volume takes it from its launch template or its image, if the plan or
#   the state shows these. A launch template that declares no volume is not judged, and neither are its volumes and
#   those of an image that are made from a snapshot, because the snapshot decides.
#   Accounts that encrypt every new volume in the region need no arguments: manage the setting, or answer for it.
#   Waive it for volumes without data, such as scratch space.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/ebs/latest/userguide/encryption-by-default.html
#   - ref: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ebs_encryption_by_default
# custom:
#   severity: high
#   resource_types:
#     - aws_ami
#     - aws_ami_copy
#     - aws_ebs_snapshot_copy
#     - aws_ebs_volume
#     - aws_instance
#     - aws_launch_configuration
#     - aws_launch_template
#     - aws_spot_instance_request
#   provider_wide: [aws_ebs_encryption_by_default]
#   aliases:
#     - CKV_AWS_3
#     - CKV_AWS_8
#     - CKV_AWS_106
#     - AVD-AWS-0026
#     - AVD-AWS-0131
#     - AVD-AWS-0008
#     - FG_R00016
#   controls:
#     cis-aws-1.4: ["2.2.1"]
#     cis-aws-3.0: ["2.2.1"]
#     cis-aws-5.0: ["5.1.1"]
#     fsbp: [EC2.3, EC2.7]
#     nist-800-53-r5: [AU-9, CM-6, CM-9, CP-9, SC-8]
#     pci-dss-4.0: ["3.5.1", "8.3.2"]
#     hipaa: [164.308.a.1.ii.b, 164.308.a.4.ii.a, 164.312.a.2.iv, 164.312.c.1, 164.312.c.2]
#     soc2: [PI1.5]
#   assumptions:
#     aws.ec2.ebs_encryption_by_default: The account encrypts new EBS volumes by default in every region that is used.
#   remediation: Set encrypted to true, or manage aws_ebs_encryption_by_default; an existing volume must be made anew from an encrypted copy of its snapshot.
#   examples:
#     fails: |
#       resource "aws_ebs_volume" "orders" {
#         availability_zone = "eu-west-1a"
#         size              = 50
#       }
#     passes: |
#       resource "aws_ebs_volume" "orders" {
#         availability_zone = "eu-west-1a"
#         size              = 50
#         encrypted         = true
#       }
package policies.aws.ec2.unencrypted_volume

import data.policies.lib.ec2
import data.policies.lib.linked
import data.policies.lib.values

deny contains violation if {
	not _encrypted_by_default
	count(_unencrypted) > 0
	violation := {
		"message": _message,
		"attribute": array.concat(_unencrypted[0].path, ["encrypted"]),
	}
}

_message := "encrypted is not true" if {
	_unencrypted[0].path == []
} else := sprintf("encrypted is not true for %s", [concat(", ", [place.name | some place in _unencrypted])])

# Volumes that are not encrypted: objects with `path` and `name`.
_unencrypted := [{"path": [], "name": ""} | not values.is_true(input.values.encrypted)] if {
	input.type in {"aws_ami_copy", "aws_ebs_snapshot_copy", "aws_ebs_volume"}
} else := [{"path": ["block_device_mappings", index, "ebs", 0], "name": name} |
	some index, mapping in values.list(input.values.block_device_mappings)
	some volume in values.list(mapping.ebs)
	not values.is_true(volume.encrypted)
	not values.given(volume.snapshot_id)
	name := sprintf("block_device_mappings[%d]", [index])
] if {
	input.type == "aws_launch_template"
} else := array.concat(_root, _further)

_root := [{"path": ["root_block_device", 0], "name": "root_block_device"} |
	input.type in ec2.machines
	not values.is_true(input.values.root_block_device[0].encrypted)
	not _inherits_encrypted_root
]

_further := [{"path": ["ebs_block_device", index], "name": sprintf("ebs_block_device[%d]", [index])} |
	some index, volume in values.list(input.values.ebs_block_device)
	not values.is_true(volume.encrypted)
	not values.is_true(volume.no_device)
	not _decided_by_snapshot(volume)
]

_decided_by_snapshot(volume) if {
	input.type == "aws_ami"
	values.given(volume.snapshot_id)
}

_inherits_encrypted_root if {
	not values.has_block(input.values, "root_block_device")
	_encrypted_root
}

# Images call their root volume by one of these names.
_encrypted_root if {
	some template in ec2.templates
	some mapping in values.list(template.values.block_device_mappings)
	mapping.device_name in {"/dev/sda1", "/dev/xvda"}
	values.is_true(mapping.ebs[0].encrypted)
}

_encrypted_root if {
	some image in linked.through("aws_ami_copy", ["ami", "image_id"])
	values.is_true(image.values.encrypted)
}

_encrypted_root if {
	some image in ec2.images
	some mapping in values.list(image.values.block_device_mappings)
	mapping.device_name == image.values.root_device_name
	values.is_true(mapping.ebs.encrypted)
}

_settings := linked.managed("aws_ebs_encryption_by_default")

_encrypted_by_default if {
	some setting in _settings
	values.is_true(setting.values.enabled)
}

# Where the plan manages the setting, the plan is believed.
_encrypted_by_default if {
	count(_settings) == 0
	data.assumptions["aws.ec2.ebs_encryption_by_default"]
}
