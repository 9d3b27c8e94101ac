package policies.terraform.state.local_state_test

import data.policies.terraform.state.local_state as policy

_params := {"allowed_backends": ["s3", "gcs", "cloud"]}

_violations(plan) := violations if violations := policy.deny with input as plan with data.params as _params

test_denies_a_local_backend if {
	_violations({"backend": {"type": "local", "constants": {}}}) == {{
		"message": "the state is kept in the backend `local`",
		"attribute": ["backend"],
	}}
}

test_denies_an_absent_backend if {
	_violations({"kind": "plan"}) == {{
		"message": "no backend is declared, so the state is kept in a local file",
		"attribute": ["backend"],
	}}
}

test_denies_a_backend_that_is_not_allowed if count(_violations({"backend": {"type": "http"}})) == 1

test_allows_remote_backends if {
	every type in ["s3", "gcs", "cloud"] {
		_violations({"backend": {"type": type}}) == set()
	}
}

test_unknown_arguments_do_not_matter if _violations({"backend": {"type": "s3", "constants": {}}}) == set()
