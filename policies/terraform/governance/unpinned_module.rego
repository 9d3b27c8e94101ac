# METADATA
# title: Module is not pinned or not allowed
# description: |
#   A module is code that runs with the rights of the pipeline. Without a fixed version it can change from one run to the
#   next, by a new release or by whoever may push to its repository. A branch is no version, and a name without a number
#   counts as one. `~> 5` lets a module of any later version in. Modules that a downloaded module calls are its own
#   affair. Waive it for a repository that only you can push to.
# scope: package
# related_resources:
#   - ref: https://developer.hashicorp.com/terraform/language/modules/sources
#   - ref: https://developer.hashicorp.com/terraform/language/modules/syntax#version
# custom:
#   severity: medium
#   scope: plan
#   needs: [configuration]
#   aliases: [CKV_TF_1, CKV_TF_2]
#   params:
#     allowed_sources:
#       type: array
#       default: []
#       description: Sources from which modules may come, such as `app.terraform.io/acme/`; empty for any. Local ones always may.
#   remediation: Give a registry module a version such as "~> 5.1", and a git source a ref that is a tag or a commit.
#   examples:
#     fails: |
#       module "network" {
#         source = "git::https://git.example.com/network.git?ref=main"
#       }
#     passes: |
#       module "network" {
#         source = "git::https://git.example.com/network.git?ref=v2.1.0"
#       }
package policies.terraform.governance.unpinned_module

import data.policies.lib.origin
import data.policies.lib.version

deny contains violation if {
	some address, module in input.modules
	not _is_local(module.source)
	_is_called_by_us(module)
	faults := _faults(module)
	count(faults) > 0
	violation := {
		"message": sprintf("%s %s", [address, concat(" and ", faults)]),
		"attribute": ["modules", address, "source"],
	}
}

_faults(module) := {fault |
	_is_git(module.source)
	not _has_fixed_ref(module.source)
	fault := "comes from a repository without the tag or commit to take"
} | {fault |
	_is_registry(module.source)
	not version.bounded_module(module.version_constraint)
	fault := "may be of any later version"
} | {fault |
	count(data.params.allowed_sources) > 0
	not origin.within(module.source, data.params.allowed_sources)
	fault := "comes from a source that is not allowed"
}

_is_called_by_us(module) if module.module == ""

_is_called_by_us(module) if _is_local(input.modules[module.module].source)

_is_local(source) if regex.match(`^\.\.?(/|$)`, source)

_is_git(source) if regex.match(`^(git::|git@|github\.com/|bitbucket\.org/|ssh://|hg::)|\.git(//|\?|$)`, source)

_is_registry(source) if {
	not _is_git(source)
	regex.match(`^([a-z0-9.-]+(:[0-9]+)?/)?[A-Za-z0-9_-]+/[A-Za-z0-9_-]+/[a-z0-9]+(//.*)?$`, source)
}

# A tag, or a commit: what is called otherwise may be a branch.
_has_fixed_ref(source) if {
	found := regex.find_n(`[?&]ref=[^&]+`, source, 1)
	ref := lower(substring(found[0], 5, -1))
	regex.match(`^refs/tags/|^[0-9a-f]{7,64}$|(^|[/_-])v?[0-9]+(\.[0-9]+)*([._+-][0-9a-z.+-]*)?$`, ref)
	not startswith(ref, "refs/heads/")
}

_has_fixed_ref(source) if regex.match(`[?&]rev=[0-9a-f]{12,}`, source)
