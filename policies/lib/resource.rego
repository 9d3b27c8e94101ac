# METADATA
# title: Resources
# description: |
#   Asks what is known of a resource. A policy seldom needs it: where an unknown value could turn
#   its verdict around, the verdict is undetermined without the policy's help.
# scope: package
package policies.lib.resource

# True when the value at `path`, what holds it, or a part of it is known only after apply: `paths` are those of a
# document's `unknown`.
unknown(paths, path) if {
	some hidden in paths
	shared := min([count(hidden), count(path)])
	array.slice(hidden, 0, shared) == array.slice(path, 0, shared)
}

# True when the value at `path` comes from constants of the configuration alone, by a document's `constants`.
constant(paths, path) if {
	names := [name | some name in path; is_string(name)]
	some length in numbers.range(1, count(names))
	concat(".", array.slice(names, 0, length)) in paths
}

# The same for a value that is secret, by a document's `sensitive`.
sensitive(paths, path) if {
	some secret in paths
	shared := min([count(secret), count(path)])
	array.slice(secret, 0, shared) == array.slice(path, 0, shared)
}
