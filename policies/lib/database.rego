# METADATA
# title: Databases of RDS and its relatives
# description: |
#   Says what kind of database the subject is.
# scope: package
package policies.lib.database

import data.policies.lib.values

# The database is a copy of another one, which decides.
is_replica if {
	some argument in ["replicate_source_db", "replication_source_identifier"]
	values.given(input.values[argument])
}

# Aurora Serverless v1: AWS runs the instances.
is_serverless_v1 if {
	input.type == "aws_rds_cluster"
	input.values.engine_mode == "serverless"
}
