# METADATA
# title: Grants of Google
# description: |
#   Finds what the subject grants to everyone: to anyone at all, and to anyone with an account at Google, which is no
#   less. It may be a member, a binding, or a policy.
# scope: package
package policies.lib.google_iam

import data.policies.lib.linked
import data.policies.lib.values

# Grants to everyone: objects with `member` and `attribute`.
public_grants := array.concat(_direct, array.concat(_bound, _unreadable))

_direct := array.concat(
	[{"member": input.values.member, "attribute": ["member"]} |
		input.values.member in {"allAuthenticatedUsers", "allUsers"}
	],
	[{"member": members, "attribute": ["members"]} |
		some members in values.strings(input.values.members)
		members in {"allAuthenticatedUsers", "allUsers"}
	],
)

_bound := [{"member": members, "attribute": ["policy_data"]} |
	some binding in _bindings
	some members in values.strings(binding.members)
	members in {"allAuthenticatedUsers", "allUsers"}
]

# The text of a policy may be known only after apply; the data source that it comes from says the same.
_bindings := [binding |
	some document in _data_sources
	some binding in values.list(document.values.binding)
] if {
	_from_data_source
} else := values.list(input.derived.policy_data.bindings) if {
	is_array(input.derived.policy_data.bindings)
} else := []

_from_data_source if count(_data_sources) > 0

_data_sources := linked.through("google_iam_policy", ["policy_data"])

_unreadable := [{"member": "members that cannot be read", "attribute": ["policy_data"]} |
	values.given(input.values.policy_data)
	not _from_data_source
	not is_object(input.derived.policy_data)
]

# One violation for all `grants`.
violation(grants) := {
	"message": sprintf("access is granted to %s", [concat(", ", {grant.member | some grant in grants})]),
	"attribute": grants[0].attribute,
} if {
	count(grants) > 0
}
