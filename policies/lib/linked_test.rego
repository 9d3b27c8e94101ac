package policies.lib.linked_test

import data.policies.lib.linked
import data.policies.lib.testing

_subject := testing.resource("aws_instance", {})

_kept := testing.resource("aws_subnet", {})

_deleted := testing.with_action(_kept, "delete")

_described := testing.data_source("aws_subnet", {})

_document := testing.with_linked(_subject, [_kept, _deleted, _described])

test_all_but_the_deleted if {
	found := linked.all("aws_subnet") with input as _document
	linked.addresses(found) == ["aws_subnet.this", "data.aws_subnet.this"]
}

test_managed if {
	found := linked.managed("aws_subnet") with input as _document
	linked.addresses(found) == ["aws_subnet.this"]
}

test_nothing_linked if {
	of_the_type := linked.all("aws_vpc") with input as _document
	of_the_type == []
	of_any_type := linked.managed("aws_subnet") with input as _subject
	of_any_type == []
}
