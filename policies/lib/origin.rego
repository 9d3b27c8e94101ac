# METADATA
# title: Sources of modules and providers
# description: |
#   Says whether a source address lies within addresses that are allowed.
# scope: package
package policies.lib.origin

# The source is one of those that are allowed, or lies below one: `acme/vpc` allows `acme/vpc/aws`, and not
# `acme/vpc-fork/aws`. The public registry need not be written out.
within(source, allowed) if {
	some beginning in allowed
	_lies_below(_short(source), _short(beginning))
}

# The provider is a part of Terraform itself, and is not installed.
built_in(provider) if startswith(provider.source, "terraform.io/builtin/")

# Terraform before 1.1 does not tell the source.
built_in(provider) if {
	not provider.source
	provider.name == "terraform"
}

_lies_below(source, beginning) if source == beginning

_lies_below(source, beginning) if {
	startswith(source, beginning)
	_ends_whole(source, beginning)
}

_ends_whole(_, beginning) if regex.match(`[/:]$`, beginning)

_ends_whole(source, beginning) if substring(source, count(beginning), 1) in {"/", "?"}

_short(source) := regex.replace(lower(source), `^registry\.(terraform\.io|opentofu\.org)/`, "")
