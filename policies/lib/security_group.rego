# METADATA
# title: Rules of AWS security groups
# description: |
#   Reads ingress rules of every spelling in one shape: blocks of a group, the older resource for a rule, and the newer one.
# scope: package
package policies.lib.security_group

import data.policies.lib.values

# Objects with `protocol` and `ports` (first and last), whose sources `sources` tells.
ingress_rules := [_rule(block, block.protocol, ["ingress", index]) |
	some index, block in values.list(input.values.ingress)
] if {
	input.type in {"aws_default_security_group", "aws_security_group"}
}

ingress_rules := [_rule(input.values, input.values.protocol, [])] if {
	input.type == "aws_security_group_rule"
	input.values.type == "ingress"
}

ingress_rules := [_rule(input.values, input.values.ip_protocol, [])] if {
	input.type == "aws_vpc_security_group_ingress_rule"
}

# The ranges of a rule, each with `cidrs` and `attribute`. They are read only when they are asked for.
sources(rule) := [{"cidrs": rule.block[name], "attribute": array.concat(rule.path, [name])} |
	some name in ["cidr_blocks", "cidr_ipv4", "cidr_ipv6", "ipv6_cidr_blocks"]
]

# A bound that is not given leaves that end of the range open.
_rule(block, protocol, path) := {
	"protocol": protocol,
	"ports": [object.get(block, "from_port", 0), object.get(block, "to_port", 65535)],
	"block": block,
	"path": path,
}
