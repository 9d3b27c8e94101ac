//! Verdicts where something is unknown, linked, or both: one case a row.

use plangate::finding::Outcome;

use crate::support;

/// A resource as `type.name`, its values, its unknown paths, and its arguments in the
/// configuration.
struct Given<'a> {
    address: &'a str,
    action: &'a str,
    after: &'a str,
    unknown: &'a str,
    expressions: &'a str,
}

fn given<'a>(
    address: &'a str,
    after: &'a str,
    unknown: &'a str,
    expressions: &'a str,
) -> Given<'a> {
    Given { address, action: r#""create""#, after, unknown, expressions }
}

fn plan(resources: &[Given<'_>]) -> String {
    let split = |address: &str| {
        let (resource_type, name) = address.split_once('.').unwrap();
        (resource_type.to_owned(), name.split('[').next().unwrap().to_owned())
    };
    let changes = resources.iter().map(|given| {
        let (resource_type, name) = split(given.address);
        let index = given.address.split_once('[').map_or(String::new(), |(_, rest)| {
            format!(r#""index":{},"#, rest.trim_end_matches(']'))
        });
        format!(
            r#"{{"address":{:?},{index}"mode":"managed","type":"{resource_type}","name":"{name}","provider_name":"p","change":{{"actions":[{}],"before":null,"after":{},"after_unknown":{}}}}}"#,
            given.address, given.action, given.after, given.unknown
        )
    });
    let changes: Vec<String> = changes.collect();
    let mut seen = Vec::new();
    let blocks = resources.iter().filter_map(|given| {
        let (resource_type, name) = split(given.address);
        if seen.contains(&(resource_type.clone(), name.clone())) {
            return None;
        }
        seen.push((resource_type.clone(), name.clone()));
        Some(format!(
            r#"{{"address":"{resource_type}.{name}","mode":"managed","type":"{resource_type}","name":"{name}","provider_config_key":"aws","expressions":{}}}"#,
            given.expressions
        ))
    });
    let blocks: Vec<String> = blocks.collect();
    format!(
        r#"{{"format_version":"1.2","resource_changes":[{}],"configuration":{{"root_module":{{"resources":[{}]}}}}}}"#,
        changes.join(","),
        blocks.join(",")
    )
}

const BUCKET: &str = r#"{"bucket":{"constant_value":"a"}}"#;
const UNKNOWN_ID: &str = r#"{"id":true,"arn":true,"server_side_encryption_configuration":true}"#;
const ENCRYPTED: &str =
    r#"{"rule":[{"apply_server_side_encryption_by_default":[{"sse_algorithm":"AES256"}]}]}"#;
const OPEN: &str = r#"{"type":"ingress","protocol":"tcp","from_port":22,"to_port":22,"cidr_blocks":["0.0.0.0/0"]}"#;

fn companion<'a>(references: &'a str) -> Given<'a> {
    given(
        "aws_s3_bucket_server_side_encryption_configuration.a",
        ENCRYPTED,
        r#"{"bucket":true}"#,
        references,
    )
}

