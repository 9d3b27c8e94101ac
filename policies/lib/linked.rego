# METADATA
# title: Linked resources
# description: |
#   Reads the documents that the host linked to the resource under judgement.
#   A resource that the plan destroys no longer stands behind the subject.
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

addresses(documents) := values.strings([document.address | some document in documents])
