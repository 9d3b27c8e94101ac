package policies.lib.ec2_test

import data.policies.lib.ec2
import data.policies.lib.testing

_template := testing.resource("aws_launch_template", {"metadata_options": [{"http_tokens": "required"}]})

_image := testing.data_source("aws_ami", {"imds_support": "v2.0"})

_machine := testing.with_linked(testing.resource("aws_instance", {}), [_template, _image])

test_finds_what_a_machine_is_launched_from if {
	templates := ec2.templates with input as _machine
	images := ec2.images with input as _machine
	count(templates) == 1
	count(images) == 1
}

test_finds_nothing_without_links if {
	templates := ec2.templates with input as testing.resource("aws_instance", {})
	templates == []
}

test_reads_options if {
	ec2.metadata_options(_template.values) == {"http_tokens": "required"}
	ec2.metadata_options({}) == {}
}

test_protection if {
	ec2.protects_metadata({"http_tokens": "required"})
	ec2.protects_metadata({"http_endpoint": "disabled"})
	not ec2.protects_metadata({"http_tokens": "optional", "http_endpoint": "enabled"})
	not ec2.protects_metadata({})
}
