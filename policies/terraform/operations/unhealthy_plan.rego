# METADATA
# title: Plan is not whole or not sound
# description: |
#   A plan that stopped at an error, leaves resources out, or whose own checks fail says less than it seems to.
#   Applying it changes part of an estate and leaves the rest as it was.
#   Waive it for a repair that has to be made piece by piece, and plan again as a whole after it.
# scope: package
# related_resources:
#   - ref: https://developer.hashicorp.com/terraform/internals/json-format
#   - ref: https://developer.hashicorp.com/terraform/language/checks
# custom:
#   severity: high
#   scope: plan
#   needs: [plan]
#   remediation: Mend what the checks name, and plan again without errors and without -target.
#   examples:
#     fails: |
#       # The plan says that the check failed.
#       check "certificate" {
#         assert {
#           condition     = timecmp(local.expires, timestamp()) > 0
#           error_message = "The certificate has expired."
#         }
#       }
#     passes: |
#       # The same check in a plan after the certificate was renewed.
#       check "certificate" {
#         assert {
#           condition     = timecmp(local.renewed_until, timestamp()) > 0
#           error_message = "The certificate has expired."
#         }
#       }
package policies.terraform.operations.unhealthy_plan

deny contains violation if {
	count(_faults) > 0
	violation := {"message": sprintf("the plan is not sound: %s", [concat("; ", _faults)])}
}

_faults contains "planning stopped with an error" if input.errored

_faults contains "resources were left out, as with -target" if {
	not input.complete
	not input.errored
	count(input.deferred) == 0
}

_faults contains fault if {
	addresses := [entry.address | some entry in input.deferred]
	count(addresses) > 0
	fault := sprintf("put off to a later run: %s", [concat(", ", addresses)])
}

_faults contains fault if {
	addresses := [check.address | some check in input.checks; check.status in {"error", "fail"}]
	count(addresses) > 0
	fault := sprintf("failed checks: %s", [concat(", ", addresses)])
}
