package policies.lib.region_test

import data.policies.lib.region

_regions := ["eu-central-1", "europe-west3", "West Europe"]

test_regions_are_within_themselves if {
	every place in ["eu-central-1", "EU-Central-1", "westeurope", "projects/shop/regions/europe-west3"] {
		region.within(place, _regions)
	}
}

test_zones_are_within_their_regions if {
	every place in ["eu-central-1a", "eu-central-1-ham-1a", "europe-west3-b", "projects/shop/zones/europe-west3-b"] {
		region.within(place, _regions)
	}
}

test_others_are_not if {
	every place in ["eu-central-10", "europe-west30-a", "europe-west1-b", "northeurope", "global", ""] {
		not region.within(place, _regions)
	}
	not region.within("eu-central-1", [])
}
