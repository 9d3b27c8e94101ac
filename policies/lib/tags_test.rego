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

test_labels if {
	every name in ["effective_labels", "labels", "terraform_labels"] {
		tags.carries_label(_stage) with input as _with({name: {"stage": "production"}})
		tags.selects_by_label(_stage) with input as _with({name: {"stage": "production"}})
		not tags.carries_label(_stage) with input as _with({name: {"stage": "preview"}})
	}
	tags.selects_by_label(_nothing) with input as _with({})
	not tags.selects_by_label(_stage) with input as _with({"tags": {"stage": "production"}})
	not tags.carries_label(_nothing) with input as _with({"labels": {"": ""}})
}

_hidden(name) := object.union(_with({}), {"unknown": [[name]]})

test_what_is_not_known_may_select if {
	tags.selects(_stage) with input as _hidden("tags")
	tags.selects_by_label(_stage) with input as _hidden("labels")
	not tags.selects(_stage) with input as _hidden("name")
	not tags.selects(_stage) with input as object.union(_hidden("tags"), {"values": {"tags": {"stage": "preview"}}})
}
