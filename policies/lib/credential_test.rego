package policies.lib.credential_test

import data.policies.lib.credential

_of(count, letter) := concat("", [letter | some _ in numbers.range(1, count)])

test_kinds if {
	credential.kinds("AKIACANARYS3CR3T0001") == {"an AWS access key"}
	credential.kinds("key=ASIACANARYS3CR3T0001;") == {"an AWS access key"}
	credential.kinds(sprintf("AWS_SECRET_ACCESS_KEY = \"%s\"", [_of(40, "a")])) == {"an AWS secret key"}
	credential.kinds(sprintf("ghp_%s", [_of(36, "a")])) == {"a GitHub token"}
	credential.kinds(sprintf("github_pat_%s", [_of(22, "a")])) == {"a GitHub token"}
	credential.kinds(sprintf("glpat-%s", [_of(20, "a")])) == {"a GitLab token"}
	credential.kinds(sprintf("xoxb-%s", [_of(12, "1")])) == {"a Slack token"}
	credential.kinds(sprintf("AIza%s", [_of(35, "a")])) == {"a Google API key"}
	credential.kinds(sprintf("sk_live_%s", [_of(24, "a")])) == {"a Stripe key"}
	credential.kinds(sprintf("hvs.%s", [_of(24, "a")])) == {"a Vault token"}
	credential.kinds(sprintf("dop_v1_%s", [_of(64, "a")])) == {"a DigitalOcean token"}
	credential.kinds(sprintf("npm_%s", [_of(36, "a")])) == {"an npm token"}
	credential.kinds(sprintf("SG.%s.%s", [_of(22, "a"), _of(43, "a")])) == {"a SendGrid key"}
	credential.kinds(sprintf("AccountName=x;AccountKey=%s==", [_of(86, "a")])) == {"an Azure storage key"}
	credential.kinds("-----BEGIN RSA PRIVATE KEY-----\nMII") == {"a private key"}
	credential.kinds(sprintf("eyJ%s.eyJ%s.%s", [_of(10, "a"), _of(10, "a"), _of(20, "a")])) == {"a JSON web token"}
}

test_several_at_once if {
	text := sprintf("AKIACANARYS3CR3T0001 glpat-%s", [_of(20, "a")])
	credential.kinds(text) == {"an AWS access key", "a GitLab token"}
	credential.suspicious(text)
}

test_examples_are_none if {
	credential.kinds("AKIAIOSFODNN7EXAMPLE") == set()
	credential.kinds("-----BEGIN PUBLIC KEY-----") == set()
	credential.kinds("arn:aws:iam::111122223333:role/x") == set()
	credential.kinds("") == set()
	not credential.suspicious("arn:aws:iam::111122223333:role/x")
}

test_an_example_hides_no_other if {
	credential.kinds("AKIAIOSFODNN7EXAMPLE AKIACANARYS3CR3T0001") == {"an AWS access key"}
}

test_secret_names if {
	every name in ["password", "db_password", "API_KEY", "apikey", "github-token", "private_key", "client_secret", "secret_key", "credentials"] {
		credential.secret_name(name)
	}
	every name in ["secret_arn", "password_length", "token_ttl", "access_key_id", "kms_key", "secretary", "key", "tokenizer", "private_key_path", "password_policy"] {
		not credential.secret_name(name)
	}
}

test_names_of_random_texts if {
	every name in ["password", "a-API_KEY.b", "secret_\"x", "ü_token_é"] {
		credential.names_secrets(json.marshal({"a": [{name: _of(32, "x")}]}))
	}
	not credential.names_secrets(json.marshal({"password": _of(31, "x")}))
	not credential.names_secrets(json.marshal({"name": _of(32, "x"), "tokens": ["a"]}))
}

test_placeholders if {
	every value in ["mock", "Test", "", "mock_access_key"] {
		credential.placeholder(value)
	}
	not credential.placeholder("hunter2")
}

test_random_texts if {
	every text in ["Zk3p9Xw2Qa7Lr5Tn8Vb1Hc6Jd4Mf0Gs2", "3f9a1c7e5b2d8046f1e3a5c7092b4d68", "3F9A1C7E5B2D8046F1E3A5C7092B4D68"] {
		credential.random(text)
	}
	every text in ["", "Zk3p9Xw2Qa7Lr5Tn", "Production/Partner/Credentials/2024", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "A1b1A1b1A1b1A1b1A1b1A1b1A1b1A1b1", "Zk3p9Xw2Qa7Lr5Tn 8Vb1Hc6Jd4Mf0Gs2", "Zk3p9Xw2Qa7Lr5Tn8Vb1Hc6JEXAMPLEKEY"] {
		not credential.random(text)
	}
}
