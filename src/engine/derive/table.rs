//! Which attributes hold documents, and of which kind.

/// What a document is, and so what its canonical form looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum Kind {
    /// Permissions in the language of AWS IAM.
    Iam,
    /// The containers of an ECS task.
    Containers,
    /// Any other JSON.
    Json,
}

/// Attributes by name, with the types that have them. The name is that of the innermost
/// attribute: `policy` of an `inline_policy` too.
const DOCUMENTS: &[(Kind, &str, &[&str])] = &[
    (Kind::Iam, "policy", POLICY),
    (Kind::Iam, "assume_role_policy", &["aws_iam_role"]),
    (Kind::Iam, "inline_policy", &["aws_ssoadmin_permission_set_inline_policy"]),
    (Kind::Iam, "session_policy", &["aws_rolesanywhere_profile"]),
    (Kind::Iam, "delivery_destination_policy", &["aws_cloudwatch_log_delivery_destination_policy"]),
    (Kind::Iam, "repository_policy", &["aws_ecr_repository_creation_template"]),
    (Kind::Iam, "content", &["aws_organizations_resource_policy"]),
    (Kind::Iam, "json", &["aws_iam_policy_document"]),
    (Kind::Iam, "minified_json", &["aws_iam_policy_document"]),
    (
        Kind::Iam,
        "access_policies",
        &[
            "aws_elasticsearch_domain",
            "aws_elasticsearch_domain_policy",
            "aws_opensearch_domain",
            "aws_opensearch_domain_policy",
        ],
    ),
    (
        Kind::Iam,
        "access_policy",
        &[
            "aws_cloudsearch_domain_service_access_policy",
            "aws_cloudwatch_log_destination_policy",
            "aws_glacier_vault",
        ],
    ),
    (
        Kind::Iam,
        "policy_document",
        &[
            "aws_cloudwatch_log_resource_policy",
            "aws_codeartifact_domain_permissions_policy",
            "aws_codeartifact_repository_permissions_policy",
            "aws_xray_resource_policy",
        ],
    ),
    (
        Kind::Iam,
        "resource_policy",
        &[
            "aws_s3tables_table_bucket_policy",
            "aws_s3tables_table_policy",
            "aws_sagemaker_model_package_group_policy",
        ],
    ),
    (Kind::Containers, "container_definitions", &["aws_ecs_task_definition"]),
    (Kind::Json, "container_properties", &["aws_batch_job_definition"]),
    (Kind::Json, "ecs_properties", &["aws_batch_job_definition"]),
    (Kind::Json, "node_properties", &["aws_batch_job_definition"]),
    (Kind::Json, "content", &["aws_organizations_policy"]),
    (Kind::Json, "definition", &["aws_sfn_state_machine"]),
    (Kind::Json, "delivery_policy", &["aws_sns_topic", "aws_sns_topic_subscription"]),
    (Kind::Json, "event_pattern", &["aws_cloudwatch_event_archive", "aws_cloudwatch_event_rule"]),
    (Kind::Json, "filter_policy", &["aws_sns_topic_subscription"]),
    (Kind::Json, "lifecycle_policy", &["aws_ecr_repository_creation_template"]),
    (Kind::Json, "policy", &["aws_ecr_lifecycle_policy", "aws_sns_topic_data_protection_policy"]),
    (Kind::Json, "redrive_allow_policy", &["aws_sqs_queue", "aws_sqs_queue_redrive_allow_policy"]),
    (
        Kind::Json,
        "redrive_policy",
        &["aws_sns_topic_subscription", "aws_sqs_queue", "aws_sqs_queue_redrive_policy"],
    ),
    (
        Kind::Json,
        "policy_document",
        &["aws_cloudwatch_log_account_policy", "aws_cloudwatch_log_data_protection_policy"],
    ),
];

/// Types whose attribute `policy` says who may do what.
const POLICY: &[&str] = &[
    "aws_acmpca_policy",
    "aws_api_gateway_domain_name",
    "aws_api_gateway_rest_api",
    "aws_api_gateway_rest_api_policy",
    "aws_backup_vault_policy",
    "aws_cloudwatch_event_bus_policy",
    "aws_codebuild_resource_policy",
    "aws_dynamodb_resource_policy",
    "aws_ecr_registry_policy",
    "aws_ecr_repository_policy",
    "aws_ecrpublic_repository_policy",
    "aws_efs_file_system_policy",
    "aws_glacier_vault_lock",
    "aws_glue_resource_policy",
    "aws_iam_group_policy",
    "aws_iam_policy",
    "aws_iam_role",
    "aws_iam_role_policy",
    "aws_iam_user_policy",
    "aws_iot_policy",
    "aws_kinesis_resource_policy",
    "aws_kms_external_key",
    "aws_kms_key",
    "aws_kms_key_policy",
    "aws_kms_replica_external_key",
    "aws_kms_replica_key",
    "aws_media_store_container_policy",
    "aws_msk_cluster_policy",
    "aws_networkfirewall_resource_policy",
    "aws_oam_sink_policy",
    "aws_redshift_resource_policy",
    "aws_redshiftserverless_resource_policy",
    "aws_s3_access_point",
    "aws_s3_bucket",
    "aws_s3_bucket_policy",
    "aws_s3control_access_grants_instance_resource_policy",
    "aws_s3control_access_point_policy",
    "aws_s3control_bucket_policy",
    "aws_s3control_multi_region_access_point_policy",
    "aws_s3control_object_lambda_access_point_policy",
    "aws_schemas_registry_policy",
    "aws_secretsmanager_secret",
    "aws_secretsmanager_secret_policy",
    "aws_ses_identity_policy",
    "aws_sesv2_email_identity_policy",
    "aws_sns_topic",
    "aws_sns_topic_policy",
    "aws_sqs_queue",
    "aws_sqs_queue_policy",
    "aws_transfer_access",
    "aws_transfer_user",
    "aws_vpc_endpoint",
    "aws_vpc_endpoint_policy",
    "aws_vpclattice_auth_policy",
    "aws_vpclattice_resource_policy",
];

/// The kind of the document that resources of a type have in attributes of this name.
pub(in crate::engine) fn kind(resource_type: &str, attribute: &str) -> Option<Kind> {
    let named = DOCUMENTS.iter().filter(|(_, name, _)| *name == attribute);
    let mut typed = named.filter(|(_, _, types)| types.contains(&resource_type));
    typed.next().map(|(kind, _, _)| *kind)
}
