//! Saved plan files that no tool wrote: each is refused, and none takes the reader down.

use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::Path;

use plangate::base::Action;
use plangate::input::{Document, convert};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::support::load;

/// A zip archive of `entries`.
pub(crate) fn zip_of(entries: &[(&str, &[u8])]) -> Vec<u8> {
    packed(CompressionMethod::Deflated, entries)
}

fn packed(method: CompressionMethod, entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    for (name, bytes) in entries {
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// The one message that refuses `bytes`, the same for `check` and `convert`.
fn refusal(bytes: &[u8]) -> String {
    let document = Document { label: "plan.out".to_owned(), bytes: bytes.to_vec() };
    let error = load(&document).expect_err("it is refused");
    assert_eq!(convert(&document).expect_err("it is refused"), error);
    error.to_string()
}

fn refusal_of_plan(tfplan: &[u8]) -> String {
    refusal(&zip_of(&[("tfplan", tfplan)]))
}

fn fixture(path: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(path)).unwrap()
}

/// A field of protocol buffers that holds bytes.
pub(crate) fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    let mut encoded = vec![number << 3 | 2];
    if number > 15 {
        encoded = vec![(number << 3 | 2) | 0x80, number >> 4];
    }
    let mut length = bytes.len();
    while length > 0x7f {
        encoded.push(length as u8 | 0x80);
        length >>= 7;
    }
    encoded.push(length as u8);
    encoded.extend(bytes);
    encoded
}

const VERSION: &[u8] = b"\x08\x03";

/// A plan with one resource, created with the value `msgpack`.
fn plan_of(address: &str, msgpack: &[u8]) -> Vec<u8> {
    let change = [b"\x08\x01".to_vec(), field(2, &field(1, msgpack))].concat();
    let resource = [field(9, &change), field(13, address.as_bytes())].concat();
    [VERSION.to_vec(), field(3, &resource)].concat()
}

#[test]
fn a_plan_of_our_own_encoding_is_read() {
    let bytes = zip_of(&[("tfplan", &plan_of("a.b", b"\x81\xa1x\x01"))]);
    let model = load(&Document { label: "p".to_owned(), bytes }).unwrap();
    assert_eq!(model.resources[0].address.to_string(), "a.b");
}

