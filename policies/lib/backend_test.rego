package policies.lib.backend_test

import data.policies.lib.backend

_kept(type, constants) := {"backend": {"type": type, "constants": constants}}

test_type if {
	found := backend.type with input as _kept("gcs", {})
	found == "gcs"
	without := backend.type with input as {}
	without == "local"
}

test_encrypted if {
	every kept in [_kept("s3", {"encrypt": true}), _kept("s3", {"encrypt": "true"}), _kept("gcs", {}), _kept("cloud", {}), _kept("oss", {"encrypt": true}), _kept("cos", {})] {
		backend.encrypted with input as kept
	}
}

test_not_encrypted if {
	every kept in [_kept("s3", {"encrypt": false}), _kept("s3", {}), _kept("local", {}), _kept("http", {}), _kept("oss", {}), _kept("cos", {"encrypt": false}), {}] {
		not backend.encrypted with input as kept
	}
}

test_locked if {
	every kept in [
		_kept("s3", {"use_lockfile": true}), _kept("s3", {"dynamodb_table": "locks"}),
		_kept("http", {"lock_address": "https://x"}), _kept("gcs", {}), _kept("oss", {"tablestore_table": "locks"}), {},
	] {
		backend.locked with input as kept
	}
}

test_not_locked if {
	every kept in [_kept("s3", {}), _kept("s3", {"use_lockfile": false, "dynamodb_table": ""}), _kept("http", {}), _kept("oss", {})] {
		not backend.locked with input as kept
	}
}
