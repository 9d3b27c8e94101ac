# METADATA
# title: Linked resources
# description: |
#   Reads the documents that the host linked to the resource under judgement.
#   A resource that the plan destroys no longer stands behind the subject.
#   Any attribute may make a link, even a tag. What an attribute means is asked with `through` and `naming`, whose
#   attributes are paths without indexes, such as `vpc_config.subnet_ids`. A link that may exist may have any of them.
# scope: package
package policies.lib.linked

import data.policies.lib.values

# Resources and data sources.
all(type) := [document |
	some document in values.list(input.linked[type])
	not document.action == "delete"
]

# Resources only: a data source describes, it does not configure.
managed(type) := [document |
	some document in all(type)
	document.mode == "managed"
]

# Those that the subject names in one of these attributes.
through(type, attributes) := [document |
	some document in all(type)
	_made(document, "subject", attributes)
]

# Resources that name the subject in one of these attributes, as the parts of a whole do.
naming(type, attributes) := [document |
	some document in managed(type)
	_made(document, "linked", attributes)
]

# Resources and data sources that name the subject in one of these attributes.
mentioning(type, attributes) := [document |
	some document in all(type)
	_made(document, "linked", attributes)
]

# Resources that name a linked resource in one of these attributes, where the policy asks for them in `links_of`.
naming_other(other, type, attributes) := [document |
	some document in values.list(other.linked[type])
	not document.action == "delete"
	document.mode == "managed"
	_made(document, "linked", attributes)
]

addresses(documents) := values.strings([document.address | some document in documents])

_made(document, side, attributes) if {
	some via in document.via
	via.side == side
	via.attribute in attributes
}

# A test need not say what makes a link; the host always does.
_made(document, _, _) if not document.via
