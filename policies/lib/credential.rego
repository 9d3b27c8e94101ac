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
