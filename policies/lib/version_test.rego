package policies.lib.version_test

import data.policies.lib.version

test_bounded if {
	every constraint in ["~> 5.1", "< 6.0", ">= 4.0, <= 5.9", "= 5.1", "5.1.0", "v1.2"] {
		version.bounded(constraint)
	}
}

test_open if {
	every constraint in [">= 5.0", "> 5", "!= 5.1", ""] {
		not version.bounded(constraint)
	}
}
