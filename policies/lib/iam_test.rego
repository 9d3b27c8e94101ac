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