fn outcome(resources: &[Given<'_>], policy: &str, address: &str) -> Outcome {
    let report = support::check(vec![support::text_document("plan.json", &plan(resources))]);
    let found = report
        .findings
        .iter()
        .find(|finding| finding.policy.as_str() == policy && finding.address == address);
    if let Some(finding) = found {
        return finding.outcome;
    }
    let counts = report.by_policy.iter().find(|(id, _)| id.as_str() == policy);
    let counts = counts.unwrap_or_else(|| panic!("{policy} judged nothing")).1;
    if counts.get(Outcome::Pass) > 0 { Outcome::Pass } else { Outcome::NotApplicable }
}

#[test]
fn unknown_values_and_links() {
    let bucket = || given("aws_s3_bucket.a", r#"{"bucket":"a"}"#, UNKNOWN_ID, BUCKET);
    let other = || given("aws_s3_bucket.b", r#"{"bucket":"b"}"#, UNKNOWN_ID, BUCKET);
    let to_a = r#"{"bucket":{"references":["aws_s3_bucket.a.id","aws_s3_bucket.a"]}}"#;
    let to_b = r#"{"bucket":{"references":["aws_s3_bucket.b.id","aws_s3_bucket.b"]}}"#;
    let to_either = r#"{"bucket":{"references":["var.x","aws_s3_bucket.a.id","aws_s3_bucket.a","aws_s3_bucket.b.id","aws_s3_bucket.b"]}}"#;
    let to_local = r#"{"bucket":{"references":["local.bucket"]}}"#;
    let rule = |after, unknown, expressions| {
        given("aws_security_group_rule.a", after, unknown, expressions)
    };
    let database =
        |after, unknown, expressions| given("aws_db_instance.a", after, unknown, expressions);
    let deleted = |given: Given<'static>, action| Given { action, ..given };
    let named = ENCRYPTED.replacen('{', r#"{"bucket":"a","#, 1);
    let encryption = "aws-s3-unencrypted-bucket";
    let port = "aws-vpc-open-admin-port";
    let storage = "aws-rds-unencrypted-storage";
    let cases: Vec<(&str, Vec<Given<'_>>, &str, &str, Outcome)> = vec![
        (
            "computed and not written is absent",
            vec![bucket()],
            encryption,
            "aws_s3_bucket.a",
            Outcome::Violation,
        ),
        (
            "a companion by reference",
            vec![bucket(), companion(to_a)],
            encryption,
            "aws_s3_bucket.a",
            Outcome::Pass,
        ),
        (
            "the companion of another",
            vec![bucket(), other(), companion(to_b)],
            encryption,
            "aws_s3_bucket.a",
            Outcome::Violation,
        ),
        (
            "a companion of one of two",
            vec![bucket(), other(), companion(to_either)],
            encryption,
            "aws_s3_bucket.a",
            Outcome::Undetermined,
        ),
        (
            "a companion behind a local",
            vec![bucket(), companion(to_local)],
            encryption,
            "aws_s3_bucket.a",
            Outcome::Undetermined,
        ),
        (
            "a companion that is destroyed",
            vec![
                bucket(),
                deleted(
                    companion(
                        r#"{"bucket":{"references":["aws_s3_bucket.a.id","aws_s3_bucket.a"]}}"#,
                    ),
                    r#""delete""#,
                ),
            ],
            encryption,
            "aws_s3_bucket.a",
            Outcome::Violation,
        ),
        (
            "a companion that is forgotten",
            vec![
                bucket(),
                deleted(
                    companion(
                        r#"{"bucket":{"references":["aws_s3_bucket.a.id","aws_s3_bucket.a"]}}"#,
                    ),
                    r#""forget""#,
                ),
            ],
            encryption,
            "aws_s3_bucket.a",
            Outcome::Undetermined,
        ),
        (
            "a companion by known name",
            vec![
                bucket(),
                given("aws_s3_bucket_server_side_encryption_configuration.a", &named, "{}", "{}"),
            ],
            encryption,
            "aws_s3_bucket.a",
            Outcome::Pass,
        ),
        (
            "an unknown algorithm",
            vec![
                bucket(),
                given(
                    "aws_s3_bucket_server_side_encryption_configuration.a",
                    r#"{"rule":[{"apply_server_side_encryption_by_default":[{}]}]}"#,
                    r#"{"bucket":true,"rule":[{"apply_server_side_encryption_by_default":[{"sse_algorithm":true}]}]}"#,
                    r#"{"bucket":{"references":["aws_s3_bucket.a.id","aws_s3_bucket.a"]},"rule":[{"apply_server_side_encryption_by_default":[{"sse_algorithm":{"references":["var.x"]}}]}]}"#,
                ),
            ],
            encryption,
            "aws_s3_bucket.a",
            Outcome::Undetermined,
        ),
        (
            "known and open",
            vec![rule(OPEN, "{}", "{}")],
            port,
            "aws_security_group_rule.a",
            Outcome::Violation,
        ),
        (
            "unknown ranges",
            vec![rule(
                r#"{"type":"ingress","protocol":"tcp","from_port":22,"to_port":22}"#,
                r#"{"cidr_blocks":true}"#,
                r#"{"cidr_blocks":{"references":["var.x"]}}"#,
            )],
            port,
            "aws_security_group_rule.a",
            Outcome::Undetermined,
        ),
        (
            "a protocol and ranges that are both unknown",
            vec![rule(
                r#"{"type":"ingress","from_port":22,"to_port":22}"#,
                r#"{"cidr_blocks":true,"protocol":true}"#,
                r#"{"cidr_blocks":{"references":["var.x"]},"protocol":{"references":["var.y"]}}"#,
            )],
            port,
            "aws_security_group_rule.a",
            Outcome::Undetermined,
        ),
        (
            "a kind and ranges that are both unknown",
            vec![rule(
                r#"{"protocol":"tcp","from_port":22,"to_port":22}"#,
                r#"{"cidr_blocks":true,"type":true}"#,
                r#"{"cidr_blocks":{"references":["var.x"]},"type":{"references":["var.y"]}}"#,
            )],
            port,
            "aws_security_group_rule.a",
            Outcome::Undetermined,
        ),
        (
            "unknown ranges of a harmless port",
            vec![rule(
                r#"{"type":"ingress","protocol":"tcp","from_port":443,"to_port":443}"#,
                r#"{"cidr_blocks":true}"#,
                r#"{"cidr_blocks":{"references":["var.x"]}}"#,
            )],
            port,
            "aws_security_group_rule.a",
            Outcome::Pass,
        ),
        (
            "an unknown description does not matter",
            vec![rule(
                OPEN,
                r#"{"description":true}"#,
                r#"{"description":{"references":["var.x"]}}"#,
            )],
            port,
            "aws_security_group_rule.a",
            Outcome::Violation,
        ),
        (
            "one open range beside an unknown one",
            vec![rule(
                r#"{"type":"ingress","protocol":"tcp","from_port":22,"to_port":22,"cidr_blocks":["0.0.0.0/0",null]}"#,
                r#"{"cidr_blocks":[false,true]}"#,
                r#"{"cidr_blocks":{"references":["var.x"]}}"#,
            )],
            port,
            "aws_security_group_rule.a",
            Outcome::Violation,
        ),
        (
            "an unknown flag",
            vec![database(
                "{}",
                r#"{"storage_encrypted":true}"#,
                r#"{"storage_encrypted":{"references":["var.x"]}}"#,
            )],
            storage,
            "aws_db_instance.a",
            Outcome::Undetermined,
        ),
        (
            "a computed flag is absent",
            vec![database("{}", r#"{"storage_encrypted":true}"#, "{}")],
            storage,
            "aws_db_instance.a",
            Outcome::Violation,
        ),
        (
            "a known flag",
            vec![database(
                r#"{"storage_encrypted":true}"#,
                r#"{"id":true,"kms_key_id":true}"#,
                r#"{"kms_key_id":{"references":["var.x"]}}"#,
            )],
            storage,
            "aws_db_instance.a",
            Outcome::Pass,
        ),
        (
            "a resource that is destroyed",
            vec![deleted(given("aws_db_instance.a", "null", "{}", "{}"), r#""delete""#)],
            storage,
            "aws_db_instance.a",
            Outcome::NotApplicable,
        ),
        (
            "an unknown policy document",
            vec![given(
                "aws_iam_policy.a",
                "{}",
                r#"{"policy":true}"#,
                r#"{"policy":{"references":["data.aws_iam_policy_document.a.json","data.aws_iam_policy_document.a"]}}"#,
            )],
            "aws-iam-wildcard-policy",
            "aws_iam_policy.a",
            Outcome::Undetermined,
        ),
        (
            "each to its own key",
            vec![
                given("aws_s3_bucket.a[\"x\"]", "{}", UNKNOWN_ID, BUCKET),
                given("aws_s3_bucket.a[\"y\"]", "{}", UNKNOWN_ID, BUCKET),
                given(
                    "aws_s3_bucket_server_side_encryption_configuration.a[\"x\"]",
                    ENCRYPTED,
                    r#"{"bucket":true}"#,
                    r#"{"bucket":{"references":["aws_s3_bucket.a","each.key"]}}"#,
                ),
            ],
            encryption,
            "aws_s3_bucket.a[\"y\"]",
            Outcome::Violation,
        ),
    ];
    let mut wrong = Vec::new();
    for (name, resources, policy, address, expected) in cases {
        let actual = outcome(&resources, policy, address);
        if actual != expected {
            wrong.push(format!("{name}: {} instead of {}", actual.as_str(), expected.as_str()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What a plan's JSON leaves out, the source beside it says.
#[test]
fn source_says_what_plan_json_leaves_out() {
    let source = r#"
        locals {
          bucket = aws_s3_bucket.a.id
        }
        resource "aws_s3_bucket" "a" {}
        resource "aws_s3_bucket" "b" {}
        resource "aws_s3_bucket_server_side_encryption_configuration" "a" {
          bucket = local.bucket
        }
        resource "aws_security_group" "a" {
          dynamic "ingress" {
            for_each = var.rules
            content {
              from_port   = 22
              to_port     = 22
              protocol    = "tcp"
              cidr_blocks = ingress.value
            }
          }
        }
    "#;
    let to_local = r#"{"bucket":{"references":["local.bucket"]}}"#;
    let resources = [
        given("aws_s3_bucket.a", "{}", UNKNOWN_ID, "{}"),
        given("aws_s3_bucket.b", "{}", UNKNOWN_ID, "{}"),
        companion(to_local),
        given("aws_security_group.a", "{}", r#"{"id":true,"ingress":true}"#, "{}"),
    ];
    let directory = tempfile::tempdir().unwrap();
    let judge = |is_at_hand: bool| {
        let path = directory.path().join("plan.json");
        let label = path.to_str().unwrap();
        if is_at_hand {
            std::fs::write(directory.path().join("main.tf"), source).unwrap();
        }
        let report = support::check(vec![support::text_document(label, &plan(&resources))]);
        let outcome = |policy: &str, address: &str| {
            let mut findings = report.findings.iter();
            let found = findings.find(|f| f.policy.as_str() == policy && f.address == address);
            found.map_or(Outcome::Pass, |finding| finding.outcome)
        };
        let encryption = "aws-s3-unencrypted-bucket";
        [
            outcome(encryption, "aws_s3_bucket.a"),
            outcome(encryption, "aws_s3_bucket.b"),
            outcome("aws-vpc-open-admin-port", "aws_security_group.a"),
        ]
    };
    let (yes, no, maybe) = (Outcome::Pass, Outcome::Violation, Outcome::Undetermined);
    assert_eq!(judge(false), [maybe, maybe, yes]);
    assert_eq!(judge(true), [yes, no, maybe]);
}
