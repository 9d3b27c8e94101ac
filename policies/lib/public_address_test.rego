package policies.lib.public_address_test

import data.policies.lib.public_address
import data.policies.lib.testing

_subject := testing.resource("aws_instance", {})

_template(interfaces) := testing.resource("aws_launch_template", {"network_interfaces": interfaces})

_with_template(interfaces) := testing.with_linked(_subject, [_template(interfaces)])

test_asking if {
	public_address.asking([{}, {"associate_public_ip_address": "true"}, null, {"associate_public_ip_address": true}]) == [1, 3]
	public_address.asking("x") == []
}

test_asking_templates if {
	found := public_address.asking_templates with input as _with_template([{"associate_public_ip_address": "true"}])
	count(found) == 1
	none := public_address.asking_templates with input as _with_template([{"associate_public_ip_address": "false"}])
	none == []
}

test_template_refuses if {
	public_address.template_refuses with input as _with_template([{"associate_public_ip_address": "false"}])
	not public_address.template_refuses with input as _with_template([{"associate_public_ip_address": ""}])
	not public_address.template_refuses with input as _subject
}

test_public_subnets if {
	document := testing.with_linked(_subject, [
		testing.resource("aws_subnet", {"map_public_ip_on_launch": true}),
		testing.resource("aws_subnet", {}),
		testing.resource("aws_default_subnet", {"map_public_ip_on_launch": true}),
	])
	found := public_address.public_subnets with input as document
	[subnet.type | some subnet in found] == ["aws_default_subnet", "aws_subnet"]
}
