package policies.terraform.governance.unpinned_module_test

import data.policies.terraform.governance.unpinned_module as policy

_plan(source, constraint) := {"modules": {"module.a": {"name": "a", "module": "", "source": source, "version_constraint": constraint}}}

_without_version(source) := {"modules": {"module.a": {"name": "a", "module": "", "source": source}}}

_violations(plan) := violations if violations := policy.deny with input as plan with data.params as {"allowed_sources": []}

test_denies_a_registry_module_without_a_version if {
	_violations(_without_version("terraform-aws-modules/vpc/aws")) == {{
		"message": "module.a may be of any later version",
		"attribute": ["modules", "module.a", "source"],
	}}
	count(_violations(_plan("app.terraform.io/acme/vpc/aws//modules/flow", ">= 5.0"))) == 1
	count(_violations(_plan("terraform-aws-modules/vpc/aws", "~> 5"))) == 1
}

test_denies_a_branch if {
	every source in [
		"git::https://git.example.com/network.git", "git::https://git.example.com/network.git?ref=main",
		"github.com/acme/network", "git@github.com:acme/network.git?ref=master", "git::ssh://x/y?ref=refs/heads/a",
		"git::https://git.example.com/network.git?ref=release", "git::https://git.example.com/network.git?ref=refs/heads/v1",
	] {
		count(_violations(_without_version(source))) == 1
	}
}

test_denies_a_module_that_a_local_module_calls if {
	plan := {"modules": {
		"module.site": {"module": "", "source": "./site"},
		"module.site.module.vpc": {"module": "module.site", "source": "terraform-aws-modules/vpc/aws"},
	}}
	count(_violations(plan)) == 1
}

test_denies_a_foreign_source if {
	violations := policy.deny with input as _plan("terraform-aws-modules/vpc/aws", "~> 5.0") with data.params as {"allowed_sources": ["app.terraform.io/"]}
	count(violations) == 1
}

test_allows_pinned_modules if {
	every source in [
		"./site", "../shared/site", "git::https://git.example.com/network.git?ref=v2.1.0",
		"github.com/acme/network?ref=0123456789abcdef0123456789abcdef01234567", "https://example.com/network.zip",
		"github.com/acme/network?ref=network/1.4.0-rc.1", "git::ssh://x/y?ref=refs/tags/first&depth=1", "git::ssh://x/y?ref=2026-01-31",
	] {
		_violations(_without_version(source)) == set()
	}
	_violations(_plan("terraform-aws-modules/vpc/aws", "~> 5.1")) == set()
	_violations(_plan("terraform-aws-modules/vpc/aws", "5.1.2")) == set()
	_violations(_plan("terraform-aws-modules/vpc/aws", "~> 5, < 6")) == set()
}

test_allows_what_a_downloaded_module_calls if {
	plan := {"modules": {
		"module.vpc": {"module": "", "source": "terraform-aws-modules/vpc/aws", "version_constraint": "5.1.2"},
		"module.vpc.module.inner": {"module": "module.vpc", "source": "acme/inner/aws"},
	}}
	_violations(plan) == set()
}

test_null_and_unknown_modules_are_none if {
	_violations({"modules": {}}) == set()
	_violations({}) == set()
}
