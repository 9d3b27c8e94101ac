//! Bundles as archives: signed, packed, and spoilt in every way.

use std::collections::BTreeMap;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use jsonwebtoken::{Algorithm, EncodingKey};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256, Sha384, Sha512};
use tar::{EntryType, Header};

use crate::support;

/// The file that holds the signatures.
pub(super) const SIGNATURES: &str = ".signatures.json";
/// The bytes of a block of an archive.
pub(super) const BLOCK: usize = 512;

/// How a bundle is signed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Sign {
    pub(super) alg: String,
    pub(super) key: String,
    pub(super) kid: Option<String>,
    pub(super) crit: Option<Vec<String>>,
    pub(super) claims: BTreeMap<String, Value>,
    /// What was signed, where the claims are others.
    pub(super) signed_claims: Option<BTreeMap<String, Value>>,
    pub(super) hash: String,
    /// A file that is named twice.
    pub(super) twice: Option<String>,
    pub(super) plugin: Option<String>,
    pub(super) tokens: usize,
}

impl Default for Sign {
    fn default() -> Self {
        Sign {
            alg: "RS256".to_owned(),
            key: "rsa.pem".to_owned(),
            kid: None,
            crit: None,
            claims: BTreeMap::new(),
            signed_claims: None,
            hash: "SHA-256".to_owned(),
            twice: None,
            plugin: None,
            tokens: 1,
        }
    }
}

/// An entry of the archive.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct More {
    pub(super) path: String,
    pub(super) kind: Kind,
    pub(super) content: String,
    /// The content so many times.
    pub(super) times: Option<usize>,
    /// So many bytes that cannot be compressed.
    pub(super) noise: Option<usize>,
    /// So many entries with a number behind their paths.
    pub(super) copies: Option<usize>,
    pub(super) to: String,
}

#[derive(Debug, Default, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    #[default]
    File,
    Symlink,
    Hardlink,
    Char,
    Fifo,
    Sparse,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Spoilt {
    SecondMember,
    BehindEnd,
    NoEnd,
    CutOff,
    CutOffCompressed,
    Damaged,
    NoGzip,
}

/// Files by their paths in a bundle.
pub(super) type Files = BTreeMap<String, Vec<u8>>;

pub(super) fn key(name: &str) -> Vec<u8> {
    std::fs::read(support::path("fixtures/bundles/keys").join(name)).unwrap()
}

/// The digest of a file as a signature holds it; written anew, so that it proves something.
pub(super) fn digest(path: &str, bytes: &[u8], algorithm: &str) -> String {
    let name = path.rsplit('/').next().unwrap();
    let content = match name {
        "data.json" | ".manifest" => match serde_json::from_slice::<Value>(bytes) {
            Ok(value) => value.to_string().into_bytes(),
            Err(_) => bytes.to_vec(),
        },
        _ => bytes.to_vec(),
    };
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    match algorithm {
        "SHA-384" => hex(&Sha384::digest(content)),
        "SHA-512" => hex(&Sha512::digest(content)),
        _ => hex(&Sha256::digest(content)),
    }
}

pub(super) fn base64(bytes: &[u8]) -> String {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let digits = bytes.chunks(3).flat_map(|chunk| {
        let number = chunk.iter().fold(0u32, |sum, byte| (sum << 8) | u32::from(*byte));
        let number = number << (8 * (3 - chunk.len()));
        (0..=chunk.len()).map(move |at| alphabet[((number >> (18 - 6 * at)) & 63) as usize] as char)
    });
    digits.collect()
}

pub(super) fn token(files: &Files, sign: &Sign) -> String {
    let mut signed: Vec<Value> = files
        .iter()
        .map(|(path, bytes)| {
            let hash = digest(path, bytes, &sign.hash);
            json!({"name": path, "hash": hash, "algorithm": sign.hash})
        })
        .collect();
    let twice = signed.iter().find(|file| file["name"].as_str() == sign.twice.as_deref()).cloned();
    signed.extend(twice);
    let payload = |claims: &BTreeMap<String, Value>| {
        let mut payload = json!({ "files": signed });
        claims.iter().for_each(|(name, value)| payload[name] = value.clone());
        base64(payload.to_string().as_bytes())
    };
    let mut header = json!({ "alg": sign.alg });
    sign.kid.iter().for_each(|kid| header["kid"] = json!(kid));
    sign.crit.iter().for_each(|crit| header["crit"] = json!(crit));
    let header = base64(header.to_string().as_bytes());
    let message =
        format!("{header}.{}", payload(sign.signed_claims.as_ref().unwrap_or(&sign.claims)));
    let signature = match sign.alg.parse::<Algorithm>() {
        Ok(algorithm) => {
            let text = key(&sign.key);
            let key = match algorithm {
                Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512 => {
                    EncodingKey::from_secret(&text)
                }
                Algorithm::ES256 => EncodingKey::from_ec_pem(&text),
                _ => EncodingKey::from_rsa_pem(&text),
            };
            jsonwebtoken::crypto::sign(message.as_bytes(), &key.unwrap(), algorithm).unwrap()
        }
        Err(_) => String::new(),
    };
    format!("{header}.{}.{signature}", payload(&sign.claims))
}

