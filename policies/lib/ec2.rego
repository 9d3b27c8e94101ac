# METADATA
# title: EC2 machines
# description: |
#   Finds what a machine is launched from, and what it takes from there where it says nothing itself.
# scope: package
package policies.lib.ec2

import data.policies.lib.linked
import data.policies.lib.values

# Types that launch a machine, or describe one completely.
machines := {"aws_instance", "aws_launch_configuration", "aws_spot_instance_request"}

# The launch templates that the subject names.
templates := linked.through("aws_launch_template", ["launch_template.id", "launch_template.name"])

# The images that the subject names.
images := linked.through("aws_ami", ["ami", "image_id"])

# The options for the metadata service of a machine or a launch template; empty where it has none.
metadata_options(attributes) := values.only_block(attributes, "metadata_options")

# The options answer nobody who has no session token.
protects_metadata(options) if options.http_tokens == "required"

protects_metadata(options) if options.http_endpoint == "disabled"
