package policies.terraform.operations.protection_removal_test

import data.policies.lib.testing
import data.policies.terraform.operations.protection_removal as policy

_updated(before, after) := object.union(testing.with_action(testing.resource("aws_db_instance", after), "update"), {"before": before})

_violations(document) := violations if violations := policy.deny with input as document

test_denies_switching_off if {
	_violations(_updated({"deletion_protection": true}, {"deletion_protection": false})) == {{
		"message": "the plan takes away a protection of this resource: deletion_protection",
		"attribute": ["deletion_protection"],
	}}
}

test_denies_in_a_module if {
	document := testing.with_address(_updated({"force_destroy": false}, {"force_destroy": true}), "module.a[\"x\"].aws_s3_bucket.b[0]")
	count(_violations(document)) == 1
}

test_denies_removing_the_argument if {
	every after in [{}, {"enable_deletion_protection": null}] {
		count(_violations(_updated({"enable_deletion_protection": true}, after))) == 1
	}
}

test_denies_switching_off_in_a_block if {
	kept := {"settings": [{"deletion_protection_enabled": true}]}
	every after in [{"settings": [{"deletion_protection_enabled": false}]}, {"settings": [{}]}, {"settings": null}, {}] {
		_violations(_updated(kept, after)) == {{
			"message": "the plan takes away a protection of this resource: settings[0].deletion_protection_enabled",
			"attribute": ["settings", 0, "deletion_protection_enabled"],
		}}
	}
	_violations(_updated(kept, kept)) == set()
}

test_denies_switching_off_in_a_word if {
	every pair in [["ACTIVE", "INACTIVE"], ["PROTECTED", "UNPROTECTED"]] {
		count(_violations(_updated({"deletion_protection": pair[0]}, {"deletion_protection": pair[1]}))) == 1
		_violations(_updated({"deletion_protection": pair[0]}, {"deletion_protection": pair[0]})) == set()
	}
}

test_one_violation_for_all if {
	document := _updated({"deletion_protection": true}, {"skip_final_snapshot": true})
	_violations(document) == {{
		"message": "the plan takes away a protection of this resource: deletion_protection, skip_final_snapshot",
		"attribute": ["deletion_protection"],
	}}
}

test_allows_what_stays if {
	_violations(_updated({"deletion_protection": true}, {"deletion_protection": true})) == set()
	_violations(_updated({"force_destroy": true}, {"force_destroy": true})) == set()
	_violations(_updated({"deletion_protection": false}, {"deletion_protection": true})) == set()
}

test_unknown_or_absent_before_is_no_protection if {
	_violations(_updated({}, {"deletion_protection": false})) == set()
	_violations(_updated(null, {"deletion_protection": null})) == set()
}
