# METADATA
# title: Public addresses of EC2 machines
# description: |
#   Finds out whether a machine gets a public address: its network interfaces decide,
#   and where they are silent, the subnet does.
# scope: package
package policies.lib.public_address

import data.policies.lib.linked
import data.policies.lib.values

# Positions of the network interfaces that ask for a public address.
asking(interfaces) := [index |
	some index, interface in values.list(interfaces)
	values.is_true(interface.associate_public_ip_address)
]

# Linked launch templates with an interface that asks for a public address.
asking_templates := [template |
	some template in linked.through("aws_launch_template", _template_attributes)
	count(asking(template.values.network_interfaces)) > 0
]

# A linked launch template says no. EC2 gives no address by default to a machine with several interfaces.
template_refuses if {
	some template in linked.through("aws_launch_template", _template_attributes)
	some interface in values.list(template.values.network_interfaces)
	values.is_false(interface.associate_public_ip_address)
}

# Linked subnets that give every new machine a public address.
public_subnets := [subnet |
	some type in ["aws_default_subnet", "aws_subnet"]
	some subnet in linked.through(type, ["subnet_id", "subnet_ids", "vpc_config.subnet_ids"])
	values.is_true(subnet.values.map_public_ip_on_launch)
]

_template_attributes := ["launch_template.id", "launch_template.name"]
