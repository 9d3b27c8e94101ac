package policies.terraform.governance.foreign_location_test

import data.policies.lib.testing
import data.policies.terraform.governance.foreign_location as policy

_params := {"allowed_regions": ["eu-central-1", "europe-west3", "West Europe"]}

_violations(type, values) := violations if {
	violations := policy.deny with input as testing.resource(type, values) with data.params as _params
}

test_denies_foreign_places if {
	_violations("aws_ebs_volume", {"availability_zone": "us-west-2a"}) == {{
		"message": "the resource lies in us-west-2a",
		"attribute": ["availability_zone"],
	}}
	count(_violations("google_compute_disk", {"zone": "us-central1-a"})) == 1
	count(_violations("azurerm_storage_account", {"location": "northeurope"})) == 1
	count(_violations("aws_s3_bucket", {"region": "us-east-1"})) == 1
}

test_denies_in_a_module if {
	document := testing.with_address(testing.resource("aws_subnet", {"availability_zone": "us-west-2a"}), "module.a[\"x\"].aws_subnet.b[0]")
	violations := policy.deny with input as document with data.params as _params
	count(violations) == 1
}

test_allows_regions_and_their_zones if {
	every values in [{"availability_zone": "eu-central-1a"}, {"region": "eu-central-1"}, {"availability_zones": ["eu-central-1-ham-1a"]}] {
		_violations("aws_thing", values) == set()
	}
	every values in [{"zone": "europe-west3-b"}, {"location": ""}, {"region": "projects/shop/regions/europe-west3"}] {
		_violations("google_thing", values) == set()
	}
	every values in [{"location": "westeurope", "zone": "1"}, {"location": "West Europe"}] {
		_violations("azurerm_thing", values) == set()
	}
}

test_denies_regions_that_begin_alike if {
	count(_violations("google_thing", {"region": "europe-west30"})) == 1
	count(_violations("google_thing", {"zone": "europe-west30-a"})) == 1
	count(_violations("aws_thing", {"region": "eu-central-10"})) == 1
}

test_denies_one_of_several_zones if {
	_violations("google_container_cluster", {"location": "europe-west3", "node_locations": ["europe-west3-a", "europe-west1-b"]}) == {{
		"message": "the resource lies in europe-west1-b",
		"attribute": ["node_locations"],
	}}
}

test_allows_what_cloudfront_takes_from_one_region_alone if {
	every type in ["aws_acm_certificate", "aws_acm_certificate_validation"] {
		_violations(type, {"region": "us-east-1"}) == set()
		count(_violations(type, {"region": "us-east-2"})) == 1
	}
	_violations("aws_wafv2_web_acl", {"region": "us-east-1", "scope": "CLOUDFRONT"}) == set()
	count(_violations("aws_wafv2_web_acl", {"region": "us-east-1", "scope": "REGIONAL"})) == 1
	count(_violations("aws_cloudwatch_log_group", {"region": "us-east-1"})) == 1
}

test_allows_what_only_sounds_like_a_place if {
	_violations("cloudflare_record", {"zone": "example.com"}) == set()
	_violations("aws_dx_connection", {"location": "EqDC2"}) == set()
}

test_absent_unknown_and_null_places_are_the_providers if {
	every values in [{}, {"zone": null}, {"location": {"a": "b"}}] {
		_violations("google_thing", values) == set()
	}
}
