package policies.lib.testing_test

import data.policies.lib.testing

test_resource if {
	document := testing.resource("aws_s3_bucket", {"bucket": "a"})
	document.address == "aws_s3_bucket.this"
	document.provider == "registry.terraform.io/hashicorp/aws"
	document.mode == "managed"
	document.values.bucket == "a"
}

test_data_source if {
	document := testing.data_source("google_project", {})
	document.address == "data.google_project.this"
	document.mode == "data"
	document.action == "read"
}

test_links_are_grouped_by_type if {
	a := testing.resource("aws_subnet", {"id": "a"})
	b := testing.with_address(testing.resource("aws_subnet", {"id": "b"}), "aws_subnet.b")
	c := testing.with_action(testing.resource("aws_vpc", {}), "update")
	document := testing.with_linked(testing.resource("aws_instance", {}), [a, b, c])
	document.linked == {"aws_subnet": [a, b], "aws_vpc": [c]}
}

test_derived if {
	testing.with_derived(testing.resource("aws_iam_policy", {}), {"policy": {}}).derived == {"policy": {}}
}

test_with_via if {
	document := testing.with_via({"type": "aws_subnet"}, "subject", "subnet_id")
	document == {"type": "aws_subnet", "via": [{"side": "subject", "attribute": "subnet_id"}]}
}
