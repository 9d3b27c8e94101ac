# METADATA
# title: Workload runs in a single zone
# description: |
#   When its zone fails, everything that runs there alone stops. Zones cost nothing to use.
#   The zones of the subnets count, as far as the plan or the state shows them: a subnet that leaves its zone to AWS adds
#   none. Where some subnets are named and not shown, nothing is said. Of a cluster of EKS its groups of nodes are judged:
#   for the control plane AWS itself takes no less than subnets of two zones.
#   Waive it for workloads that may stand still, or that pay for traffic between zones.
# scope: package
# related_resources:
#   - ref: https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/rel_fault_isolation_multiaz_region_system.html
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html
#   - ref: https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
# custom:
#   severity: medium
#   profiles: [strict]
#   resource_types: [aws_alb, aws_autoscaling_group, aws_db_subnet_group, aws_eks_node_group, aws_lb]
#   aliases: [FG_R00014]
#   controls:
#     fsbp: [ELB.13]
#   remediation: Name subnets of two zones or more.
#   examples:
#     fails: |
#       resource "aws_autoscaling_group" "web" {
#         min_size            = 2
#         max_size            = 4
#         vpc_zone_identifier = ["subnet-0a1b2c3d4e5f60718"]
#         # …
#       }
#     passes: |
#       resource "aws_autoscaling_group" "web" {
#         min_size            = 2
#         max_size            = 4
#         vpc_zone_identifier = aws_subnet.private[*].id
#         # …
#       }
package policies.aws.resilience.single_zone_workload

import data.policies.lib.linked
import data.policies.lib.values

deny contains violation if {
	_in_one_zone
	violation := {
		"message": _message,
		"attribute": [_attribute],
		"related": linked.addresses(_subnets),
	}
}

_in_one_zone if count(_zones_named) == 1

_in_one_zone if {
	count(_subnets) > 0
	count(_zones) < 2
	count(_named) <= count(_subnets)
}

_in_one_zone if {
	count(_subnets) == 0
	count(_named) == 1
}

_message := sprintf("everything runs in %s", [concat(", ", array.concat(_zones_named, [zone | some zone in _zones]))]) if {
	count(_zones_named) + count(_zones) == 1
} else := "the subnets span no two zones"

_attribute := "availability_zones" if {
	count(_zones_named) > 0
} else := "vpc_zone_identifier" if {
	input.type == "aws_autoscaling_group"
} else := "subnet_ids" if {
	input.type in {"aws_db_subnet_group", "aws_eks_node_group"}
} else := "subnet_mapping" if {
	values.has_block(input.values, "subnet_mapping")
} else := "subnets"

# Groups may name zones in the place of subnets.
_zones_named := values.strings(input.values.availability_zones) if {
	input.type == "aws_autoscaling_group"
} else := []

_named := array.concat(
	[subnet | some name in ["subnet_ids", "subnets", "vpc_zone_identifier"]; some subnet in values.list(input.values[name])],
	[mapping.subnet_id | some mapping in values.list(input.values.subnet_mapping)],
)

_subnets := [subnet |
	some type in ["aws_default_subnet", "aws_subnet"]
	some subnet in linked.through(type, ["subnet_ids", "subnet_mapping.subnet_id", "subnets", "vpc_zone_identifier"])
]

_zones := {zone |
	some subnet in _subnets
	zone := _zone(subnet)
}

_zone(subnet) := subnet.values.availability_zone if {
	values.given(subnet.values.availability_zone)
} else := subnet.values.availability_zone_id if {
	values.given(subnet.values.availability_zone_id)
}
