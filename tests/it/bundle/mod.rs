//! Bundles: what is used of an honest one, and what is refused of one that somebody tampered with.
//! The attacks are data; each becomes an archive.

mod archive;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use plangate::policy::bundle::{Bundle, BundleFiles};
use serde::Deserialize;
use serde_json::json;
use tar::EntryType;

use crate::support;
use archive::{
    BLOCK, Files, More, SIGNATURES, Sign, Spoilt, archive, compressed, entry, signatures,
};

const POLICY: &str = "policies/team/network/public_cluster.rego";
/// What the policy says of the plan.
const FINDING: &str = "the endpoint of the cluster is public";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Attack {
    /// What is done.
    attack: String,
    /// Files that are there when it is signed.
    #[serde(default)]
    before: BTreeMap<String, String>,
    #[serde(default)]
    sign: Sign,
    /// It is not signed at all.
    #[serde(default)]
    unsigned: bool,
    /// Entries that come later.
    #[serde(default)]
    after: Vec<More>,
    #[serde(default)]
    replace: BTreeMap<String, String>,
    #[serde(default)]
    drop: Vec<String>,
    /// A file that begins with as many brackets as nobody closes.
    nest: Option<String>,
    /// A file that is larger than any of its kind.
    grow: Option<String>,
    /// A file that is no text.
    odd: Option<String>,
    archive: Option<Spoilt>,
    #[serde(default)]
    arguments: Vec<String>,
    /// Why nothing of it is used.
    says: String,
    /// Without a key it is refused too.
    #[serde(default)]
    keyless: bool,
}

/// The files of the honest bundle.
fn honest() -> Files {
    let policy =
        std::fs::read(support::path("fixtures/policies/good/team/network/public_cluster.rego"));
    let manifest = r#"{"revision": "7", "roots": ["policies/team"]}"#;
    Files::from([
        (POLICY.to_owned(), policy.unwrap()),
        ("data.json".to_owned(), b"{}".to_vec()),
        (".manifest".to_owned(), manifest.as_bytes().to_vec()),
    ])
}

impl Attack {
    fn bundle(&self) -> Vec<u8> {
        let mut files = honest();
        files.extend(
            self.before.iter().map(|(path, text)| (path.clone(), text.clone().into_bytes())),
        );
        let spoil = |files: &mut Files, path: &Option<String>, content: Vec<u8>| {
            path.iter().for_each(|path| drop(files.insert(path.clone(), content.clone())));
        };
        spoil(&mut files, &self.nest, b"[".repeat(200));
        spoil(&mut files, &self.grow, [b"{}", &*b" ".repeat(1 << 20)].concat());
        spoil(&mut files, &self.odd, vec![0xff, 0xfe]);
        if !self.unsigned {
            files.insert(SIGNATURES.to_owned(), signatures(&files, &self.sign));
        }
        for (path, text) in &self.replace {
            assert!(files.insert(path.clone(), text.clone().into_bytes()).is_some(), "{path}");
        }
        for path in &self.drop {
            assert!(files.remove(path).is_some() || self.unsigned, "{path}");
        }
        archive(&files, &self.after, self.archive)
    }
}

/// What a run in a directory of its own, with `bundle` in it, comes to; it may write nothing.
fn judged(bundle: &[u8], arguments: &[&str]) -> (i32, String) {
    judged_as("--policy", bundle, arguments)
}

