# METADATA
# title: Network openness
# description: |
#   Decides which address ranges amount to the internet, and which ports a rule opens to them.
#   A range is judged by the length of its prefix, so that the whole address space cut into halves is still open.
# scope: package
package policies.lib.network

import data.policies.lib.values

# The ranges among `value` (a string or an array) that are shorter than the given prefix lengths.
open_cidrs(value, ipv4_prefix, ipv6_prefix) := [cidr |
	some cidr in values.strings(value)
	_open(cidr, ipv4_prefix, ipv6_prefix)
]

# Which of `ports` a rule for `protocol` and `ranges` (pairs of first and last port) lets through.
exposed_ports(protocol, _, ports) := ports if _any_protocol(protocol)

exposed_ports(protocol, ranges, ports) := [port |
	some port in ports
	_within(port, ranges)
] if {
	_tcp(protocol)
}

# A rule for `protocol` and `ranges` (pairs of first and last port) lets through every port there is. Port 0 is not
# used. Ranges may add up: each is followed by another one, or is the last.
every_port(protocol, _) if _any_protocol(protocol)

every_port(protocol, ranges) if {
	_has_ports(protocol)
	_within(1, ranges)
	every range in ranges {
		_followed(values.number(range[1]), ranges)
	}
}

# The pair of first and last port that a port or a range such as `20-25` stands for.
port_range(value) := [port, port] if port := values.number(value)

port_range(value) := [values.number(parts[0]), values.number(parts[1])] if {
	is_string(value)
	parts := split(value, "-")
	count(parts) == 2
}

# One violation for all openings of a resource: objects with `ports`, `cidrs`, and `attribute`. Without `ports` they
# open every port.
opening_violation(openings) := {
	"message": sprintf("every port is open to %s", [concat(", ", cidrs)]),
	"attribute": openings[0].attribute,
} if {
	count(openings) > 0
	not openings[0].ports
	cidrs := {cidr | some opening in openings; some cidr in opening.cidrs}
}

opening_violation(openings) := {
	"message": sprintf("%s open to %s", [_ports_text(ports), concat(", ", cidrs)]),
	"attribute": openings[0].attribute,
} if {
	count(openings) > 0
	ports := {port | some opening in openings; some port in opening.ports}
	cidrs := {cidr | some opening in openings; some cidr in opening.cidrs}
}

_open(cidr, ipv4_prefix, _) if {
	regex.match(_ipv4_pattern, cidr)
	to_number(split(cidr, "/")[1]) < ipv4_prefix
	not _internal_ipv4(cidr)
}

_open(cidr, _, ipv6_prefix) if {
	regex.match(_ipv6_pattern, cidr)
	to_number(split(cidr, "/")[1]) < ipv6_prefix
	not _internal_ipv6(cidr)
}

_ipv4_pattern := `^((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\.|/)){4}(3[0-2]|[12]?[0-9])$`

_ipv6_pattern := `^[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*/(12[0-8]|1[01][0-9]|[1-9]?[0-9])$`

# Private, shared, loopback, link-local, multicast, and reserved ranges.
_internal_ipv4(cidr) if {
	some range in [
		"10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
		"172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/3",
	]
	net.cidr_contains(range, cidr)
}

# Everything from fc00:: upwards: unique local, link-local, and multicast.
_internal_ipv6(cidr) if {
	regex.match(`^[Ff][C-Fc-f][0-9A-Fa-f]{2}:`, cidr)
	to_number(split(cidr, "/")[1]) >= 6
}

_any_protocol(protocol) if lower(sprintf("%v", [protocol])) in {"-1", "all"}

_tcp(protocol) if lower(sprintf("%v", [protocol])) in {"6", "tcp"}

_has_ports(protocol) if _tcp(protocol)

_has_ports(protocol) if lower(sprintf("%v", [protocol])) in {"17", "udp"}

_followed(last, _) if last >= 65535

_followed(last, ranges) if _within(last + 1, ranges)

_within(port, ranges) if {
	some range in ranges
	values.number(range[0]) <= values.number(port)
	values.number(port) <= values.number(range[1])
}

_ports_text(ports) := sprintf("port %v is", [port]) if {
	count(ports) == 1
	some port in ports
}

_ports_text(ports) := sprintf("ports %s are", [concat(", ", texts)]) if {
	count(ports) > 1
	texts := [sprintf("%v", [port]) | some port in ports]
}
