# METADATA
# title: Bucket has no name of its own
# description: |
#   Without a name the provider makes one up, and nobody knows the bucket by it.
#   Waive it for a bucket that only machines look for.
# custom:
#   severity: low
#   resource_types: [aws_s3_bucket]
#   remediation: Set bucket.
package policies.team.storage.unnamed_bucket

# The path of this file is the id of the policy: team-storage-unnamed-bucket. `input` is one
# resource; the policy is asked about each bucket of a plan, and never looks for another.
deny contains violation if {
	not input.values.bucket
	violation := {
		"message": "the bucket has no name",
		"attribute": ["bucket"],
	}
}
