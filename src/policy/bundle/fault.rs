//! Why nothing of a bundle is used, and what to do.

use miette::Diagnostic;

use crate::base::Date;

/// What is wrong with a bundle. Each message follows the name of the bundle.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Diagnostic)]
#[expect(missing_docs, reason = "each variant's message says what it means")]
pub enum BundleFault {
    #[error("cannot be read: {reason}")]
    #[diagnostic(help("check the path and its permissions"))]
    Unreadable { reason: String },

    #[error("is no gzip archive, or a damaged one")]
    #[diagnostic(help("make it with `opa build --bundle`, or with `tar --gzip`"))]
    NotCompressed,

    #[error("has something behind its compressed archive")]
    #[diagnostic(help("a bundle is one archive, compressed as one piece"))]
    More,

    #[error("is a damaged archive")]
    #[diagnostic(help("make it with `opa build --bundle`, or with `tar --gzip`"))]
    Damaged,

    #[error("is cut off: its archive has no end")]
    #[diagnostic(help("fetch it again"))]
    CutOff,

    #[error("has something behind the end of its archive")]
    #[diagnostic(help("one tool would see it and another would not: make the bundle again"))]
    Hidden,

    #[error("holds more than {mebibytes} MiB")]
    #[diagnostic(help("a bundle of policies is small: take out what does not belong to it"))]
    TooLarge { mebibytes: u64 },

    #[error("unpacks to more than {times} times its size")]
    #[diagnostic(help("a bundle of policies is small: take out what does not belong to it"))]
    Bomb { times: u64 },

    #[error("holds more than {most} files")]
    #[diagnostic(help("a bundle of policies is small: take out what does not belong to it"))]
    TooMany { most: usize },

    #[error("holds no file")]
    #[diagnostic(help("make it with `opa build --bundle`, or with `tar --gzip`"))]
    Empty,

    #[error("holds `{path}`, which is {what}")]
    #[diagnostic(help("a bundle holds files and directories, and nothing that leads elsewhere"))]
    NoFile { path: String, what: &'static str },

    #[error("holds `{path}`, which is no path inside of it")]
    #[diagnostic(help("paths are relative to the bundle, with `/` between their steps"))]
    BadPath { path: String },

    #[error("holds `{path}`, which lies more than {most} directories deep")]
    #[diagnostic(help("move it further up"))]
    TooDeep { path: String, most: usize },

    #[error("holds `{path}` twice")]
    #[diagnostic(help(
        "one tool would take the first and another the last: make the bundle again"
    ))]
    Twice { path: String },

    #[error("holds `{path}`, which is no UTF-8")]
    #[diagnostic(help("policies and data are text"))]
    NoText { path: String },

    #[error("holds `{path}`, which is not what its name says: {reason}")]
    #[diagnostic(help("JSON and YAML hold each key once, and no more than they need"))]
    BadContent { path: String, reason: String },

    #[error("has a manifest that is wrong: {reason}")]
    #[diagnostic(help(
        "`.manifest` is a JSON object with `roots`, `revision`, `rego_version`, `file_rego_versions` and `metadata`"
    ))]
    BadManifest { reason: String },

    #[error("holds `{path}`, and its manifest is `.manifest` alone")]
    #[diagnostic(help("name the file otherwise, or bundle it by itself"))]
    OtherManifest { path: String },

    #[error("has roots that overlap: `{one}` and `{other}`")]
    #[diagnostic(help("a root holds everything below it: name the outer one alone"))]
    Overlap { one: String, other: String },

    #[error("holds `{path}` with {what}, which lies outside of its roots")]
    #[diagnostic(help("add the root to `.manifest`, or move the file"))]
    OutsideRoots { path: String, what: String },

    #[error("holds `{path}`, which does not begin with its package")]
    #[diagnostic(help("write `package a.b` in a line of its own, before everything but comments"))]
    NoPackage { path: String },

    #[error("is a delta bundle: `{path}` changes another bundle")]
    #[diagnostic(help("give a snapshot, which holds all policies and data"))]
    Delta { path: String },

    #[error("is compiled to WebAssembly")]
    #[diagnostic(help("build it with `opa build --target rego`"))]
    WebAssembly,

    #[error("is not signed, and a verification key is configured")]
    #[diagnostic(help(
        "sign it with `opa sign --bundle`, or take `verification_key` out of the configuration"
    ))]
    Unsigned,

    #[error("has a `.signatures.json` that is wrong: {reason}")]
    #[diagnostic(help("sign it with `opa sign --bundle`"))]
    BadSignatures { reason: String },

    #[error("has {number} signatures, and needs exactly one")]
    #[diagnostic(help("sign it with `opa sign --bundle`"))]
    Signatures { number: usize },

    #[error("is signed for the plugin `{plugin}`")]
    #[diagnostic(help("plugins are not supported: sign it with `opa sign --bundle`"))]
    Plugin { plugin: String },

    #[error("is signed with `{found}`, and `{wanted}` is configured")]
    #[diagnostic(help(
        "sign it with the configured algorithm, or set `signing_alg` to the one of the key"
    ))]
    OtherAlgorithm { found: String, wanted: String },

    #[error("has a signature that no algorithm made, or one that cannot be read")]
    #[diagnostic(help("sign it with `opa sign --bundle`"))]
    NoAlgorithm,

    #[error("has a signature that is not by the configured key")]
    #[diagnostic(help("whoever signed it has another key, or the signature was changed"))]
    OtherKey,

    #[error("is signed by the key `{found}`, and `{wanted}` is configured")]
    #[diagnostic(help("sign it with the configured key, or set `verification_key_id`"))]
    OtherKeyId { found: String, wanted: String },

    #[error("is signed for the scope `{found}`, and `{wanted}` is configured")]
    #[diagnostic(help("sign it for the configured scope, or set `verification_scope`"))]
    OtherScope { found: String, wanted: String },

    #[error("has a signature that ended on {day}")]
    #[diagnostic(help("sign it again"))]
    Expired { day: Date },

    #[error("has a signature that begins on {day}")]
    #[diagnostic(help("wait, or sign it again"))]
    NotYet { day: Date },

    #[error("has a signature that names `{path}` twice")]
    #[diagnostic(help("sign it again"))]
    SignedTwice { path: String },

    #[error("holds `{path}`, which its signature does not cover")]
    #[diagnostic(help("take the file out, or sign the bundle again"))]
    NotSigned { path: String },

    #[error("lacks `{path}`, which was signed")]
    #[diagnostic(help("fetch it again, or sign the bundle again"))]
    Missing { path: String },

    #[error("holds `{path}`, which is not the file that was signed")]
    #[diagnostic(help("fetch it again, or sign the bundle again"))]
    Changed { path: String },

    #[error("has a signature that trusts `{algorithm}` for `{path}`")]
    #[diagnostic(help("sign it with SHA-256, SHA-384 or SHA-512"))]
    WeakHash { path: String, algorithm: String },
}
