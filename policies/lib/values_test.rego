package policies.lib.values_test

import data.policies.lib.values

test_true_and_false_as_words if {
	every value in [true, "true", "True", "1"] {
		values.is_true(value)
		not values.is_false(value)
	}
	every value in [false, "false", "FALSE", "0"] {
		values.is_false(value)
		not values.is_true(value)
	}
}

test_other_values_are_neither if {
	every value in [null, 1, 0, "", "yes", [], [true], {}] {
		not values.is_true(value)
		not values.is_false(value)
	}
}

test_list if {
	values.list([1]) == [1]
	every value in [null, 1, "x", {"a": 1}] {
		values.list(value) == []
	}
}

test_given if {
	every value in [0, false, "a", [null], {"a": null}] {
		values.given(value)
	}
	every value in [null, "", [], {}] {
		not values.given(value)
	}
}

test_is_set if {
	values.is_set({"a": "b"}, "a")
	every object in [{}, {"a": ""}, {"a": null}, {"a": 7}, {"a": false}, {"a": []}, null, 7] {
		not values.is_set(object, "a")
	}
}

test_only_block if {
	values.only_block({"a": [{"b": 1}, {"b": 2}]}, "a") == {"b": 1}
	every object in [{}, {"a": null}, {"a": []}, {"a": [7]}, {"a": {"b": 1}}, null] {
		values.only_block(object, "a") == {}
	}
}

test_has_block if {
	values.has_block({"a": [{}]}, "a")
	every object in [{}, {"a": null}, {"a": []}, {"a": "b"}, null] {
		not values.has_block(object, "a")
	}
}

test_strings if {
	values.strings("a") == ["a"]
	values.strings(["a", null, 1, "b"]) == ["a", "b"]
	values.strings({"a": "b"}) == []
}

test_number if {
	values.number(22) == 22
	values.number("22") == 22
	values.number("-1") == -1
	every value in [null, "", "22a", "022", "2e3", [], true] {
		not values.number(value)
	}
}
