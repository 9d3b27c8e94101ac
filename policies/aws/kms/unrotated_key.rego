# METADATA
# title: KMS key is not rotated
# description: |
#   Rotation limits what a single version of the key material protects. AWS keeps the old versions for what they
#   encrypted, so nothing has to be encrypted again.
#   Keys that AWS cannot rotate are not judged: asymmetric keys, keys for signatures and codes, keys in stores of one's
#   own, and keys that are switched off.
#   Waive it for keys that are rotated by replacing them.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
#   - ref: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/kms_key
# custom:
#   severity: medium
#   resource_types: [aws_kms_key]
#   aliases: [CKV_AWS_7, AVD-AWS-0065, FG_R00036]
#   controls:
#     cis-aws-1.4: ["3.8"]
#     cis-aws-3.0: ["3.6"]
#     cis-aws-5.0: ["3.6"]
#     fsbp: [KMS.4]
#     nist-800-53-r5: [CM-6, CM-9, SA-9, SC-12]
#     pci-dss-4.0: ["3.7.4", "3.7.5"]
#     hipaa: [164.312.a.2.iv]
#     soc2: [PI1.5]
#   remediation: Set enable_key_rotation to true.
#   examples:
#     fails: |
#       resource "aws_kms_key" "orders" {
#         description = "Orders"
#       }
#     passes: |
#       resource "aws_kms_key" "orders" {
#         description         = "Orders"
#         enable_key_rotation = true
#       }
package policies.aws.kms.unrotated_key

import data.policies.lib.values

deny contains violation if {
	not _cannot_be_rotated
	not values.is_true(input.values.enable_key_rotation)
	violation := {
		"message": "enable_key_rotation is not true",
		"attribute": ["enable_key_rotation"],
	}
}

_cannot_be_rotated if input.values.key_usage in {"GENERATE_VERIFY_MAC", "KEY_AGREEMENT", "SIGN_VERIFY"}

_cannot_be_rotated if {
	is_string(input.values.customer_master_key_spec)
	regex.match(`^(ECC|HMAC|ML|RSA|SM2)_`, input.values.customer_master_key_spec)
}

_cannot_be_rotated if values.given(input.values.custom_key_store_id)

_cannot_be_rotated if values.is_false(input.values.is_enabled)