/// The same, where `option` names the bundle.
fn judged_as(option: &str, bundle: &[u8], arguments: &[&str]) -> (i32, String) {
    let outer = tempfile::tempdir().unwrap();
    let directory = outer.path().join("work");
    std::fs::create_dir(&directory).unwrap();
    std::fs::write(directory.join("bundle.tar.gz"), bundle).unwrap();
    let before = listing(outer.path());
    let plan = support::path("fixtures/scenarios/eks-gke/compliant/plan.json");
    let output = Command::new(env!("CARGO_BIN_EXE_plangate"))
        .current_dir(&directory)
        .args(["check", plan.to_str().unwrap(), option, "bundle.tar.gz"])
        // None of the built-in ones.
        .args(["--skip", "aws-*,azure-*,google-*,terraform-*"])
        .args(arguments)
        .env_clear()
        .output()
        .unwrap();
    assert_eq!(listing(outer.path()), before, "something was written");
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    let said = said.replace(['│', '×', '╰', '─', '▶'], " ");
    (output.status.code().unwrap(), said.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Every path below `directory`, with the length of each file.
fn listing(directory: &Path) -> Vec<(String, u64)> {
    let entries = walkdir::WalkDir::new(directory).sort_by_file_name().into_iter();
    let entries = entries.map(Result::unwrap).filter(|entry| !entry.file_type().is_dir());
    entries.map(|e| (e.path().display().to_string(), e.metadata().unwrap().len())).collect()
}

fn key_path(name: &str) -> String {
    support::path("fixtures/bundles/keys").join(name).display().to_string()
}

fn try_it(attack: &Attack) {
    let bundle = attack.bundle();
    let name = &attack.attack;
    let key = key_path("rsa.pub.pem");
    let mut arguments = vec!["--verification-key", &key];
    arguments.extend(attack.arguments.iter().map(String::as_str));
    let (code, said) = judged(&bundle, &arguments);
    assert_eq!(code, 4, "{name}: {said}");
    let says = match attack.unsigned {
        true => "is not signed, and a verification key is configured",
        false => &attack.says,
    };
    assert!(said.contains(&format!("bundle.tar.gz: {says}")), "{name}: {said}");
    assert!(!said.contains(FINDING), "{name}: {said}");
    // Without a key, what does not depend on one is refused all the same.
    let read = |files| Bundle::read("bundle.tar.gz", files, None).map(drop);
    let read = BundleFiles::unpack(&bundle).and_then(read).map_err(|fault| fault.to_string());
    match (attack.keyless, read) {
        (true, Err(said)) => assert!(said.contains(&attack.says), "{name}, keyless: {said}"),
        (is_keyless, read) => assert_eq!(is_keyless, read.is_err(), "{name}, keyless: {read:?}"),
    }
}

#[test]
fn every_attack_is_refused_and_named() {
    let text = std::fs::read_to_string(support::path("fixtures/bundles/attacks.yaml")).unwrap();
    let attacks: Vec<Attack> = serde_saphyr::from_str(&text).unwrap();
    assert!(attacks.len() >= 60);
    let failed: Vec<String> = attacks
        .iter()
        .filter_map(|attack| {
            let tried = std::panic::catch_unwind(|| try_it(attack));
            let reason = tried.err()?;
            Some(reason.downcast::<String>().map_or(attack.attack.clone(), |text| *text))
        })
        .collect();
    assert!(failed.is_empty(), "{} attacks:\n\n{}", failed.len(), failed.join("\n\n"));
}

/// What every honest run says, so that a refusal is not for another reason.
#[track_caller]
fn is_judged_by(bundle: &[u8], arguments: &[&str], says: &str) {
    let (code, said) = judged(bundle, arguments);
    assert_eq!(code, 1, "{arguments:?}: {said}");
    assert!(said.contains(says), "{arguments:?}: {said}");
    assert!(said.contains(FINDING), "{arguments:?}: {said}");
}

#[test]
fn an_honest_bundle_is_judged_by() {
    let verified = "bundle.tar.gz, revision 7: signed by the configured key";
    for (alg, private, public) in [
        ("RS256", "rsa.pem", "rsa.pub.pem"),
        ("RS384", "rsa.pem", "rsa.pub.pem"),
        ("RS512", "rsa.pem", "rsa.pub.pem"),
        ("PS256", "rsa.pem", "rsa.pub.pem"),
        ("PS384", "rsa.pem", "rsa.pub.pem"),
        ("PS512", "rsa.pem", "rsa.pub.pem"),
        ("ES256", "ec.pem", "ec.pub.pem"),
        ("HS256", "secret.txt", "secret.txt"),
        ("HS512", "secret.txt", "secret.txt"),
    ] {
        let sign = Sign { alg: alg.to_owned(), key: private.to_owned(), ..Sign::default() };
        let mut files = honest();
        files.insert(SIGNATURES.to_owned(), signatures(&files, &sign));
        let key = key_path(public);
        let arguments = ["--verification-key", &key, "--signing-alg", alg];
        is_judged_by(&archive(&files, &[], None), &arguments, verified);
    }
}

#[test]
fn a_signature_counts_for_its_key_id_scope_and_days() {
    let claims = [("scope", json!("gate")), ("exp", json!(1_798_761_600)), ("iss", json!("x"))];
    let claims = claims.map(|(name, value)| (name.to_owned(), value)).into();
    let (kid, hash) = (Some("team".to_owned()), "SHA-512".to_owned());
    let sign = Sign { kid, hash, claims, ..Sign::default() };
    let mut files = honest();
    files.insert(SIGNATURES.to_owned(), signatures(&files, &sign));
    let bundle = archive(&files, &[], None);
    let key = key_path("rsa.pub.pem");
    let arguments = ["--verification-key", &key, "--verification-scope", "gate"];
    let named = [&arguments[..], &["--verification-key-id", "team"]].concat();
    for arguments in [&arguments[..], &named] {
        let arguments = [arguments, &["--today", "2027-01-01"]].concat();
        is_judged_by(&bundle, &arguments, "signed by the configured key");
    }
}

#[test]
fn a_bundle_that_nobody_verifies_says_so() {
    let mut files = honest();
    is_judged_by(&archive(&files, &[], None), &[], "bundle.tar.gz, revision 7: not signed");
    files.insert(SIGNATURES.to_owned(), signatures(&files, &Sign::default()));
    let says = "its signature was not verified: name the key with `--verification-key FILE`";
    is_judged_by(&archive(&files, &[], None), &[], says);
}

#[test]
fn an_archive_as_git_makes_it_is_a_bundle() {
    let comment = b"52 comment=0123456789012345678901234567890123456789\n";
    assert_eq!(comment.len(), 52);
    let header = entry("pax_global_header", EntryType::XGlobalHeader, "", comment);
    let directory = entry("policies/", EntryType::Directory, "", b"");
    let path = format!("./{POLICY}");
    let policy = entry(&path, EntryType::Regular, "", &honest()[POLICY]);
    let bytes = [header, directory, policy, vec![0; 2 * BLOCK]].concat();
    is_judged_by(&compressed(&bytes), &[], FINDING);
    let size = b"19 size=0123456789\n".to_vec();
    let header = entry("pax_global_header", EntryType::XGlobalHeader, "", &size);
    let (code, said) = judged(&compressed(&[header, bytes].concat()), &[]);
    assert_eq!(code, 4, "{said}");
}

#[test]
fn a_key_that_is_none_is_a_mistake_of_the_configuration() {
    let mut files = honest();
    files.insert(SIGNATURES.to_owned(), signatures(&files, &Sign::default()));
    let bundle = archive(&files, &[], None);
    let key = key_path;
    for (file, alg, says) in [
        (key("rsa.pem"), "RS256", "it is a private key, and the public one verifies"),
        (key("rsa.pub.pem"), "HS256", "it is a public key, which is no secret"),
        (key("rsa.pub.pem"), "ES256", "it is no public key for the algorithm, in PEM"),
        (key("ec.pub.pem"), "RS256", "it is no public key for the algorithm, in PEM"),
        (key("secret.txt"), "RS256", "it is no public key for the algorithm, in PEM"),
        (key("rsa.pub.pem"), "none", "there is no algorithm `none`"),
        (key("rsa.pub.pem"), "ES512", "there is no algorithm `ES512`"),
        (key("nowhere.pem"), "RS256", "cannot be read"),
    ] {
        let (code, said) = judged(&bundle, &["--verification-key", &file, "--signing-alg", alg]);
        assert_eq!(code, 2, "{file}, {alg}: {said}");
        assert!(said.contains(says), "{file}, {alg}: {said}");
    }
    let (code, said) = judged(&bundle, &["--verification-key-id", "team"]);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("and no key is configured"), "{said}");
}

#[test]
fn directories_must_be_signed_as_well_where_a_key_is_configured() {
    let outer = tempfile::tempdir().unwrap();
    let write = |files: &Files| {
        for (path, bytes) in files {
            let path = outer.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
    };
    let mut files = honest();
    let directory = outer.path().display().to_string();
    let key = key_path("rsa.pub.pem");
    let arguments = ["--policy", &directory, "--verification-key", &key];
    let bundle = {
        let mut files = honest();
        files.retain(|path, _| path != POLICY);
        let empty = "# METADATA\n# title: Nothing\n# custom:\n#   severity: low\n#   resource_types: [aws_vpc]\n#   remediation: None.\npackage policies.team.network.nothing\n\ndeny contains v if {\n\tinput.values.nothing\n\tv := {\"message\": \"x\"}\n}\n";
        files.insert("policies/team/network/nothing.rego".to_owned(), empty.into());
        files.insert(SIGNATURES.to_owned(), signatures(&files, &Sign::default()));
        archive(&files, &[], None)
    };
    write(&files);
    let (code, said) = judged(&bundle, &arguments);
    assert_eq!(code, 4, "{said}");
    assert!(said.contains("is not signed, and a verification key is configured"), "{said}");
    files.insert(SIGNATURES.to_owned(), signatures(&files, &Sign::default()));
    write(&files);
    is_judged_by(&bundle, &arguments, "signed by the configured key");
    std::fs::write(outer.path().join("more.rego"), "package a").unwrap();
    let (code, said) = judged(&bundle, &arguments);
    assert_eq!(code, 4, "{said}");
    assert!(said.contains("holds `more.rego`, which its signature does not cover"), "{said}");
}

/// A bundle for `--conftest`: in the older Rego, with data at a path.
#[test]
fn a_bundle_of_policies_for_other_tools_is_a_set_with_its_data() {
    let policy = "package team\n\ndeny[msg] {\n\tcount(input.resource_changes) > data.limits.most\n\
                  \tmsg := \"the plan is large\"\n}\n";
    let file = |path: &str, text: &str| (path.to_owned(), text.as_bytes().to_vec());
    let files = |most: &str, version: u8| {
        let manifest = format!("{{\"revision\": \"8\", \"rego_version\": {version}}}");
        Files::from([
            file("team/plans.rego", policy),
            file("limits/data.json", &format!("{{\"most\": {most}}}")),
            file(".manifest", &manifest),
        ])
    };
    let judged = |files: &Files, arguments: &[&str]| {
        judged_as("--conftest", &archive(files, &[], None), arguments)
    };
    let (code, said) = judged(&files("1", 0), &["--namespace", "team"]);
    assert_eq!(code, 1, "{said}");
    assert!(
        said.contains("the plan is large") && said.contains("revision 8: not signed"),
        "{said}"
    );
    let (code, said) = judged(&files("1000", 0), &["--namespace", "team"]);
    assert_eq!(code, 0, "{said}");
    let (code, said) = judged(&files("1", 1), &["--namespace", "team"]);
    assert_eq!(code, 4, "it is no Rego of version 1: {said}");
    let (code, said) = judged(&files("1", 0), &[]);
    assert!(code != 0 && said.contains("no rule judges"), "{said}");
    let key = key_path("rsa.pub.pem");
    let verified = ["--namespace", "team", "--verification-key", &key];
    let (code, said) = judged(&files("1000", 0), &verified);
    assert_eq!(code, 4, "{said}");
    let mut signed = files("1", 0);
    signed.insert(SIGNATURES.to_owned(), signatures(&signed, &Sign::default()));
    let (code, said) = judged(&signed, &verified);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("revision 8: signed by the configured key"), "{said}");
}
