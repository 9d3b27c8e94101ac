package policies.lib.tags_test

import data.policies.lib.tags
import data.policies.lib.testing

_stage := {"key": "stage", "value": "production"}

_nothing := {"key": "", "value": ""}

_with(attributes) := testing.resource("aws_lb", attributes)

test_carries if {
	tags.carries(_stage) with input as _with({"tags": {"stage": "production"}})
	tags.carries(_stage) with input as _with({"tags_all": {"stage": "production"}})
	every attributes in [{}, {"tags": null}, {"tags": {"stage": "preview"}}, {"tags": {"": ""}}, {"tags": "stage"}] {
		not tags.carries(_stage) with input as _with(attributes)
		not tags.carries(_nothing) with input as _with(attributes)
	}
}

test_selects if {
	tags.selects(_nothing) with input as _with({})
	tags.selects(_stage) with input as _with({"tags": {"stage": "production"}})
	not tags.selects(_stage) with input as _with({})
}
