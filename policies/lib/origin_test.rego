package policies.lib.origin_test

import data.policies.lib.origin

test_within if {
	origin.within("registry.terraform.io/hashicorp/aws", ["hashicorp/aws"])
	origin.within("registry.opentofu.org/hashicorp/aws", ["registry.terraform.io/hashicorp/"])
	origin.within("acme/vpc/aws", ["other/", "acme/vpc"])
	origin.within("git::https://git.example.com/a.git?ref=v1", ["git::https://git.example.com/"])
	origin.within("git@git.example.com:acme/a.git", ["git@git.example.com:"])
	origin.within("git::https://git.example.com/a.git?ref=v1", ["git::https://git.example.com/a.git"])
}

test_beside if {
	not origin.within("hashicorp/aws-fork", ["hashicorp/aws"])
	not origin.within("git::https://git.example.com.evil.example/a.git", ["git::https://git.example.com"])
	not origin.within("hashicorp/aws", [])
	not origin.within("hashicorp/aws", ["hashicorp/aws/"])
}

test_the_provider_of_terraform_itself_is_built_in if {
	origin.built_in({"name": "terraform", "source": "terraform.io/builtin/terraform"})
	origin.built_in({"name": "terraform"})
	every provider in [{"name": "aws"}, {"name": "terraform", "source": "registry.terraform.io/acme/terraform"}] {
		not origin.built_in(provider)
	}
}
