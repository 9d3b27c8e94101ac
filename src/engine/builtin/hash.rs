//! `crypto.…`: digests, and digests with a key, in hexadecimal digits.

use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use regorus::Value;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use super::{Function, text};

pub(super) const FUNCTIONS: [Function; 8] = [
    ("crypto.md5", 1, digest::<Md5>),
    ("crypto.sha1", 1, digest::<Sha1>),
    ("crypto.sha256", 1, digest::<Sha256>),
    ("crypto.hmac.md5", 2, keyed::<Hmac<Md5>>),
    ("crypto.hmac.sha1", 2, keyed::<Hmac<Sha1>>),
    ("crypto.hmac.sha256", 2, keyed::<Hmac<Sha256>>),
    ("crypto.hmac.sha512", 2, keyed::<Hmac<Sha512>>),
    ("crypto.hmac.equal", 2, equal),
];

fn hex(bytes: &[u8]) -> Value {
    Value::from(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}

fn digest<D: Digest>(arguments: &[Value]) -> Result<Value, String> {
    Ok(hex(&D::digest(text(arguments, 0)?.as_bytes())))
}

fn keyed<M: Mac + KeyInit>(arguments: &[Value]) -> Result<Value, String> {
    let (message, key) = (text(arguments, 0)?, text(arguments, 1)?);
    let mut mac = <M as KeyInit>::new_from_slice(key.as_bytes()).map_err(|e| e.to_string())?;
    mac.update(message.as_bytes());
    Ok(hex(&mac.finalize().into_bytes()))
}

fn equal(arguments: &[Value]) -> Result<Value, String> {
    Ok(Value::from(text(arguments, 0)? == text(arguments, 1)?))
}

#[cfg(test)]
mod tests {
    use super::super::tests::run;

    #[test]
    fn digests_are_those_of_the_standards() {
        for (name, digest) in [
            ("crypto.md5", "900150983cd24fb0d6963f7d28e17f72"),
            ("crypto.sha1", "a9993e364706816aba3e25717850c26c9cd0d89d"),
            ("crypto.sha256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ] {
            assert_eq!(run(name, &["\"abc\""]).unwrap(), format!("\"{digest}\""), "{name}");
            assert!(run(name, &["1"]).is_err());
        }
    }

    #[test]
    fn keyed_digests_are_those_of_the_standards() {
        // The second case of RFC 2202 and RFC 4231.
        let (message, key) = ("\"what do ya want for nothing?\"", "\"Jefe\"");
        for (name, start) in [
            ("crypto.hmac.md5", "750c783e6ab0b503"),
            ("crypto.hmac.sha1", "effcdf6ae5eb2fa2"),
            ("crypto.hmac.sha256", "5bdcc146bf60754e"),
            ("crypto.hmac.sha512", "164b7a7bfcf819e2"),
        ] {
            let found = run(name, &[message, key]).unwrap();
            assert!(found.starts_with(&format!("\"{start}")), "{name}: {found}");
        }
        assert_eq!(run("crypto.hmac.equal", &["\"a\"", "\"a\""]).unwrap(), "true");
        assert_eq!(run("crypto.hmac.equal", &["\"a\"", "\"b\""]).unwrap(), "false");
    }
}
