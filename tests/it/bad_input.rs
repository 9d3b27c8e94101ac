//! What cannot be judged is refused: with the fitting message, never with an open gate.

use plangate::input::Document;

use crate::support;

const PLAN: &str =
    r#"{"format_version":"1.2","terraform_version":"1.11.4","resource_changes":[RESOURCES]}"#;
const RESOURCE: &str = r#"{"address":"aws_s3_bucket.a","mode":"managed","type":"aws_s3_bucket","name":"a","provider_name":"registry.terraform.io/hashicorp/aws","change":{"actions":["create"],"before":null,"after":{"bucket":"a"},"after_unknown":{}}}"#;

fn plan(resources: &str) -> String {
    PLAN.replace("RESOURCES", resources)
}

/// A plan of one resource, with a part of it replaced.
fn bent(from: &str, to: &str) -> String {
    assert!(RESOURCE.contains(from), "{from}");
    plan(&RESOURCE.replace(from, to))
}

/// Broken inputs, and words of the message that fits.
fn cases() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let deep = bent("\"a\"}", &format!("{}{}}}", "[".repeat(200), "]".repeat(200)));
    let utf16_half = [0xff, 0xfe, b'{', 0, b'"'].to_vec();
    let texts: Vec<(&'static str, String, &'static str)> = vec![
        ("empty", String::new(), "is empty"),
        ("blank", " \n\t ".into(), "is empty"),
        ("log stream", "{\"@level\":\"info\",\"@message\":\"Terraform 1.11.4\",\"type\":\"version\"}\n{\"@level\":\"info\"}\n".into(), "log stream of `plan -json`"),
        ("state v3", r#"{"version":3,"serial":1,"lineage":"x","modules":[]}"#.into(), "state of version 3"),
        ("state v1", r#"{"version":1,"serial":1,"modules":[]}"#.into(), "state of version 1"),
        ("state v5", r#"{"version":5,"serial":1,"lineage":"x","resources":[]}"#.into(), "format version `5`"),
        ("flat attributes", r#"{"version":4,"serial":1,"lineage":"x","resources":[{"mode":"managed","type":"a_b","name":"c","provider":"provider.a","instances":[{"schema_version":0,"attributes_flat":{"id":"x"}}]}]}"#.into(), "flat attributes"),
        ("encrypted state", r#"{"serial":1,"lineage":"x","meta":{},"encrypted_data":"AAAA","encryption_version":"v0"}"#.into(), "encrypted by OpenTofu"),
        ("encrypted plan", r#"{"meta":{},"encrypted_data":"AAAA","encryption_version":"v0"}"#.into(), "encrypted by OpenTofu"),
        ("redacted plan", r#"{"plan_format_version":"1.1","resource_changes":[],"provider_schemas":{}}"#.into(), "redacted plan of HCP Terraform"),
        ("bookmark", r#"{"remote_plan_format":1,"run_id":"run-x","hostname":"app.terraform.io"}"#.into(), "bookmark of a plan"),
        ("noise before", format!("[command]/usr/bin/terraform show -json\n{}", plan("")), "other text before the JSON document"),
        ("warning before", format!("Warning: deprecated\n\n{}", plan("")), "other text before the JSON document"),
        ("noise after", format!("{}\n::debug::exit code 0\n", plan("")), "other text after the JSON document"),
        ("two documents", format!("{}\n{}", plan(""), plan("")), "several JSON documents"),
        ("HCL", "resource \"aws_s3_bucket\" \"a\" {\n  bucket = \"a\"\n}\n".into(), "Terraform source"),
        ("HCL after a comment", "# storage\n\nmodule \"a\" {\n  source = \"./a\"\n}\n".into(), "Terraform source"),
        ("truncated", plan(RESOURCE)[..120].into(), "ends in the middle"),
        ("only a brace", "{".into(), "ends in the middle"),
        ("duplicate at the top", r#"{"format_version":"1.2","resource_changes":[],"resource_changes":[]}"#.into(), "`resource_changes` twice"),
        ("duplicate in a resource", bent(r#""mode":"managed""#, r#""mode":"managed","mode":"data""#), "`mode` twice"),
        ("duplicate in values", bent(r#"{"bucket":"a"}"#, r#"{"bucket":"a","bucket":"b"}"#), "`bucket` twice"),
        ("duplicate deep in values", bent(r#"{"bucket":"a"}"#, r#"{"x":[{"y":1,"y":1}]}"#), "`y` twice"),
        ("the same resource twice", plan(&format!("{RESOURCE},{RESOURCE}")), "`aws_s3_bucket.a` twice"),
        ("major version 2", plan("").replace("1.2", "2.0"), "format version `2.0`"),
        ("version 0.0", plan("").replace("1.2", "0.0"), "format version `0.0`"),
        ("version in words", plan("").replace("1.2", "new"), "format version `new`"),
        ("no version", r#"{"resource_changes":[]}"#.into(), "no `format_version`"),
        ("unknown action", bent(r#"["create"]"#, r#"["explode"]"#), "the action [explode]"),
        ("no action", bent(r#"["create"]"#, "[]"), "the action []"),
        ("odd actions", bent(r#"["create"]"#, r#"["create","update"]"#), "the action [create, update]"),
        ("unknown mode", bent(r#""managed""#, r#""imaginary""#), "the mode `imaginary`"),
        ("bad module address", bent(r#""mode""#, r#""module_address":"module.","mode""#), "no resource address"),
        ("bad index", bent(r#""mode""#, r#""index":1.5,"mode""#), "no resource address"),
        ("no type", bent(r#""type":"aws_s3_bucket","#, ""), "missing field `type`"),
        ("no change", plan(r#"{"address":"a.b","mode":"managed","type":"a","name":"b"}"#), "missing field `change`"),
        ("changes as object", plan("").replace("[]", "{}"), "shape of a plan"),
        ("values without changes", r#"{"format_version":"1.2","planned_values":{"root_module":{"resources":[]}}}"#.into(), "`resource_changes` is missing"),
        ("changes that are null", r#"{"format_version":"1.2","resource_changes":null,"planned_values":{"root_module":{"resources":[]}}}"#.into(), "`resource_changes` is missing"),
        ("not JSON", "hello".into(), "is not JSON"),
        ("a list", "[1, 2]".into(), "neither a plan nor a state"),
        ("another object", r#"{"name":"x","version":"1.0.0"}"#.into(), "neither a plan nor a state"),
        ("no value", r#"{"format_version":"1.2","resource_changes":[NaN]}"#.into(), "not valid JSON"),
        ("lone surrogate", bent("\"bucket\":\"a\"", "\"bucket\":\"\\ud800\""), "not valid JSON"),
        ("comma at the end", r#"{"format_version":"1.2","resource_changes":[],}"#.into(), "not valid JSON"),
        ("too deep", deep, "not valid JSON"),
        ("number token", bent(r#""bucket":"a""#, r#""bucket":{"$serde_json::private::Number":"5"}"#), "neither a plan nor a state"),
        ("SARIF", r#"{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[]}"#.into(), "SARIF report"),
        ("schemas", r#"{"format_version":"1.0","provider_schemas":{}}"#.into(), "provider schemas"),
        ("validation", r#"{"format_version":"1.0","valid":true,"diagnostics":[]}"#.into(), "terraform validate -json"),
        ("Pulumi stack", r#"{"version":3,"deployment":{"resources":[]}}"#.into(), "Pulumi document"),
        ("Pulumi preview", r#"{"config":{},"steps":[],"changeSummary":{}}"#.into(), "Pulumi document"),
        ("errored plan", r#"{"format_version":"1.2","resource_changes":[],"errored":true,"complete":false}"#.into(), "errored plan"),
        ("incomplete plan", r#"{"format_version":"1.2","resource_changes":[],"errored":false,"complete":false}"#.into(), "incomplete plan"),
    ];
    let texts = texts.into_iter().map(|(name, text, words)| (name, text.into_bytes(), words));
    let bytes = vec![
        ("gzip", vec![0x1f, 0x8b, 8, 0], "compressed with gzip"),
        ("Latin-1", b"{\"a\":\"\xe4\"}".to_vec(), "neither UTF-8 nor UTF-16"),
        ("half a UTF-16 unit", utf16_half, "neither UTF-8 nor UTF-16"),
    ];
    texts.chain(bytes).collect()
}

/// The exit code and the messages for one input.
fn judge(label: &str, bytes: Vec<u8>) -> (u8, Vec<String>) {
    let report = support::check(vec![Document { label: label.to_owned(), bytes }]);
    let messages = report.problems.iter().map(|problem| problem.message.clone()).collect();
    assert!(report.problems.iter().all(|problem| problem.help.is_some()), "{label}: no remedy");
    (report.gate.exit_code(), messages)
}

#[test]
fn every_broken_input_is_refused_with_its_message() {
    let cases = cases();
    assert!(cases.len() >= 40);
    for (name, bytes, words) in cases {
        let (code, messages) = judge("plan.json", bytes);
        assert_eq!(code, 3, "{name}: {messages:?}");
        assert!(messages.len() == 1 && messages[0].contains(words), "{name}: {messages:?}");
    }
}

#[test]
fn a_plan_that_was_cut_off_is_refused_wherever_it_was() {
    let plan = support::document("fixtures/scenarios/s3-static-website/violating/plan.json");
    let cuts = (0..plan.bytes.len()).step_by(1024).skip(1);
    for cut in cuts {
        let (code, messages) = judge("plan.json", plan.bytes[..cut].to_vec());
        assert_eq!(code, 3, "at {cut}");
        assert!(messages[0].contains("ends in the middle"), "at {cut}: {messages:?}");
    }
}

#[test]
fn messages_show_no_values_and_no_control_characters() {
    let secret = bent(r#""type":"aws_s3_bucket""#, r#""type":["hunter2"]"#);
    let (_, messages) = judge("plan.json", secret.into_bytes());
    assert!(!messages[0].contains("hunter2"), "{messages:?}");
    let hostile = bent(r#""managed""#, r#""::error::\u001b[2J""#);
    let (_, messages) = judge("plan.json", hostile.into_bytes());
    assert!(messages[0].contains("\\u{3a}:error"), "{messages:?}");
    assert!(!messages[0].contains('\u{1b}'), "{messages:?}");
}

#[test]
fn encodings_with_a_byte_order_mark_are_read() {
    let text = format!("\u{feff}{}", plan(RESOURCE));
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for bytes in [text.into_bytes(), little, big] {
        let (code, messages) = judge("plan.json", bytes);
        assert_eq!(code, 1, "{messages:?}");
    }
}

#[test]
fn resources_without_a_change_are_judged_as_they_will_be() {
    let planned = r#"{"root_module":{"resources":[{"address":"aws_s3_bucket.b","mode":"managed","type":"aws_s3_bucket","name":"b","provider_name":"p","values":{"bucket":"b"}}]}}"#;
    let text = plan("").replace(
        "\"resource_changes\"",
        &format!("\"planned_values\":{planned},\"resource_changes\""),
    );
    assert_eq!(judge("plan.json", text.into_bytes()).0, 1);
}

#[test]
fn unknown_members_are_ignored() {
    let text = bent(r#""mode""#, r#""news":{"x":[1]},"mode""#)
        .replace("\"terraform_version\"", "\"unheard_of\":[{}],\"terraform_version\"");
    assert_eq!(judge("plan.json", text.into_bytes()).0, 1);
}
