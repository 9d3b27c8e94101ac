# METADATA
# title: State is stored without encryption
# description: |
#   State holds every value of every resource, passwords among them, in clear. The S3 backend asks S3 to encrypt it
#   only with `encrypt = true`; without it what happens is left to the bucket, and to whatever stands behind `endpoints`.
#   A public ACL shows the state to everyone. Arguments that are given outside of the source are known from the saved
#   plan file alone. Waive it where the bucket is known to encrypt whatever is put into it.
# scope: package
# related_resources:
#   - ref: https://developer.hashicorp.com/terraform/language/backend/s3
#   - ref: https://developer.hashicorp.com/terraform/language/manage-sensitive-data
# custom:
#   severity: high
#   scope: plan
#   needs: [plan, source]
#   params:
#     require_customer_key:
#       type: boolean
#       default: false
#       description: Demand a key of your own, `kms_key_id` of S3 or `kms_encryption_key` of Google Cloud Storage.
#   remediation: Set encrypt = true in the s3 backend, and keep the bucket private.
#   examples:
#     fails: |
#       terraform {
#         backend "s3" {
#           bucket = "acme-state"
#           key    = "shop/terraform.tfstate"
#         }
#       }
#     passes: |
#       terraform {
#         backend "s3" {
#           bucket     = "acme-state"
#           key        = "shop/terraform.tfstate"
#           encrypt    = true
#           kms_key_id = "alias/state"
#         }
#       }
package policies.terraform.state.unencrypted_state

import data.policies.lib.backend
import data.policies.lib.values

deny contains violation if {
	count(_faults) > 0
	fault := sort(_faults)[0]
	violation := {"message": concat(" and ", [entry.message | some entry in _faults]), "attribute": fault.attribute}
}

_faults contains _fault("encrypt", "the S3 backend is not asked to encrypt the state") if {
	backend.type == "s3"
	not backend.encrypted
}

_faults contains _fault("acl", "the state is shown to everyone by its ACL") if {
	backend.type == "s3"
	backend.argument("acl") in {"authenticated-read", "public-read", "public-read-write"}
}

_faults contains _fault("kms_key_id", "the state is not encrypted with a key of your own") if {
	data.params.require_customer_key
	backend.type == "s3"
	not values.given(backend.argument("kms_key_id"))
}

_faults contains _fault("kms_encryption_key", "the state is not encrypted with a key of your own") if {
	data.params.require_customer_key
	backend.type == "gcs"
	not values.given(backend.argument("kms_encryption_key"))
}

_fault(name, message) := {"attribute": ["backend", "constants", name], "message": message}
