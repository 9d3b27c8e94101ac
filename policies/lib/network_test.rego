package policies.lib.network_test

import data.policies.lib.network

test_open_cidrs if {
	every cidr in [
		"0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/7", "64.0.0.0/2", "1.2.3.4/0",
		"::/0", "2000::/3", "2001::/15", "0:0:0:0:0:0:0:0/0", "8000::/1", "::FFFF:0.0.0.0/2",
	] {
		network.open_cidrs(cidr, 8, 16) == [cidr]
	}
}

test_narrow_cidrs if {
	every cidr in ["10.0.0.0/8", "52.0.0.0/8", "198.51.100.7/32", "2001:db8::/32", "2600::/16", "2001:db8::1/128"] {
		network.open_cidrs(cidr, 8, 16) == []
	}
}

test_internal_cidrs_whatever_the_limit if {
	every cidr in ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "224.0.0.0/4"] {
		network.open_cidrs(cidr, 33, 16) == []
	}
	every cidr in ["fc00::/7", "fd00::/8", "FE80::/10", "ff00::/8"] {
		network.open_cidrs(cidr, 8, 129) == []
	}
}

test_the_limit_counts if {
	network.open_cidrs(["52.0.0.0/8", "2600::/16"], 9, 17) == ["52.0.0.0/8", "2600::/16"]
}

test_garbage_is_not_open if {
	every value in [null, 7, {}, "", "/", "0.0.0.0", "0.0.0.0/33", "256.0.0.0/0", "0.0.0/0", "::/129", ":::/x", [null, 7]] {
		network.open_cidrs(value, 8, 16) == []
	}
}

test_every_protocol_exposes_every_port if {
	every protocol in ["-1", -1, "all", "ALL"] {
		network.exposed_ports(protocol, [], [22, 3389]) == [22, 3389]
	}
}

test_tcp_exposes_its_ranges if {
	every protocol in ["tcp", "TCP", "6", 6] {
		network.exposed_ports(protocol, [[20, 25], ["3389", "3389"]], [22, 3389, 5900]) == [22, 3389]
	}
	network.exposed_ports("tcp", [[0, 0], [null, {}], ["a", "b"]], [22]) == []
}

test_other_protocols_expose_nothing if {
	every protocol in ["udp", "icmp", 17, null] {
		not network.exposed_ports(protocol, [[0, 65535]], [22])
	}
}

test_every_port if {
	every protocol in ["-1", -1, "all"] {
		network.every_port(protocol, [[22, 22]])
	}
	every protocol in ["tcp", "TCP", 6, "udp", "17"] {
		network.every_port(protocol, [[0, 65535]])
		network.every_port(protocol, [["1", "65535"]])
		not network.every_port(protocol, [[2, 65535]])
		not network.every_port(protocol, [[0, 65534]])
	}
	every protocol in ["icmp", null, 1] {
		not network.every_port(protocol, [[0, 65535]])
	}
}

test_port_range if {
	network.port_range(22) == [22, 22]
	network.port_range("22") == [22, 22]
	network.port_range("20-25") == [20, 25]
	every value in [null, "", "a-b", "1-2-3", [22], "-"] {
		not network.port_range(value)
	}
}

test_one_violation_for_all_openings if {
	network.opening_violation([
		{"ports": [3389, 22], "cidrs": ["::/0"], "attribute": ["a"]},
		{"ports": [22], "cidrs": ["0.0.0.0/0", "::/0"], "attribute": ["b"]},
	]) == {"message": "ports 22, 3389 are open to 0.0.0.0/0, ::/0", "attribute": ["a"]}
}

test_one_port if {
	network.opening_violation([{"ports": [22], "cidrs": ["::/0"], "attribute": []}]).message == "port 22 is open to ::/0"
}

test_no_violation_without_openings if {
	not network.opening_violation([])
}

test_all_ports if {
	every ranges in [[[0, 65535]], [[1, 65535]], [[0, 1023], [1024, 65535]], [["1024", "65535"], ["0", "1023"]]] {
		network.every_port("tcp", ranges)
		network.every_port("17", ranges)
	}
	network.every_port("all", [])
	network.every_port(-1, [[22, 22]])
}

test_not_all_ports if {
	every ranges in [[], [[22, 22]], [[0, 1023], [1025, 65535]], [[2, 65535]], [[0, 65534]], [["a", "b"]]] {
		not network.every_port("tcp", ranges)
	}
	not network.every_port("icmp", [[0, 65535]])
}

test_a_violation_about_all_ports if {
	violation := network.opening_violation([{"cidrs": ["0.0.0.0/0"], "attribute": ["a"]}])
	violation == {"message": "every port is open to 0.0.0.0/0", "attribute": ["a"]}
}
