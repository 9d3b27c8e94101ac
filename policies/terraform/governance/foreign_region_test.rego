package policies.terraform.governance.foreign_region_test

import data.policies.terraform.governance.foreign_region as policy

_params := {"allowed_regions": ["eu-central-1"], "exempt_aliases": ["us_east_1"]}

_plan(provider) := {
	"providers": {"aws": object.union({"name": "aws", "module": ""}, provider)},
	"variables": {"region": {"value": "us-west-2"}},
}

_violations(plan) := violations if violations := policy.deny with input as plan with data.params as _params

test_denies_a_foreign_region if {
	_violations(_plan({"constants": {"region": "us-west-2"}})) == {{
		"message": "provider aws works in us-west-2",
		"attribute": ["providers", "aws", "constants", "region"],
	}}
}

test_denies_a_region_from_a_variable if count(_violations(_plan({"references": {"region": ["var.region"]}}))) == 1

test_denies_a_foreign_zone_of_google if {
	every provider in [{"name": "google"}, {"name": "gcp", "source": "registry.terraform.io/hashicorp/google-beta"}] {
		zoned := object.union(provider, {"constants": {"region": "eu-central-1", "zone": "us-central1-a"}})
		_violations(_plan(zoned)) == {{
			"message": "provider aws works in us-central1-a",
			"attribute": ["providers", "aws", "constants", "zone"],
		}}
	}
	both := _plan({"name": "google", "constants": {"region": "us-east1", "zone": "us-east1-b"}})
	{violation.message | some violation in _violations(both)} == {"provider aws works in us-east1 and us-east1-b"}
}

test_allows_zones_of_regions_and_of_other_providers if {
	_violations(_plan({"name": "google", "constants": {"zone": "eu-central-1-b"}})) == set()
	_violations(_plan({"name": "yandex", "constants": {"zone": "ru-central1-a"}})) == set()
}

test_allows_regions_and_exempt_aliases if {
	_violations(_plan({"constants": {"region": "eu-central-1"}})) == set()
	_violations(_plan({"alias": "us_east_1", "constants": {"region": "us-east-1"}})) == set()
}

test_absent_and_unknown_regions_are_the_environments if {
	every provider in [{}, {"constants": {}}, {"references": {"region": ["local.a", "var.b"]}}] {
		_violations(_plan(provider)) == set()
	}
}
