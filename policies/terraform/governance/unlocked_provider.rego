# METADATA
# title: No lock file says which providers to install
# description: |
#   The lock file holds the exact versions of providers and their checksums. `terraform init` writes it and goes by it
#   ever after, so that every machine installs the same, and nothing that somebody put in its place. That it is kept with
#   the source only the source shows, in a directory; whoever planned had one in any case. It tells most where
#   the source was just checked out.
#   Waive it for a configuration that is never applied, such as the example of a module.
# scope: package
# related_resources:
#   - ref: https://developer.hashicorp.com/terraform/language/files/dependency-lock
#   - ref: https://opentofu.org/docs/language/files/dependency-lock/
# custom:
#   severity: medium
#   profiles: [strict]
#   scope: plan
#   needs: [plan, configuration, source]
#   remediation: Run terraform init, and commit .terraform.lock.hcl beside the root module.
#   examples:
#     fails: |
#       # .terraform.lock.hcl is named in .gitignore.
#       terraform {
#         required_providers {
#           aws = {
#             source  = "hashicorp/aws"
#             version = "~> 5.100"
#           }
#         }
#       }
#     passes: |
#       # .terraform.lock.hcl, written by terraform init and committed
#       provider "registry.terraform.io/hashicorp/aws" {
#         version     = "5.100.0"
#         constraints = "~> 5.100"
#         hashes      = ["h1:…"]
#       }
package policies.terraform.governance.unlocked_provider

import data.policies.lib.origin

deny contains violation if {
	input.lock_file == false
	_writes_lock_files
	installed := {provider.name | some provider in input.providers; not origin.built_in(provider)}
	count(installed) > 0
	violation := {
		"message": sprintf("no .terraform.lock.hcl says which versions of %s to install", [concat(", ", installed)]),
		"attribute": ["lock_file"],
	}
}

# Terraform does since version 0.14.
_writes_lock_files if not semver.is_valid(input.terraform_version)

_writes_lock_files if {
	semver.is_valid(input.terraform_version)
	semver.compare(input.terraform_version, "0.14.0") >= 0
}
