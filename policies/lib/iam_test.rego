package policies.lib.iam_test

import data.policies.lib.iam

test_statements if {
	iam.statements({"Statement": [{"Effect": "Allow"}, null, 7]}) == [{"Effect": "Allow"}]
	iam.statements({}) == []
	iam.statements({"Statement": "x"}) == []
}

test_grants_everything if {
	every statement in [
		{"Effect": "Allow", "Action": ["*"], "Resource": ["*"]},
		{"Effect": "Allow", "Action": ["*:*"], "Resource": ["a", "**"]},
		{"Effect": "Allow", "NotAction": ["iam:*"], "Resource": ["arn:aws-cn:*"]},
		{"Effect": "Allow", "Action": ["*"], "NotResource": ["a"]},
	] {
		iam.grants_everything(statement)
	}
}

test_grants_less if {
	every statement in [
		{"Effect": "Deny", "Action": ["*"], "Resource": ["*"]},
		{"Effect": "Allow", "Action": ["s3:*"], "Resource": ["*"]},
		{"Effect": "Allow", "Action": ["*"], "Resource": ["arn:aws:s3:::*"]},
		{"Effect": "Allow", "Action": ["*"]},
		{"Action": ["*"], "Resource": ["*"]},
	] {
		not iam.grants_everything(statement)
	}
}

test_everybody if {
	every principal in [{"*": ["*"]}, {"AWS": ["arn:aws:iam::111122223333:root", "*"]}] {
		iam.grants_everybody({"Effect": "Allow", "Principal": principal})
		not iam.grants_everybody({"Effect": "Deny", "Principal": principal})
	}
	iam.grants_everybody({"Effect": "Allow", "NotPrincipal": {"AWS": ["arn:aws:iam::111122223333:root"]}})
	not iam.grants_everybody({"Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam::111122223333:root"]}})
	not iam.grants_everybody({"Effect": "Allow", "Principal": {"Service": ["*"]}})
	not iam.grants_everybody({"Effect": "Allow"})
}

test_confined if {
	every condition in [
		{"StringEquals": {"aws:principalorgid": ["o-1"]}},
		{"IpAddress": {"aws:sourceip": ["10.0.0.0/8"]}},
		{"ArnLike": {"aws:sourcearn": ["arn:aws:s3:::a"]}, "Bool": {"aws:securetransport": ["true"]}},
	] {
		iam.confined({"Condition": condition})
		not iam.grants_everybody({"Effect": "Allow", "Principal": {"*": ["*"]}, "Condition": condition})
	}
}

test_not_confined if {
	every condition in [
		{"StringLike": {"aws:principalorgid": ["*"]}},
		{"IpAddress": {"aws:sourceip": ["10.0.0.0/8", "0.0.0.0/0"]}},
		{"StringEqualsIfExists": {"aws:principalorgid": ["o-1"]}},
		{"ForAllValues:StringEquals": {"aws:principalorgid": ["o-1"]}},
		{"StringNotEquals": {"aws:principalorgid": ["o-1"]}},
		{"Bool": {"aws:securetransport": ["true"]}},
		{"StringEquals": {"aws:principalorgid": []}},
		{},
	] {
		not iam.confined({"Condition": condition})
	}
	not iam.confined({})
}

test_wanted if {
	statement := {"Condition": {"Bool": {"aws:securetransport": ["false"]}}}
	iam.wanted(statement, "Bool", "aws:securetransport") == ["false"]
	iam.denies({"Effect": "Deny"})
	not iam.denies({"Effect": "Allow"})
}

test_covers_action if {
	every pattern in ["s3:GetObject", "S3:getobject", "s3:Get*", "s3:?etObject", "*"] {
		iam.covers_action({"Action": [pattern]}, "s3:GetObject")
		not iam.covers_action({"NotAction": [pattern]}, "s3:GetObject")
	}
	every pattern in ["s3:GetObjectAcl", "s3.GetObject", "iam:*", "s3:GetObjec(t)"] {
		not iam.covers_action({"Action": [pattern]}, "s3:GetObject")
		iam.covers_action({"NotAction": [pattern]}, "s3:GetObject")
	}
	not iam.covers_action({}, "s3:GetObject")
}

test_covers_everything if {
	iam.covers_everything({"Resource": ["*"]})
	iam.covers_everything({"NotResource": ["a"]})
	not iam.covers_everything({"Resource": ["arn:aws:s3:::a"]})
}

_github := "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"

_eks := "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/0D5C1A52"

_federated(provider, condition) := {
	"Effect": "Allow",
	"Principal": {"Federated": [provider]},
	"Condition": condition,
}

test_providers_without_a_claim if {
	every provider in [_github, _eks, "cognito-identity.amazonaws.com"] {
		iam.unpinned_providers(_federated(provider, {})) == [provider]
		iam.unpinned_providers({"Principal": {"Federated": [provider]}}) == [provider]
	}
}

test_providers_with_a_subject if {
	every provider in [_github, _eks] {
		every wanted in [["repo:example/shop:*"], ["a", "b"]] {
			iam.unpinned_providers(_federated(provider, {"StringLike": {"x:sub": wanted}})) == []
		}
		every wanted in [["*"], ["*:example/shop"], [], ["a", "*"]] {
			iam.unpinned_providers(_federated(provider, {"StringLike": {"x:sub": wanted}})) == [provider]
		}
	}
}

# Whoever uses the service can ask it for this audience.
test_providers_with_an_audience if {
	own := {"StringEquals": {"oidc.eks.eu-west-1.amazonaws.com/id/0d5c1a52:aud": ["sts.amazonaws.com"]}}
	iam.unpinned_providers(_federated(_eks, own)) == []
	shared := {"StringEquals": {"token.actions.githubusercontent.com:aud": ["sts.amazonaws.com"]}}
	iam.unpinned_providers(_federated(_github, shared)) == [_github]
}

test_providers_with_a_condition_that_lets_through if {
	every condition in [
		{"StringNotEquals": {"x:sub": ["a"]}},
		{"StringEqualsIfExists": {"x:sub": ["a"]}},
		{"StringEquals": {"x:jti": ["a"]}},
		{"StringEquals": {"sub": ["a"]}},
	] {
		iam.unpinned_providers(_federated(_eks, condition)) == [_eks]
	}
}

test_providers_for_saml if {
	iam.unpinned_providers(_federated("arn:aws:iam::111122223333:saml-provider/office", {})) == []
}
