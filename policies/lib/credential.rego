# METADATA
# title: Credentials in clear
# description: |
#   Recognises texts that hold a credential by the form that its issuer gives it, and names that
#   hold secrets. A form is certain enough to be a finding; a name alone is not.
# scope: package
package policies.lib.credential

# The kinds of credentials in a text, such as {"a GitHub token"}. Examples from documentation are none.
kinds(text) := {kind |
	some kind, pattern in _patterns
	some found in regex.find_n(pattern, text, -1)
	not _is_example(found)
}

# True for a text that may hold a credential: quicker than to ask for its kinds.
suspicious(text) if regex.match(_beginning, text)

# True for a random text: what nobody would write but for a key. Words and names have less in them.
random(text) if {
	regex.match(`^[A-Za-z0-9+/_-]{32,}={0,2}$`, text)
	every class in [`[A-Z]`, `[a-z]`, `[0-9]`] {
		regex.match(class, text)
	}
	_entropy(substring(text, 0, 64)) >= 4.3
	not _is_example(text)
}

random(text) if {
	regex.match(`^([0-9a-f]{32,}|[0-9A-F]{32,})$`, text)
	_entropy(substring(text, 0, 64)) >= 3.2
}

# True for JSON in which a random text may have the name of a secret: quicker than to look at every name.
names_secrets(marshalled) if regex.match(_random_secret, marshalled)

_random_secret := `(?i)(passw|passphrase|secret|token|api_?key|private_?key|access_?key|credential)([^"\\]|\\.)*": ?"[a-z0-9+/_=-]{32}`

# True for the name of something that holds a secret, and not its place, size, or age.
secret_name(name) if {
	regex.match(`(?i)(^|[_-])(password|passwd|passphrase|secrets?|tokens?|api_?keys?|private_?keys?|access_?keys?|secret_?keys?|credentials?)([_-]|$)`, name)
	not regex.match(`(?i)[_-](arns?|ids?|names?|paths?|files?|length|size|version|enabled|ttl|days|hours|lifetime|expiry|expiration|rotation|policy|type|format|algorithm|endpoint|url|region|kms_key|prefix|count)$`, name)
}

# Values that stand for a credential where none is needed, as with an emulator of a cloud.
placeholder(value) if lower(value) in {"", "mock", "mock_access_key", "mock_secret_key", "test", "fake", "dummy", "none", "anaccesskey", "asecretkey"}

_is_example(text) if contains(upper(text), "EXAMPLE")

_patterns := {
	"an AWS access key": `\b(AKIA|ASIA)[A-Z0-9]{16}\b`,
	"an AWS secret key": `(?i)aws_?secret_?access_?key["']?\s*[=:]\s*["']?[A-Za-z0-9/+=]{40}`,
	"a GitHub token": `\b(gh[oprsu]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,})`,
	"a GitLab token": `\bglpat-[A-Za-z0-9_-]{20,}`,
	"a Slack token": `\bxox[abeoprs]-[A-Za-z0-9-]{10,}`,
	"a Google API key": `\bAIza[A-Za-z0-9_-]{35}`,
	"a Stripe key": `\b[rs]k_live_[A-Za-z0-9]{16,}`,
	"a Vault token": `\bhvs\.[A-Za-z0-9_-]{24,}`,
	"a DigitalOcean token": `\bdop_v1_[a-f0-9]{64}`,
	"an npm token": `\bnpm_[A-Za-z0-9]{36}`,
	"a SendGrid key": `\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}`,
	"an Azure storage key": `(?i)AccountKey=[A-Za-z0-9/+]{86}==`,
	"a private key": `-----BEGIN [A-Z ]*PRIVATE KEY-----`,
	"a JSON web token": `\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{16,}`,
}

# How they begin: short, because it looks at everything that a resource holds.
_beginning := `(?i:aws_?secret_?access)|AKIA|ASIA|gh[oprsu]_|github_pat_|glpat-|xox[abeoprs]-|AIza|k_live_|hvs\.|dop_v1_|npm_|SG\.|(?i:AccountKey=)|PRIVATE KEY-----|eyJ`

# Shannon's entropy of a text of at most 64 characters, in bits a character.
_entropy(text) := _log2[count(characters)] - (sum(weights) / count(characters)) if {
	characters := split(text, "")
	different := {character | some character in characters}
	weights := [weight |
		some character in different
		times := count([1 | some other in characters; other == character])
		weight := times * _log2[times]
	]
}

# Rego has no logarithm.
_log2 := [
	0, 0, 1, 1.585, 2, 2.3219, 2.585, 2.8074, 3, 3.1699, 3.3219, 3.4594, 3.585,
	3.7004, 3.8074, 3.9069, 4, 4.0875, 4.1699, 4.2479, 4.3219, 4.3923, 4.4594, 4.5236, 4.585, 4.6439,
	4.7004, 4.7549, 4.8074, 4.858, 4.9069, 4.9542, 5, 5.0444, 5.0875, 5.1293, 5.1699, 5.2095, 5.2479,
	5.2854, 5.3219, 5.3576, 5.3923, 5.4263, 5.4594, 5.4919, 5.5236, 5.5546, 5.585, 5.6147, 5.6439, 5.6724,
	5.7004, 5.7279, 5.7549, 5.7814, 5.8074, 5.8329, 5.858, 5.8826, 5.9069, 5.9307, 5.9542, 5.9773, 6,
]
