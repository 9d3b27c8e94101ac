package policies.terraform.secrets.unencrypted_secret_test

import data.policies.lib.testing
import data.policies.terraform.secrets.unencrypted_secret as policy

_encrypted := {"type": "s3", "constants": {"encrypt": true}}

_plan(document, backend) := {"kind": "plan", "by_type": {document.type: [document]}, "backend": backend}

_violations(plan) := violations if violations := policy.deny with input as plan with data.params as {"accept_encrypted_state": true, "trusted_backends": ["http"]}

_database(values) := testing.with_address(testing.resource("aws_db_instance", values), "module.a[\"x\"].aws_db_instance.this")

test_denies_a_password_in_local_state if {
	_violations(_plan(_database({"password": "canary"}), {"type": "local"})) == {{
		"message": "password is written into a state that its backend does not encrypt",
		"address": "module.a[\"x\"].aws_db_instance.this",
		"attribute": ["password"],
	}}
}

test_denies_what_is_generated if {
	_violations(_plan(testing.resource("random_password", {"length": 32}), {"type": "s3", "constants": {}})) == {{
		"message": "what this resource generates is written into a state that its backend does not encrypt",
		"address": "random_password.this",
	}}
}

test_denies_everywhere_where_it_is_asked_for if {
	plan := _plan(_database({"password": "canary"}), _encrypted)
	violations := policy.deny with input as plan with data.params as {"accept_encrypted_state": false, "trusted_backends": ["s3"]}
	count(violations) == 1
}

test_denies_what_is_read_from_a_vault if {
	every type in ["vault_generic_secret", "vault_kv_secret", "vault_kv_secret_v2"] {
		secret := testing.data_source(type, {"data_json": "{\"canary\": 1}"})
		plan := {"kind": "plan", "by_type": {sprintf("data.%s", [type]): [secret]}, "backend": {"type": "local"}}
		{violation.attribute | some violation in _violations(plan)} == {["data_json"]}
	}
}

test_denies_the_password_of_a_scale_set if {
	document := testing.resource("azurerm_linux_virtual_machine_scale_set", {"admin_password": "canary"})
	count(_violations(_plan(document, {"type": "local"}))) == 1
}

test_allows_encrypted_state if _violations(_plan(_database({"password": "canary"}), _encrypted)) == set()

test_allows_backends_that_are_trusted if _violations(_plan(_database({"password": "canary"}), {"type": "http"})) == set()

test_denies_secure_parameters_alone if {
	parameter := testing.resource("aws_ssm_parameter", {"type": "SecureString", "value": "canary"})
	count(_violations(_plan(parameter, {"type": "local"}))) == 1
	_violations(_plan(testing.resource("aws_ssm_parameter", {"type": "String", "value": "x"}), {"type": "local"})) == set()
}

test_allows_write_only_and_managed_passwords if {
	every values in [{"password_wo_version": 1}, {"manage_master_user_password": true}, {"password": ""}, {"password": null}, {}] {
		_violations(_plan(_database(values), {"type": "local"})) == set()
	}
}

test_allows_what_is_destroyed if {
	document := testing.with_action(_database({"password": "canary"}), "delete")
	_violations(_plan(document, {"type": "local"})) == set()
}

test_unknown_or_absent_resources_are_none if _violations({"backend": {"type": "local"}}) == set()
