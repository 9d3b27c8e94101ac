package policies.aws.route53.incomplete_failover_test

import data.policies.aws.route53.incomplete_failover as policy
import data.policies.lib.testing

_record(role, members) := testing.with_address(
	testing.resource("aws_route53_record", object.union(
		{"zone_id": "Z1", "name": "shop.example.com", "type": "A", "set_identifier": role, "failover_routing_policy": [{"type": role}]},
		members,
	)),
	sprintf("aws_route53_record.%s", [lower(role)]),
)

_primary := _record("PRIMARY", {"health_check_id": "hc-1"})

_secondary := _record("SECONDARY", {})

_unchecked := _record("PRIMARY", {})

_plan(records) := {"by_type": {"aws_route53_record": records}}

test_denies_half_a_pair if {
	violations := policy.deny with input as _plan([_unchecked])
	violations == {{
		"address": "aws_route53_record.primary",
		"message": "the primary record has no health check, no other record takes part in the failover",
		"attribute": ["failover_routing_policy"],
	}}
	alone := policy.deny with input as _plan([_secondary])
	count(alone) == 1
}

test_denies_a_primary_without_a_health_check if {
	every members in [{}, {"health_check_id": ""}, {"health_check_id": null}, {"alias": [{"evaluate_target_health": false}]}] {
		violations := policy.deny with input as _plan([_record("PRIMARY", members), _secondary])
		some violation in violations
		violation.message == "the primary record has no health check"
	}
}

test_denies_records_that_do_not_belong_together if {
	every members in [{"name": "api.example.com"}, {"type": "AAAA"}, {"zone_id": "Z2"}, {"set_identifier": "PRIMARY"}] {
		violations := policy.deny with input as _plan([_primary, _record("SECONDARY", members)])
		count(violations) == 2
	}
	gone := policy.deny with input as _plan([_primary, testing.with_action(_secondary, "delete")])
	count(gone) == 1
}

test_allows_a_pair if {
	every primary in [_primary, _record("PRIMARY", {"alias": [{"evaluate_target_health": true}]})] {
		violations := policy.deny with input as _plan([primary, _secondary])
		count(violations) == 0
	}
}

# Before apply neither the zone nor the health check has an id.
test_allows_a_pair_of_unknown_zone_and_check if {
	unknown := [["zone_id"], ["health_check_id"]]
	primary := object.union(_unchecked, {"unknown": unknown})
	violations := policy.deny with input as _plan([primary, _secondary])
	count(violations) == 0
}

_without_zone(record) := object.union(object.remove(record, ["values"]), {"values": object.remove(record.values, ["zone_id"])})

test_denies_a_pair_of_two_zones_that_are_to_be_made if {
	plan := _plan([_named(_primary, "aws_route53_zone.inner"), _named(_secondary, "aws_route53_zone.outer")])
	violations := policy.deny with input as plan
	count(violations) == 2
}

test_allows_a_pair_of_one_zone_that_is_to_be_made if {
	every zone in ["aws_route53_zone.inner", "local.zone"] {
		plan := _plan([_named(_primary, "aws_route53_zone.inner"), _named(_secondary, zone)])
		violations := policy.deny with input as plan
		count(violations) == 0
	}
}

_named(record, zone) := object.union(_without_zone(record), {
	"references": {"zone_id": [concat("", [zone, ".zone_id"]), zone]},
	"unknown": [["zone_id"]],
})

test_allows_records_without_failover if {
	every plan in [{}, _plan([]), _plan([testing.resource("aws_route53_record", {"name": "www.example.com"})])] {
		violations := policy.deny with input as plan
		count(violations) == 0
	}
}

test_denies_a_role_that_is_absent_or_of_a_wrong_type if {
	every value in [[{}], [null], [7], [{"type": null}]] {
		violations := policy.deny with input as _plan([_record("SECONDARY", {"failover_routing_policy": value})])
		count(violations) == 1
	}
}
