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

test_modules if {
	every constraint in ["~> 5.1", "~> 5, < 6", ">= 4.0, <= 5.9", "= 5.1", "5.1.0", "~>v1.2.3"] {
		version.bounded_module(constraint)
	}
	every constraint in ["~> 5", "~>5, >= 5.2", ">= 5.0", ""] {
		not version.bounded_module(constraint)
	}
}
