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

_reader := testing.resource("aws_instance", {})

_network := testing.with_linked(_kept, [
	testing.with_via(testing.with_address(_reader, "aws_instance.naming"), "linked", "subnet_id"),
	testing.with_via(testing.with_address(_reader, "aws_instance.tagged"), "linked", "tags"),
	testing.with_via(testing.with_address(_reader, "aws_instance.named"), "subject", "subnet_id"),
	testing.with_action(testing.with_address(_reader, "aws_instance.deleted"), "delete"),
	testing.data_source("aws_instance", {}),
])

test_what_names_a_linked_resource if {
	linked.addresses(linked.naming_other(_network, "aws_instance", ["subnet_id"])) == ["aws_instance.naming"]
	linked.naming_other(_network, "aws_vpc", ["subnet_id"]) == []
	linked.naming_other(_kept, "aws_instance", ["subnet_id"]) == []
}

test_data_sources_mention_the_subject if {
	found := linked.mentioning("aws_subnet", ["subnet_id"]) with input as _tied
	linked.addresses(found) == ["aws_subnet.naming", "data.aws_subnet.this", "aws_subnet.silent"]
}
