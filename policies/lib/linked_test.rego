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

_tied := testing.with_linked(_subject, [
	testing.with_via(testing.with_address(_kept, "aws_subnet.named"), "subject", "subnet_id"),
	testing.with_via(testing.with_address(_kept, "aws_subnet.tagged"), "subject", "tags"),
	testing.with_via(testing.with_address(_kept, "aws_subnet.naming"), "linked", "subnet_id"),
	testing.with_via(_described, "linked", "subnet_id"),
	testing.with_address(_kept, "aws_subnet.silent"),
])

test_through if {
	found := linked.through("aws_subnet", ["subnet_id", "subnet_ids"]) with input as _tied
	linked.addresses(found) == ["aws_subnet.named", "aws_subnet.silent"]
}

test_naming if {
	found := linked.naming("aws_subnet", ["subnet_id", "subnet_ids"]) with input as _tied
	linked.addresses(found) == ["aws_subnet.naming", "aws_subnet.silent"]
}
