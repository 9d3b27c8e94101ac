package policies.terraform.governance.unpinned_provider_test

import data.policies.terraform.governance.unpinned_provider as policy

_plan(provider) := {"providers": {"aws": object.union({"name": "aws", "module": "", "source": "registry.terraform.io/hashicorp/aws"}, provider)}}

_violations(plan) := violations if violations := policy.deny with input as plan with data.params as {"allowed_sources": []}

test_denies_an_absent_constraint if {
	_violations(_plan({})) == {{
		"message": "provider registry.terraform.io/hashicorp/aws has no version constraint",
		"attribute": ["required_providers", "aws"],
	}}
}

test_denies_an_open_constraint if {
	every constraint in [">= 5.0", "> 5.0, != 5.1", ">=5.0"] {
		count(_violations(_plan({"version_constraint": constraint}))) == 1
	}
}

test_denies_a_foreign_source if {
	violations := policy.deny with input as _plan({"version_constraint": "~> 5.0"}) with data.params as {"allowed_sources": ["integrations/"]}
	count(violations) == 1
}

test_allows_bounded_constraints if {
	every constraint in ["~> 5.100", ">= 5.0, < 6.0", "5.100.0", "= 5.100.0", ">= 5.0.0,~> 5.1"] {
		_violations(_plan({"version_constraint": constraint})) == set()
	}
}

test_allows_sources_by_their_beginning if {
	violations := policy.deny with input as _plan({"version_constraint": "~> 5.0"}) with data.params as {"allowed_sources": ["hashicorp/"]}
	violations == set()
}

test_allows_built_in_providers_aliases_and_modules if {
	_violations(_plan({"source": "terraform.io/builtin/terraform"})) == set()
	_violations({"providers": {"terraform": {"name": "terraform", "module": ""}}}) == set()
	every other in [{"alias": "west"}, {"module": "module.a"}] {
		plan := object.union(_plan({"version_constraint": "~> 5.0"}), {"providers": {"other": _plan(other).providers.aws}})
		_violations(plan) == set()
	}
}

# Terraform before 1.1 writes no sources into its plans.
test_denies_a_provider_whose_source_is_not_told if {
	violations := _violations({"providers": {"aws": {"name": "aws", "module": "", "version_constraint": ">= 3.30.0"}}})
	{violation.message | some violation in violations} == {"provider aws may be of any later version (>= 3.30.0)"}
}

test_denies_what_only_a_module_or_an_alias_uses if {
	every other in [{"alias": "west"}, {"module": "module.a"}] {
		count(_violations({"providers": {"other": _plan(other).providers.aws}})) == 1
	}
}

test_allows_a_bound_that_a_module_sets if {
	_violations({"providers": {
		"aws": _plan({}).providers.aws,
		"module.a:aws": _plan({"module": "module.a", "version_constraint": "~> 5.0"}).providers.aws,
	}}) == set()
	open := {"providers": {
		"aws": _plan({"version_constraint": ">= 5.0"}).providers.aws,
		"module.a:aws": _plan({"module": "module.a", "version_constraint": ">= 5.2"}).providers.aws,
	}}
	{violation.message | some violation in _violations(open)} == {"provider registry.terraform.io/hashicorp/aws may be of any later version (>= 5.0; >= 5.2)"}
}

test_null_and_unknown_sources_are_judged if {
	violations := policy.deny with input as {"providers": {"x": {"name": "x", "module": "", "source": "example.com/a/x"}}} with data.params as {"allowed_sources": []}
	count(violations) == 1
	_violations({}) == set()
}
