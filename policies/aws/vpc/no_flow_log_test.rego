package policies.aws.vpc.no_flow_log_test

import data.policies.aws.vpc.no_flow_log as policy
import data.policies.lib.testing

_vpc := testing.resource("aws_vpc", {"cidr_block": "10.0.0.0/16"})

_log(type) := testing.resource("aws_flow_log", {"traffic_type": type, "log_destination_type": "s3"})

_logged(type) := testing.with_linked(_vpc, [_log(type)])

_deleted := testing.with_linked(_vpc, [testing.with_action(_log("ALL"), "delete")])

_described := testing.with_linked(_vpc, [testing.data_source("aws_flow_log", {"traffic_type": "ALL"})])

test_denies_a_vpc_without_a_log if {
	every document in [_vpc, _deleted, _described] {
		violations := policy.deny with input as document
		violations == {{"message": "no flow log belongs to the VPC, or to each of its subnets", "related": []}}
	}
}

test_denies_a_log_of_accepted_traffic if {
	violations := policy.deny with input as _logged("ACCEPT")
	violations == {{
		"message": "the flow log of the VPC leaves out what is refused",
		"related": ["aws_flow_log.this"],
	}}
}

test_allows_a_log_of_what_is_refused if {
	every type in ["ALL", "REJECT"] {
		violations := policy.deny with input as _logged(type)
		count(violations) == 0
	}
}

test_denies_a_type_that_is_absent_or_wrong if {
	every type in [null, "", "all", 7, ["ALL"]] {
		violations := policy.deny with input as _logged(type)
		count(violations) == 1
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every log in testing.bare("aws_flow_log", ["traffic_type"]) {
		violations := policy.deny with input as testing.with_linked(_vpc, [log])
		count(violations) == 1
	}
}

_subnet(logs) := testing.with_linked(testing.resource("aws_subnet", {}), logs)

test_allows_a_log_for_each_subnet if {
	every type in ["ALL", "REJECT"] {
		document := testing.with_linked(_vpc, [_subnet([_log("ALL")]), _subnet([_log("ACCEPT"), _log(type)])])
		violations := policy.deny with input as document
		count(violations) == 0
	}
}

test_denies_a_subnet_without_a_log if {
	deleted := testing.with_action(_log("ALL"), "delete")
	described := testing.data_source("aws_flow_log", {"traffic_type": "ALL"})
	every logs in [[], [_log("ACCEPT")], [deleted], [described]] {
		violations := policy.deny with input as testing.with_linked(_vpc, [_subnet([_log("ALL")]), _subnet(logs)])
		count(violations) == 1
	}
}

test_denies_subnets_and_logs_that_are_linked_otherwise if {
	elsewhere := testing.with_via(_subnet([_log("ALL")]), "linked", "tags")
	tagged := _subnet([testing.with_via(_log("ALL"), "linked", "tags")])
	every subnet in [elsewhere, tagged] {
		violations := policy.deny with input as testing.with_linked(_vpc, [subnet])
		count(violations) == 1
	}
}
