//! `.signatures.json`: one token that names every file of a bundle with its digest.
//!
//! The algorithm is the configured one, never the one that the token asks for.

use std::collections::BTreeMap;
use std::fmt;

use jsonwebtoken::{Algorithm as JwtAlgorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;

use super::archive::shown;
use super::{BundleFault, BundleFiles, SIGNATURES, hash, structured};
use crate::base::Date;

/// The largest file of signatures.
const LARGEST: usize = 8 << 20;

/// How bundles must be signed.
#[derive(Debug, Clone)]
pub struct Verification {
    /// One of these is right: a secret counts with the line break at its end, and without.
    keys: Vec<DecodingKey>,
    algorithm: SigningAlgorithm,
    /// What the key is called, for tokens that say so.
    pub key_id: Option<String>,
    /// What the signature must be for.
    pub scope: String,
    /// The day of the run.
    pub today: Date,
}

/// An algorithm by which bundles are signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SigningAlgorithm(JwtAlgorithm);

/// Why a key cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "each variant's message says what it means")]
pub enum KeyError {
    #[error("it is a private key, and the public one verifies")]
    Private,
    #[error("it is a public key, which is no secret: set `signing_alg` to its algorithm")]
    Public,
    #[error("it is a certificate: take the key out with `openssl x509 -pubkey -noout`")]
    Certificate,
    #[error("it is empty")]
    Empty,
    #[error("it is no public key for the algorithm, in PEM")]
    Other,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Signatures {
    #[serde(default)]
    signatures: Vec<String>,
    #[serde(default)]
    plugin: String,
}

#[derive(Deserialize)]
struct Payload {
    files: Vec<SignedFile>,
    #[serde(default)]
    scope: String,
    keyid: Option<String>,
    exp: Option<f64>,
    nbf: Option<f64>,
}

#[derive(Deserialize)]
struct SignedFile {
    name: String,
    hash: String,
    #[serde(default)]
    algorithm: String,
}

impl SigningAlgorithm {
    /// The names of all.
    pub const NAMES: [&str; 12] = [
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA", "HS256",
        "HS384", "HS512",
    ];

    /// The algorithm that is called `name`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        name.parse().ok().map(SigningAlgorithm).filter(|_| Self::NAMES.contains(&name))
    }
}

impl fmt::Display for SigningAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl Verification {
    /// Verification with the key that `text` is: a public key in PEM, or a secret for algorithms
    /// that begin with HS; for any key id, no scope, and before any day.
    ///
    /// # Errors
    /// When it is no key for `algorithm`.
    pub fn new(text: &[u8], algorithm: SigningAlgorithm) -> Result<Self, KeyError> {
        Ok(Verification {
            keys: keys(text, algorithm)?,
            algorithm,
            key_id: None,
            scope: String::new(),
            today: Date::default(),
        })
    }

    /// Looks that `signatures` is a signature of `files`: of all of them, and of no others.
    pub(super) fn verify(&self, signatures: &[u8], files: &BundleFiles) -> Result<(), BundleFault> {
        let payload = self.payload(&token(signatures)?)?;
        self.check(&payload)?;
        let mut signed: BTreeMap<&str, &SignedFile> = BTreeMap::new();
        for file in &payload.files {
            if signed.insert(&file.name, file).is_some() {
                return Err(BundleFault::SignedTwice { path: shown(&file.name) });
            }
        }
        for (path, bytes) in files.iter() {
            let file = signed.remove(path);
            let file = file.ok_or_else(|| BundleFault::NotSigned { path: shown(path) })?;
            if hash::digest(path, bytes, &file.algorithm)? != file.hash.to_lowercase() {
                return Err(BundleFault::Changed { path: shown(path) });
            }
        }
        match signed.keys().next() {
            None => Ok(()),
            Some(name) => Err(BundleFault::Missing { path: shown(name) }),
        }
    }

    /// What `token` says, where it is signed by the key.
    fn payload(&self, token: &str) -> Result<Payload, BundleFault> {
        let header = decode_header(token).map_err(|_| BundleFault::NoAlgorithm)?;
        if header.alg != self.algorithm.0 {
            let found = SigningAlgorithm(header.alg).to_string();
            return Err(BundleFault::OtherAlgorithm { found, wanted: self.algorithm.to_string() });
        }
        if header.crit.is_some() {
            return Err(bad("its token asks for something that is not known"));
        }
        let mut validation = Validation::new(self.algorithm.0);
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_aud = false;
        let decoded = |key| decode::<serde::de::IgnoredAny>(token, key, &validation);
        let Some(key) = self.keys.iter().find(|key| decoded(key).is_ok()) else {
            return Err(BundleFault::OtherKey);
        };
        let payload: Payload = decode(token, key, &validation)
            .map_err(|_| bad("its token does not say which files it is for"))?
            .claims;
        let named = header.kid.or_else(|| payload.keyid.clone());
        match (&self.key_id, named) {
            (Some(wanted), Some(found)) if *wanted != found => {
                let (found, wanted) = (shown(&found), wanted.clone());
                Err(BundleFault::OtherKeyId { found, wanted })
            }
            _ => Ok(payload),
        }
    }

    /// Looks what a signature is for, and when.
    fn check(&self, payload: &Payload) -> Result<(), BundleFault> {
        if payload.scope != self.scope {
            let (found, wanted) = (shown(&payload.scope), self.scope.clone());
            return Err(BundleFault::OtherScope { found, wanted });
        }
        #[expect(clippy::cast_possible_truncation, reason = "what is out of range is no day")]
        let day = |seconds: f64| {
            Date::at(seconds as i64).ok_or_else(|| bad("its token ends or begins on no day"))
        };
        if let Some(day) = payload.exp.map(day).transpose()?
            && day < self.today
        {
            return Err(BundleFault::Expired { day });
        }
        if let Some(day) = payload.nbf.map(day).transpose()?
            && day > self.today
        {
            return Err(BundleFault::NotYet { day });
        }
        Ok(())
    }
}

/// The one token of a file of signatures.
fn token(signatures: &[u8]) -> Result<String, BundleFault> {
    if signatures.len() > LARGEST {
        return Err(bad("it is larger than 8 MiB"));
    }
    // Looks that each key is there once.
    structured(SIGNATURES, signatures)?;
    let read: Signatures = serde_json::from_slice(signatures)
        .map_err(|_| bad("it is no object of `signatures` alone"))?;
    if !read.plugin.is_empty() {
        return Err(BundleFault::Plugin { plugin: shown(&read.plugin) });
    }
    match <[String; 1]>::try_from(read.signatures) {
        Ok([token]) => Ok(token),
        Err(several) => Err(BundleFault::Signatures { number: several.len() }),
    }
}

fn keys(text: &[u8], algorithm: SigningAlgorithm) -> Result<Vec<DecodingKey>, KeyError> {
    use JwtAlgorithm as Jwt;
    let holds = |words: &str| String::from_utf8_lossy(text).contains(words);
    if matches!(algorithm.0, Jwt::HS256 | Jwt::HS384 | Jwt::HS512) {
        // Whoever knows the public key could sign with it.
        if holds("-----BEGIN") {
            return Err(KeyError::Public);
        }
        let plain = text.strip_suffix(b"\n").unwrap_or(text);
        let plain = plain.strip_suffix(b"\r").unwrap_or(plain);
        if plain.trim_ascii().is_empty() {
            return Err(KeyError::Empty);
        }
        let keys = [plain, text].into_iter().map(DecodingKey::from_secret);
        return keys.collect::<Result<_, _>>().map_err(|_| KeyError::Empty);
    }
    if holds("PRIVATE KEY-----") {
        return Err(KeyError::Private);
    }
    if holds("-----BEGIN CERTIFICATE-----") {
        return Err(KeyError::Certificate);
    }
    let key = match algorithm.0 {
        Jwt::ES256 | Jwt::ES384 => DecodingKey::from_ec_pem(text),
        Jwt::EdDSA => DecodingKey::from_ed_pem(text),
        _ => DecodingKey::from_rsa_pem(text),
    };
    Ok(vec![key.map_err(|_| KeyError::Other)?])
}

fn bad(reason: &str) -> BundleFault {
    BundleFault::BadSignatures { reason: reason.to_owned() }
}
