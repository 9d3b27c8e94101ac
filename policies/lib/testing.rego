# METADATA
# title: Documents for tests
# description: |
#   Builds the documents that policies see as `input`, so that a test names only what matters to it.
# scope: package
package policies.lib.testing

# A managed resource that the plan creates.
resource(type, values) := {
	"address": sprintf("%s.this", [type]),
	"type": type,
	"name": "this",
	"module": "",
	"mode": "managed",
	"provider": sprintf("registry.terraform.io/hashicorp/%s", [split(type, "_")[0]]),
	"action": "create",
	"values": values,
}

# A data source that the plan has read.
data_source(type, values) := object.union(resource(type, values), {
	"address": sprintf("data.%s.this", [type]),
	"mode": "data",
	"action": "read",
})

with_action(document, action) := object.union(document, {"action": action})

with_address(document, address) := object.union(document, {"address": address})

with_derived(document, derived) := object.union(document, {"derived": derived})

# A linked document, with the attribute that makes the link: of the `subject`, or of the `linked` itself.
with_via(document, side, attribute) := object.union(document, {"via": [{"side": side, "attribute": attribute}]})

# The document with its links, grouped by type.
with_linked(document, others) := object.union(document, {"linked": {type: group |
	some type in {other.type | some other in others}
	group := [other | some other in others; other.type == type]
}})

# A resource of which nothing is known: its arguments are absent, null, or known only after apply.
bare(type, arguments) := [
	resource(type, {}),
	resource(type, {name: null | some name in arguments}),
	object.union(resource(type, {}), {
		"configured": {name: true | some name in arguments},
		"unknown": [[name] | some name in arguments],
	}),
]