pub(super) fn signatures(files: &Files, sign: &Sign) -> Vec<u8> {
    let mut signatures = json!({ "signatures": vec![token(files, sign); sign.tokens] });
    sign.plugin.iter().for_each(|plugin| signatures["plugin"] = json!(plugin));
    signatures.to_string().into_bytes()
}

/// One entry of an archive, its path as it is written.
pub(super) fn entry(path: &str, kind: EntryType, to: &str, content: &[u8]) -> Vec<u8> {
    let mut header = Header::new_gnu();
    let name = &mut header.as_gnu_mut().unwrap().name;
    name[..path.len()].copy_from_slice(path.as_bytes());
    header.as_gnu_mut().unwrap().linkname[..to.len()].copy_from_slice(to.as_bytes());
    header.set_entry_type(kind);
    header.set_size(content.len() as u64);
    header.set_cksum();
    let mut bytes = header.as_bytes().to_vec();
    bytes.extend(content);
    bytes.resize(bytes.len().next_multiple_of(BLOCK), 0);
    bytes
}

impl More {
    pub(super) fn entries(&self) -> Vec<u8> {
        let kind = match self.kind {
            Kind::File => EntryType::Regular,
            Kind::Symlink => EntryType::Symlink,
            Kind::Hardlink => EntryType::Link,
            Kind::Char => EntryType::Char,
            Kind::Fifo => EntryType::Fifo,
            Kind::Sparse => EntryType::GNUSparse,
        };
        let mut state = 1u64;
        let mut noise = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 32) as u8
        };
        let content = match (self.times, self.noise) {
            (Some(times), _) => self.content.repeat(times).into_bytes(),
            (_, Some(bytes)) => (0..bytes).map(|_| noise()).collect(),
            _ => self.content.clone().into_bytes(),
        };
        match self.copies {
            None => entry(&self.path, kind, &self.to, &content),
            Some(copies) => (0..copies)
                .flat_map(|at| entry(&format!("{}{at}", self.path), kind, &self.to, &content))
                .collect(),
        }
    }
}

pub(super) fn compressed(bytes: &[u8]) -> Vec<u8> {
    // What is large is noise, or so plain that any effort suffices.
    let is_noise = bytes.len() > 128 << 20;
    let level = if is_noise { Compression::none() } else { Compression::default() };
    let mut encoder = GzEncoder::new(Vec::new(), level);
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The archive with `files` and `more` entries.
pub(super) fn archive(files: &Files, more: &[More], spoilt: Option<Spoilt>) -> Vec<u8> {
    let mut bytes: Vec<u8> = files
        .iter()
        .flat_map(|(path, content)| entry(path, EntryType::Regular, "", content))
        .chain(more.iter().flat_map(More::entries))
        .collect();
    let end = [0; 2 * BLOCK];
    match spoilt {
        Some(Spoilt::NoEnd) => {}
        Some(Spoilt::CutOff) => bytes.truncate(bytes.len() - BLOCK - 1),
        Some(Spoilt::BehindEnd) => {
            bytes.extend(end);
            bytes.extend(entry("a.rego", EntryType::Regular, "", b"package a"));
            bytes.extend(end);
        }
        Some(Spoilt::Damaged) => {
            bytes[0] ^= 1;
            bytes.extend(end);
        }
        _ => bytes.extend(end),
    }
    let mut packed = compressed(&bytes);
    match spoilt {
        Some(Spoilt::SecondMember) => packed.extend(compressed(&end)),
        Some(Spoilt::CutOffCompressed) => packed.truncate(packed.len() - 12),
        Some(Spoilt::NoGzip) => packed = bytes,
        _ => {}
    }
    packed
}
