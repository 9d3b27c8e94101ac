# METADATA
# title: IAM policy documents
# description: |
#   Judges statements of the canonical IAM documents that the host puts into `input.derived`, at the path of
#   the attribute that holds the text: `input.derived.policy`, `input.derived.inline_policy[0].policy`.
#   In the canonical form `Statement` is a list; `Action`, `NotAction`, `Resource` and `NotResource` are lists of
#   strings; `Principal` and `NotPrincipal` are objects of lists, where `"*"` is `{"*": ["*"]}`; `Condition` has its
#   operators in AWS's spelling, its keys in small letters, and lists of strings. A text that is no document is an
#   error of the host's. Of one that is not known yet, whatever its `aws_iam_policy_document` says is there.
# scope: package
package policies.lib.iam

import data.policies.lib.network
import data.policies.lib.values

statements(document) := [statement |
	some statement in values.list(document.Statement)
	is_object(statement)
]

# IAM compares the effect case-sensitively and refuses any other spelling.
allows(statement) if statement.Effect == "Allow"

denies(statement) if statement.Effect == "Deny"

grants_everything(statement) if {
	allows(statement)
	_any_action(statement)
	_any_resource(statement)
}

# The statement speaks of everybody, whatever its conditions.
names_everybody(statement) if {
	some kind in ["*", "AWS"]
	"*" in values.strings(statement.Principal[kind])
}

names_everybody(statement) if is_object(statement.NotPrincipal)

# The statement allows something to anybody on the internet.
grants_everybody(statement) if {
	allows(statement)
	names_everybody(statement)
	not confined(statement)
}

# A condition keeps out whoever does not belong to an organization, an account, a network or a resource. Operators
# that end in IfExists, or begin with ForAllValues, let through who does not say.
confined(statement) if {
	some operator in _confining_operators
	some key in _confining_keys
	given := values.strings(statement.Condition[operator][key])
	count(given) > 0
	every value in given {
		not regex.match(_confines_nobody, value)
	}
	count(network.open_cidrs(given, 8, 16)) == 0
}

# The identity providers that the statement names without saying whom they must have signed in. Providers for SAML
# sign in members of one organization.
unpinned_providers(statement) := [] if {
	_is_pinned(statement)
} else := [provider |
	some provider in values.strings(statement.Principal.Federated)
	not regex.match(`:saml-provider/`, provider)
]

# What a condition with this operator wants the key to be; nothing without one.
wanted(statement, operator, key) := values.strings(statement.Condition[operator][key])

# True when the statement speaks of an action such as `s3:GetObject`, by name or by wildcard.
covers_action(statement, action) if {
	some pattern in values.strings(statement.Action)
	_matches(lower(pattern), lower(action))
}

covers_action(statement, action) if {
	excluded := values.strings(statement.NotAction)
	is_array(statement.NotAction)
	every pattern in excluded {
		not _matches(lower(pattern), lower(action))
	}
}

# True when the statement speaks of every resource.
covers_everything(statement) if _any_resource(statement)

_confining_operators := [
	"StringEquals",
	"StringEqualsIgnoreCase",
	"StringLike",
	"ArnEquals",
	"ArnLike",
	"IpAddress",
	"ForAnyValue:StringEquals",
	"ForAnyValue:StringLike",
	"ForAnyValue:ArnEquals",
	"ForAnyValue:ArnLike",
]

# Anything at all, or an ARN of any account.
_confines_nobody := `^(\*+|arn:\*.*|arn:[^:]*:[^:]*:[^:]*:[^:]*\*.*)$`

_confining_keys := [
	"aws:principalaccount",
	"aws:principalarn",
	"aws:principalorgid",
	"aws:principalorgpaths",
	"aws:sourceaccount",
	"aws:sourcearn",
	"aws:sourceip",
	"aws:sourceorgid",
	"aws:sourceowner",
	"aws:sourcevpc",
	"aws:sourcevpce",
	"aws:userid",
	"aws:vpcsourceip",
	"kms:calleraccount",
	"s3:dataaccesspointaccount",
]

# A claim in the token keeps others out, such as `token.actions.githubusercontent.com:sub`. In tokens of a service with
# many tenants everybody can have the same audience.
_is_pinned(statement) if {
	some operator in _confining_operators
	some key, content in statement.Condition[operator]
	[_, issuer, claim] := regex.find_all_string_submatch_n(`^(.*):([a-z_]+)$`, key, 1)[0]
	_identifies(claim, issuer)
	given := values.strings(content)
	count(given) > 0
	every value in given {
		not regex.match(`^[*?]`, value)
	}
}

_identifies(claim, _) if claim == "sub"

_identifies(claim, issuer) if {
	claim in {"amr", "app_id", "aud", "oaud", "user_id"}
	not issuer in _shared_issuers
}

_shared_issuers := {
	"agent.buildkite.com",
	"app.terraform.io",
	"gitlab.com",
	"oidc.circleci.com",
	"token.actions.githubusercontent.com",
}

_any_action(statement) if {
	some action in values.strings(statement.Action)
	regex.match(`^\*+(:\*+)?$`, action)
}

# Everything but a few actions is as good as everything.
_any_action(statement) if is_array(statement.NotAction)

_any_resource(statement) if {
	some resource in values.strings(statement.Resource)
	regex.match(`^(\*+|arn:(aws[a-z-]*:)?\*[*:]*)$`, resource)
}

_any_resource(statement) if is_array(statement.NotResource)

# IAM's wildcards: `*` stands for any text, `?` for one character.
_matches(pattern, text) if {
	literal := regex.replace(pattern, `[.+^$()|\[\]{}\\]`, `\$0`)
	expression := replace(replace(literal, "*", ".*"), "?", ".")
	regex.match(concat("", ["^", expression, "$"]), text)
}
