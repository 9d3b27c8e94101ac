package policies.terraform.governance.unlocked_provider_test

import data.policies.terraform.governance.unlocked_provider as policy

_aws := {"name": "aws", "module": "", "source": "registry.terraform.io/hashicorp/aws"}

_plan(members) := object.union({"terraform_version": "1.11.4", "providers": {"aws": _aws}}, members)

_violations(plan) := violations if violations := policy.deny with input as plan

test_denies_an_absent_lock_file if {
	_violations(_plan({"lock_file": false})) == {{
		"message": "no .terraform.lock.hcl says which versions of aws to install",
		"attribute": ["lock_file"],
	}}
}

test_denies_for_providers_of_modules if {
	violations := _violations(_plan({"lock_file": false, "providers": {"module.a:random": {"name": "random", "module": "module.a"}}}))
	{violation.message | some violation in violations} == {"no .terraform.lock.hcl says which versions of aws, random to install"}
}

test_denies_whatever_version_planned_since_lock_files_are_written if {
	every version in ["0.14.0", "1.10.0-rc1", "dev"] {
		count(_violations(_plan({"lock_file": false, "terraform_version": version}))) == 1
	}
	count(_violations({"lock_file": false, "providers": {"aws": _aws}})) == 1
}

test_allows_a_lock_file if _violations(_plan({"lock_file": true})) == set()

test_allows_what_installs_nothing_or_writes_none if {
	built_in := {"name": "terraform", "module": "", "source": "terraform.io/builtin/terraform"}
	_violations({"lock_file": false, "providers": {"terraform": built_in}}) == set()
	_violations({"lock_file": false, "providers": {}}) == set()
	_violations(_plan({"lock_file": false, "terraform_version": "0.13.7"})) == set()
}

test_unknown_null_and_absent_lock_files_are_no_fault if {
	every plan in [_plan({}), _plan({"lock_file": null}), {}] {
		_violations(plan) == set()
	}
}
