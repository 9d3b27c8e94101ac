package policies.lib.resource_test

import data.policies.lib.resource

_document := {"unknown": [["arn"], ["rule", 0, "ranges", 1]], "sensitive": [["password"]]}

test_the_value_itself if resource.unknown(_document, ["arn"])

test_a_part_of_it if resource.unknown(_document, ["rule", 0])

test_what_holds_it if resource.unknown(_document, ["rule", 0, "ranges", 1, "from"])

test_another_value if not resource.unknown(_document, ["rule", 1])

test_nothing_unknown if not resource.unknown({"unknown": []}, ["arn"])

test_a_secret if resource.sensitive(_document, ["password"])

test_no_secret if not resource.sensitive(_document, ["arn"])