#[test]
fn an_ephemeral_resource_of_opentofu_is_read() {
    let resource = [field(9, b"\x08\x09"), field(13, b"ephemeral.a.b")].concat();
    let bytes = zip_of(&[("tfplan", &[VERSION.to_vec(), field(3, &resource)].concat())]);
    let file = Document { label: "p".to_owned(), bytes };
    let json = convert(&file).unwrap();
    assert!(json.contains(r#""actions":["open"]"#), "{json}");
    for document in [file, Document { label: "j".to_owned(), bytes: json.into() }] {
        let model = load(&document).unwrap();
        assert_eq!(model.resources[0].action, Action::Read);
    }
}

/// Whether a plan covers everything is said by a field that OpenTofu does not have.
#[test]
fn a_plan_without_the_field_is_incomplete_if_its_tool_has_it() {
    let plan = |version: &str| [VERSION.to_vec(), field(14, version.as_bytes())].concat();
    let lock =
        |tool: &str| format!("# This file is maintained automatically by \"{tool} init\".\n");
    for (version, tool, incomplete) in [
        ("1.11.4", "terraform", true),
        ("1.8.0", "terraform", true),
        ("1.7.5", "terraform", false),
        ("unknown", "terraform", true),
        ("1.11.0", "tofu", false),
    ] {
        let entries = [("tfplan", plan(version)), (".terraform.lock.hcl", lock(tool).into())];
        let bytes = zip_of(&entries.each_ref().map(|(name, bytes)| (*name, &**bytes)));
        let model = load(&Document { label: "p".to_owned(), bytes }).unwrap();
        assert_eq!(model.completeness.incomplete, incomplete, "{tool} {version}");
    }
}

#[test]
fn archives_that_no_tool_writes_are_refused() {
    let plan = plan_of("a.b", b"\xc0");
    let whole = zip_of(&[("tfplan", &plan)]);
    let with_comment = [&whole[..], b"x"].concat();
    let mut twice = zip_of(&[("tfplan", &plan), ("tfplaN", &plan)]);
    let at: Vec<usize> =
        (0..twice.len() - 6).filter(|at| &twice[*at..*at + 6] == b"tfplaN").collect();
    at.iter().for_each(|at| twice[at + 5] = b'n');
    let mut broken = zip_of(&[("tfplan", &plan.repeat(20))]);
    let data = 30 + "tfplan".len();
    broken[data + 3] ^= 0x55;
    let many: Vec<(String, &[u8])> = (0..20_001).map(|i| (format!("f{i}"), &b""[..])).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(name, bytes)| (&**name, *bytes)).collect();
    let zeros = vec![0; 8 << 20];
    for (bytes, expected) in [
        (b"PK\x03\x04".to_vec(), "does not end"),
        (zip_of(&[("readme.txt", b"x")]), "zip archive without a plan"),
        (zip_of(&[("tfplan", b"")]), "its plan is empty"),
        (zip_of(&[("tfplan", &plan), ("../x", b"")]), "leads out of the archive"),
        (zip_of(&[("tfplan", &plan), ("/etc/x", b"")]), "leads out of the archive"),
        (zip_of(&[("tfplan", &plan), ("a\\..\\x", b"")]), "leads out of the archive"),
        (zip_of(&many), "too many entries"),
        (zip_of(&[("tfplan", &zeros)]), "unpacks to more"),
        (zip_of(&[("tfplan", &plan), ("tfstate", &zeros)]), "unpacks to more"),
        (with_comment, "does not end"),
        ([&whole[..], &whole].concat(), "its directory is not"),
        (twice, "two entries of one name"),
        (broken, "cannot be unpacked"),
    ] {
        let refused = refusal(&bytes);
        assert!(refused.contains(expected), "{refused} / {expected}");
    }
}

#[test]
fn other_versions_are_refused_with_the_command_to_run() {
    for version in [0u8, 1, 2, 4, 127] {
        let refused = refusal_of_plan(&[[0x08, version].to_vec(), field(3, b"?")].concat());
        assert!(refused.contains(&format!("of version {version}")), "{refused}");
    }
}

#[test]
fn plans_that_no_tool_writes_are_refused() {
    let deep = b"\x91".repeat(100_000);
    let deep_types = b"\x92\xc4\x09\"dynamic\"".repeat(100_000);
    let steps = field(1, b"").repeat(1000);
    let path = [b"\x08\x00".to_vec(), field(2, &field(1, b"\xc0")), field(3, &steps)].concat();
    let long_path = [field(9, &path), field(13, b"a.b")].concat();
    let without_change = [VERSION.to_vec(), field(3, &field(13, b"a.b"))].concat();
    let odd_action = [field(9, b"\x08\x63"), field(13, b"a.b")].concat();
    for (tfplan, expected) in [
        (b"\x08".to_vec(), "cut off"),
        ([VERSION, b"\x1a\xff\xff\xff\xff\x0f"].concat(), "cut off"),
        ([VERSION, b"\x1a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"].concat(), "cut off"),
        ([VERSION, b"\x1b"].concat(), "wire type"),
        ([VERSION, b"\x18\x05"].concat(), "cannot be decoded"),
        ([VERSION.to_vec(), field(14, b"\xff")].concat(), "cannot be decoded"),
        ([VERSION.to_vec(), field(3, b"").repeat(1_000_001)].concat(), "too many values"),
        (without_change, "no change"),
        (plan_of("a", b"\xc0"), "no resource address"),
        (plan_of("a.b[", b"\xc0"), "no resource address"),
        (plan_of("a.b", b""), "cut off"),
        (plan_of("a.b", b"\xdd\xff\xff\xff\xff"), "cut off"),
        (plan_of("a.b", b"\xc0\xc0"), "others behind it"),
        (plan_of("a.b", &deep), "nested too deeply"),
        (plan_of("a.b", &deep_types), "nested too deeply"),
        ([plan_of("a.b", b"\xc0"), plan_of("a.b", b"\xc0")].concat(), "twice"),
        ([VERSION.to_vec(), field(3, &long_path)].concat(), "nested too deeply"),
        ([VERSION.to_vec(), field(3, &odd_action)].concat(), "action number 99"),
    ] {
        let refused = refusal_of_plan(&tfplan);
        assert!(refused.contains(expected), "{refused} / {expected}");
    }
}

#[test]
fn other_entries_are_checked_too() {
    let plan = plan_of("a.b", b"\xc0");
    for (name, bytes, expected) in [
        ("tfstate", &b"{"[..], "ends in the middle"),
        ("tfstate", b"\xff", "not text"),
        ("tfstate", br#"{"version":3,"serial":1}"#, "state of version 3"),
        ("tfconfig/modules.json", b"{}", "list of modules"),
    ] {
        let refused = refusal(&zip_of(&[("tfplan", &plan), (name, bytes)]));
        assert!(refused.contains(expected), "{refused} / {expected}");
    }
}

#[test]
fn other_entries_have_limits_too() {
    let plan = plan_of("a.b", b"\xc0");
    let state =
        [&b"{\"version\":4,\"resources\":["[..], &b"0,".repeat(10_000_000), b"0]}"].concat();
    let text = vec![b' '; 17 << 20];
    for (name, bytes, expected) in [
        ("tfstate", &state, "its state holds too many values"),
        ("tfconfig/modules.json", &text, "unpacks to more"),
        ("tfconfig/m-/main.tf", &text, "unpacks to more"),
    ] {
        let entries = [("tfplan", &plan[..]), (name, bytes)];
        let refused = refusal(&packed(CompressionMethod::Stored, &entries));
        assert!(refused.contains(expected), "{refused} / {expected}");
    }
}

#[test]
fn what_is_kept_or_encrypted_elsewhere_is_said() {
    let encrypted = br#"{"meta":{},"encrypted_data":"eA==","encryption_version":"v0"}"#;
    let bookmark = br#"{"remote_plan_format":1,"run_id":"run-x","hostname":"app.terraform.io"}"#;
    assert!(refusal(encrypted).contains("encrypted by OpenTofu"));
    assert!(refusal(bookmark).contains("bookmark"));
}

#[test]
fn a_truncated_file_is_refused_wherever_it_ends() {
    let whole = fixture("terraform-1.11/import-moved-removed/plan.out");
    for end in (4..whole.len()).step_by(7).chain([whole.len() - 1]) {
        assert!(!refusal(&whole[..end]).is_empty());
    }
}

#[test]
fn a_truncated_plan_inside_is_refused_or_smaller() {
    let tfplan = entry(&fixture("terraform-1.11/modules-count-foreach/plan.out"), "tfplan");
    for end in 0..tfplan.len() {
        let bytes = zip_of(&[("tfplan", &tfplan[..end])]);
        let _ = load(&Document { label: "p".to_owned(), bytes });
    }
}

fn entry(zip: &[u8], name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut archive = ZipArchive::new(Cursor::new(zip)).unwrap();
    archive.by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

/// The fuzzer in `fuzz/` searches; this keeps watch in every run of the tests.
#[test]
fn mutated_plans_never_take_the_reader_down() {
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % below as u64) as usize
    };
    for name in ["check-blocks", "sensitive-unknown", "import-moved-removed", "destroy"] {
        let original = entry(&fixture(&format!("terraform-1.11/{name}/plan.out")), "tfplan");
        for _ in 0..2_000 {
            let mut tfplan = original.clone();
            for _ in 0..=random(4) {
                let at = random(tfplan.len());
                match random(4) {
                    0 => tfplan[at] = random(256) as u8,
                    1 => tfplan[at] ^= 1 << random(8),
                    2 => drop(tfplan.drain(at..(at + random(8)).min(tfplan.len()))),
                    _ => tfplan.insert(at, random(256) as u8),
                }
            }
            let bytes = zip_of(&[("tfplan", &tfplan)]);
            let document = Document { label: "p".to_owned(), bytes };
            if let (Ok(model), Ok(json)) = (load(&document), convert(&document)) {
                let json = Document { label: "c".to_owned(), bytes: json.into() };
                let again = load(&json).unwrap();
                assert_eq!(again.resources.len(), model.resources.len());
            }
        }
    }
}

#[test]
fn actions_in_a_saved_plan_file_are_not_passed_over() {
    for number in [30, 31] {
        let invocation = field(number, &field(1, b"action.aws_lambda_invoke.warm"));
        let message = refusal_of_plan(&[VERSION.to_vec(), invocation].concat());
        assert!(message.contains("invokes actions"), "{message}");
    }
}
