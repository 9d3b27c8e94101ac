# METADATA
# title: User data of a machine holds a credential
# description: |
#   Whoever may describe the machine reads its user data, and so does every process on it, through the metadata
#   service. Encoded text is decoded first, and so are parts and files inside it.
#   Versions of the provider before 6 put a hash of user_data in its place: then it is judged where the configuration
#   writes it out. What is known only after apply is not judged either, nor is compressed data.
#   Waive it for a revoked or invented credential. The value is never shown.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html
#   - ref: https://docs.aws.amazon.com/secretsmanager/latest/userguide/retrieving-secrets.html
# custom:
#   severity: critical
#   resource_types: [aws_instance, aws_launch_template, aws_launch_configuration, aws_spot_instance_request]
#   known_only: true
#   withholds_values: true
#   aliases: [CKV_AWS_46, AVD-AWS-0029, AVD-AWS-0129]
#   remediation: Revoke the credential, and let the machine read a new one from Secrets Manager with the rights of its role.
#   examples:
#     fails: |
#       resource "aws_launch_template" "import" {
#         name_prefix = "import-"
#         user_data   = base64encode("export PARTNER_TOKEN=glpat-…")
#       }
#     passes: |
#       resource "aws_launch_template" "import" {
#         name_prefix = "import-"
#         user_data   = base64encode("export PARTNER_SECRET=import/partner")
#       }
package policies.aws.ec2.credential_in_user_data

import data.policies.lib.credential
import data.policies.lib.user_data

deny contains violation if {
	count(_found) > 0
	kinds := {kind | some place in _found; some kind in place.kinds}
	violation := {
		"message": sprintf("%s holds %s", [_found[0].name, concat(", ", kinds)]),
		"attribute": [_found[0].name],
	}
}

_found := [{"name": name, "kinds": kinds} |
	some name in ["user_data", "user_data_base64"]
	text := input.values[name]
	is_string(text)
	kinds := {kind | some reading in user_data.readings(text); some kind in credential.kinds(reading)}
	count(kinds) > 0
]
