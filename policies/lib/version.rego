# METADATA
# title: Version constraints
# description: |
#   Reads constraints such as `~> 5.1` and `>= 4.0, < 6.0`.
# scope: package
package policies.lib.version

# `~> 5.1`, `< 6.0`, `<= 5.9`, `= 5.1` and `5.1.0` have an end; `>= 5.0` and `!= 5.1` have none. For providers and
# Terraform itself `~> 5` means `~> 5.0`.
bounded(constraint) if {
	some part in split(constraint, ",")
	regex.match(`^\s*(~>|<|=|v?[0-9])`, part)
}

# The same for modules, where `~> 5` lets the only number grow and so has no end.
bounded_module(constraint) if {
	some part in split(constraint, ",")
	regex.match(`^\s*(<|=|v?[0-9]|~>\s*v?[0-9]+\.)`, part)
}
