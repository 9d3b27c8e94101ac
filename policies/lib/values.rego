# METADATA
# title: Values
# description: |
#   Reads attribute values whose type depends on the provider and its version:
#   booleans written as strings, lists that may be missing, arguments that are set to nothing.
# scope: package
package policies.lib.values

# Providers keep some three-valued booleans as strings, because a string can also be empty.
is_true(value) if value == true

is_true(value) if {
	is_string(value)
	lower(value) in {"1", "t", "true"}
}

is_false(value) if value == false

is_false(value) if {
	is_string(value)
	lower(value) in {"0", "f", "false"}
}

# The value if it can be iterated, else an empty array.
list(value) := value if is_array(value)

list(value) := [] if not is_array(value)

# An argument set to an empty value is not given.
given(value) if not value in {null, "", [], {}}

# The member names something: it is there, not empty, and neither a flag nor a number.
is_set(object, member) if {
	given(object[member])
	not is_boolean(object[member])
	not is_number(object[member])
}

# The first nested block of a type of which there can be one; an empty one if there is none.
only_block(object, member) := block if {
	is_object(list(object[member])[0])
	block := object[member][0]
} else := {}

has_block(object, member) if count(list(object[member])) > 0

# Zero or more strings, whether written as one or as several.
strings(value) := [value] if is_string(value)

strings(value) := [element | some element in list(value); is_string(element)] if not is_string(value)

# The number that a number or a numeric string stands for.
number(value) := value if is_number(value)

number(value) := to_number(value) if {
	is_string(value)
	regex.match(`^(0|-?[1-9][0-9]{0,9})$`, value)
}
