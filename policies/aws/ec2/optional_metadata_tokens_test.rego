package policies.aws.ec2.optional_metadata_tokens_test

import data.policies.aws.ec2.optional_metadata_tokens as policy
import data.policies.lib.testing

_types := ["aws_instance", "aws_launch_configuration", "aws_launch_template", "aws_spot_instance_request"]

_options(block) := {"metadata_options": [block]}

_silent := testing.resource("aws_instance", {})

_template(block) := testing.resource("aws_launch_template", _options(block))

_defaults(tokens) := testing.resource("aws_ec2_instance_metadata_defaults", {"http_tokens": tokens})

_image := testing.data_source("aws_ami", {"imds_support": "v2.0"})

_from(document, others) := testing.with_linked(document, others)

test_denies_silence if {
	every type in _types {
		violations := policy.deny with input as testing.resource(type, {})
		violations == {{
			"message": "nothing requires session tokens for instance metadata",
			"attribute": ["metadata_options", 0, "http_tokens"],
			"related": [],
		}}
	}
}

test_denies_optional_tokens if {
	violations := policy.deny with input as testing.resource("aws_instance", _options({"http_tokens": "optional"}))
	some violation in violations
	violation.message == "http_tokens is not required"
}

test_allows_required_tokens if {
	every type in _types {
		violations := policy.deny with input as testing.resource(type, _options({"http_tokens": "required"}))
		count(violations) == 0
	}
}

test_allows_no_service if {
	violations := policy.deny with input as testing.resource("aws_instance", _options({"http_endpoint": "disabled"}))
	count(violations) == 0
}

test_allows_what_the_launch_template_requires if {
	violations := policy.deny with input as _from(_silent, [_template({"http_tokens": "required"})])
	count(violations) == 0
}

test_denies_what_the_launch_template_leaves_open if {
	every others in [
		[_template({})],
		[_template({"http_tokens": "optional"}), _defaults("required")],
		[_template({"http_tokens": "optional"}), _image],
	] {
		violations := policy.deny with input as _from(_silent, others)
		count(violations) == 1
	}
}

test_denies_a_machine_against_its_template if {
	every block in [{"http_tokens": "optional"}, {"http_endpoint": "enabled"}] {
		machine := testing.resource("aws_instance", _options(block))
		violations := policy.deny with input as _from(machine, [_template({"http_endpoint": "disabled"})])
		count(violations) == 1
	}
}

test_allows_by_the_defaults_of_the_account if {
	every others in [[_defaults("required")], [_template({}), _defaults("required")]] {
		violations := policy.deny with input as _from(_silent, others)
		count(violations) == 0
	}
}

test_denies_without_a_requirement_of_the_account if {
	every others in [[_defaults("no-preference")], [_defaults("optional"), _image]] {
		violations := policy.deny with input as _from(_silent, others)
		count(violations) == 1
	}
}

test_allows_an_image_that_asks_for_tokens if {
	every others in [[_image], [_image, _defaults("no-preference")]] {
		violations := policy.deny with input as _from(_silent, others)
		count(violations) == 0
	}
}

test_believes_who_answers_for_the_account if {
	violations := policy.deny with input as _silent
		with data.assumptions as {"aws.ec2.metadata_tokens_required": true}
	count(violations) == 0
}

test_believes_the_plan_first if {
	violations := policy.deny with input as _from(_silent, [_defaults("optional")])
		with data.assumptions as {"aws.ec2.metadata_tokens_required": true}
	count(violations) == 1
}

test_denies_values_of_a_wrong_type if {
	every value in [null, 7, "x", {}, [], [null], [{"http_tokens": true}], [{"http_tokens": null}]] {
		violations := policy.deny with input as testing.resource("aws_instance", {"metadata_options": value})
		count(violations) == 1
	}
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("aws_instance", ["launch_template", "metadata_options"]) {
		violations := policy.deny with input as document
		count(violations) == 1
	}
}
