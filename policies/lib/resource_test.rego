package policies.lib.resource_test

import data.policies.lib.resource

_unknown := [["arn"], ["rule", 0, "ranges", 1]]

test_the_value_itself if resource.unknown(_unknown, ["arn"])

test_a_part_of_it if resource.unknown(_unknown, ["rule", 0])

test_what_holds_it if resource.unknown(_unknown, ["rule", 0, "ranges", 1, "from"])

test_another_value if not resource.unknown(_unknown, ["rule", 1])

test_nothing_unknown if not resource.unknown([], ["arn"])

test_a_secret if resource.sensitive([["password"]], ["password"])

test_no_secret if not resource.sensitive([["password"]], ["arn"])

test_what_constants_alone_make if {
	constants := ["settings", "user.password"]
	every path in [["settings"], ["settings", "a", 0, "b"], ["user", 0, "password"]] {
		resource.constant(constants, path)
	}
	every path in [["user"], ["user", 0, "name"], ["setting"], []] {
		not resource.constant(constants, path)
	}
	not resource.constant([], ["settings"])
}
