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
