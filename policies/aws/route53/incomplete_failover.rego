# METADATA
# title: Route 53 failover records are no working pair
# description: |
#   Failover moves the traffic only if a health check says that the primary record is down, and if there is a secondary
#   to move it to. Half a pair looks like a safeguard and is none.
#   Records belong together by their zone, name, and type; a zone or a health check that is to be made counts as named.
#   A name, a type or a role that is known only after apply counts as none.
#   Waive it where the other record of the pair is kept in another state.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-types.html
#   - ref: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/route53_record#failover-routing-policy
# custom:
#   severity: high
#   scope: plan
#   known_only: true
#   remediation: Give the primary record a health check, and add a secondary record with a set_identifier of its own.
#   examples:
#     fails: |
#       resource "aws_route53_record" "primary" {
#         zone_id        = aws_route53_zone.main.zone_id
#         name           = "shop.example.com"
#         type           = "A"
#         set_identifier = "primary"
#
#         failover_routing_policy {
#           type = "PRIMARY"
#         }
#       }
#     passes: |
#       resource "aws_route53_record" "primary" {
#         zone_id         = aws_route53_zone.main.zone_id
#         name            = "shop.example.com"
#         type            = "A"
#         set_identifier  = "primary"
#         health_check_id = aws_route53_health_check.shop.id
#         failover_routing_policy { type = "PRIMARY" }
#       }
#
#       resource "aws_route53_record" "secondary" {
#         zone_id        = aws_route53_zone.main.zone_id
#         name           = "shop.example.com"
#         type           = "A"
#         set_identifier = "secondary"
#         failover_routing_policy { type = "SECONDARY" }
#       }
package policies.aws.route53.incomplete_failover

import data.policies.lib.resource
import data.policies.lib.values

deny contains violation if {
	some record in _records
	count(_faults(record)) > 0
	violation := {
		"address": record.address,
		"message": concat(", ", _faults(record)),
		"attribute": ["failover_routing_policy"],
	}
}

_records := [record |
	some record in values.list(input.by_type.aws_route53_record)
	not record.action in {"delete", "forget"}
	values.has_block(record.values, "failover_routing_policy")
]

_faults(record) := array.concat(
	["the primary record has no health check" | _role(record) == "PRIMARY"; not _is_checked(record)],
	["no other record takes part in the failover" | count(_partners(record)) == 0],
)

_is_checked(record) if values.is_set(record.values, "health_check_id")

_is_checked(record) if resource.unknown(record.unknown, ["health_check_id"])

_is_checked(record) if values.is_true(values.only_block(record.values, "alias").evaluate_target_health)

# Records of the other role for the same question.
_partners(record) := [other |
	some other in _records
	_question(other) == _question(record)
	not _are_of_two_zones(other, record)
	{_role(other), _role(record)} == {"PRIMARY", "SECONDARY"}
	object.get(other.values, "set_identifier", "") != object.get(record.values, "set_identifier", "")
]

_role(record) := values.only_block(record.values, "failover_routing_policy").type

_question(record) := [object.get(record.values, name, "") | some name in ["zone_id", "name", "type"]]

# Zones that are to be made have no id: then it counts whether the records name the same one.
_are_of_two_zones(one, other) if {
	every record in [one, other] {
		not values.is_set(record.values, "zone_id")
		count(_zones(record)) > 0
	}
	object.get(one, "module", "") == object.get(other, "module", "")
	count(_zones(one) & _zones(other)) == 0
}

_zones(record) := {zone |
	some reference in object.get(object.get(record, "references", {}), "zone_id", [])
	startswith(reference, "aws_route53_zone.")
	zone := split(reference, ".")[1]
}
