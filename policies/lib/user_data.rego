# METADATA
# title: User data of machines
# description: |
#   Reads what cloud-init or a shell will read: user data may be plain or encoded, and so may the parts of a MIME archive
#   and the files that it writes.
# scope: package
package policies.lib.user_data

# The text itself, what it encodes, and what parts of that encode. Compressed data is not read.
readings(text) := {text, plain} | {decoded |
	some run in array.concat(_runs(plain), _parts(plain))
	base64.is_valid(run)
	decoded := base64.decode(run)
} if {
	plain := _decoded(text)
}

_decoded(text) := base64.decode(packed) if {
	packed := _packed(text)
	base64.is_valid(packed)
} else := text

# Long runs of the alphabet on one line.
_runs(text) := regex.find_n(`[A-Za-z0-9+/]{24,}={0,2}`, text, -1)

# What stands, on as many lines as it takes, behind a header that says that it is encoded.
_parts(text) := [_packed(found[1]) |
	some found in regex.find_all_string_submatch_n(
		`(?i)content-transfer-encoding:[ \t]*base64[^\n]*\n(?:[^\r\n]+\r?\n)*\r?\n([A-Za-z0-9+/=\r\n]+)`,
		text,
		-1,
	)
]

_packed(text) := regex.replace(text, `\s+`, "")
