# METADATA
# title: Regions and their zones
# description: |
#   Says whether a region, or a zone of it, is among those that are allowed.
# scope: package
package policies.lib.region

# The place is one of `regions`, or a zone of one: `eu-central-1a` and `us-east-1-bos-1a` are in eu-central-1 and
# us-east-1, `europe-west3-b` is in europe-west3.
within(place, regions) if _spelt(place) in {_spelt(region) | some region in regions}

within(place, regions) if {
	some known in {_spelt(region) | some region in regions}
	startswith(_spelt(place), known)
	regex.match(`^(-?[a-z]|-[a-z]+-[0-9]+[a-z])$`, substring(_spelt(place), count(known), -1))
}

# `West Europe` is westeurope. Google takes links for names: `projects/shop/regions/europe-west3`.
_spelt(place) := lower(regex.replace(place, `^.*/| `, ""))
