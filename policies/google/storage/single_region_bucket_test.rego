package policies.google.storage.single_region_bucket_test

import data.policies.google.storage.single_region_bucket as policy
import data.policies.lib.testing

_params := {"critical_label": {"key": "criticality", "value": "high"}}

_bucket(location) := testing.resource("google_storage_bucket", {
	"location": location,
	"labels": {"criticality": "high"},
})

test_denies_regions if {
	every location in ["EUROPE-WEST1", "us-east4", "", null] {
		violations := policy.deny with input as _bucket(location) with data.params as _params
		violations == {{"message": "critical data lies in a single region", "attribute": ["location"]}}
	}
}

test_allows_what_spans_regions if {
	every location in ["ASIA", "EU", "us", "EUR4", "nam4"] {
		violations := policy.deny with input as _bucket(location) with data.params as _params
		count(violations) == 0
	}
}

test_denies_a_label_of_the_provider if {
	every name in ["effective_labels", "terraform_labels"] {
		document := testing.resource("google_storage_bucket", {"location": "US-EAST4", name: {"criticality": "high"}})
		violations := policy.deny with input as document with data.params as _params
		count(violations) == 1
	}
}

test_allows_other_buckets if {
	every labels in [{}, {"criticality": "low"}, null] {
		document := testing.resource("google_storage_bucket", {"location": "US-EAST4", "labels": labels})
		violations := policy.deny with input as document with data.params as _params
		count(violations) == 0
	}
}

test_denies_all_buckets_without_a_label_to_select_by if {
	violations := policy.deny with input as testing.resource("google_storage_bucket", {"location": "US-EAST4"})
		with data.params as {"critical_label": {"key": "", "value": ""}}
	count(violations) == 1
}

test_unknown_null_and_absent_arguments_are_alike if {
	every document in testing.bare("google_storage_bucket", ["labels", "location"]) {
		violations := policy.deny with input as document with data.params as {"critical_label": {"key": "", "value": ""}}
		count(violations) == 1
	}
}
