# METADATA
# title: Network security rules of Azure
# description: |
#   Reads the rules of network security groups, and rules that are resources, in one shape.
# scope: package
package policies.lib.azure_firewall

import data.policies.lib.linked
import data.policies.lib.network
import data.policies.lib.values

# Rules that let something in from `anywhere`, which are the words for everyone, or from ranges that are as good: objects
# with `protocol`, `ranges` of ports, `cidrs`, and `attribute`. What a rule of its group before it denies to everyone is
# not let in.
openings(anywhere, ipv4_prefix, ipv6_prefix) := [{
	"protocol": _protocol(rule.values),
	"ranges": _ranges(rule.values),
	"cidrs": cidrs,
	"attribute": array.concat(rule.path, [_written(rule.values)]),
} |
	some rule in _rules
	not _is(rule.values.access, "deny")
	not _is(rule.values.direction, "outbound")
	cidrs := _open(rule.values, anywhere, ipv4_prefix, ipv6_prefix)
	count(cidrs) > 0
	not _denied(rule.values, anywhere)
]

_rules := [{"values": rule, "path": ["security_rule", index]} |
	some index, rule in values.list(input.values.security_rule)
] if {
	input.type == "azurerm_network_security_group"
} else := [{"values": input.values, "path": []}]

# The rules of the same group, where these are resources of their own. Blocks of the group do not count beside them: each
# would overwrite the other.
_siblings := [{"values": sibling.values} |
	input.type == "azurerm_network_security_rule"
	some group in linked.through("azurerm_network_security_group", ["network_security_group_name"])
	some sibling in linked.naming_other(group, "azurerm_network_security_rule", ["network_security_group_name"])
]

_is(value, word) if {
	is_string(value)
	lower(value) == word
}

_open(rule, anywhere, ipv4_prefix, ipv6_prefix) := array.concat(
	[source | some source in _sources(rule); lower(source) in anywhere],
	network.open_cidrs([source | some source in _sources(rule); not lower(source) in anywhere], ipv4_prefix, ipv6_prefix),
)

_sources(rule) := array.concat(
	[source | some source in [rule.source_address_prefix]; is_string(source)],
	[source | some source in values.list(rule.source_address_prefixes); is_string(source)],
)

_written(rule) := "source_address_prefix" if {
	values.given(rule.source_address_prefix)
} else := "source_address_prefixes"

# A rule for any protocol still names its ports: it is one for TCP among others.
_protocol(rule) := "tcp" if {
	rule.protocol in {"*", "-1"}
} else := lower(rule.protocol) if {
	is_string(rule.protocol)
}

_ranges(rule) := array.concat(
	[_range(port) | some port in [rule.destination_port_range]; values.given(port)],
	[_range(port) | some port in values.list(rule.destination_port_ranges)],
)

_range(port) := [0, 65535] if {
	port == "*"
} else := network.port_range(port)

# A rule with a lower number is asked first. It must deny as much as the other lets in: from every source port, to
# every address, and to all ports of the other.
_denied(rule, anywhere) if {
	some other in array.concat(_rules, _siblings)
	_is(other.values.access, "deny")
	_is(other.values.direction, "inbound")
	is_number(other.values.priority)
	other.values.priority < rule.priority
	some source in _sources(other.values)
	lower(source) in anywhere
	not values.given(other.values.source_port_ranges)
	not other.values.source_port_range != "*"
	other.values.destination_address_prefix == "*"
	lower(other.values.protocol) in {"*", lower(rule.protocol)}
	every range in _ranges(rule) {
		_within(range, _ranges(other.values))
	}
}

_within(range, wider_ranges) if {
	some wider in wider_ranges
	wider[0] <= range[0]
	range[1] <= wider[1]
}
