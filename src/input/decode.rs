//! Bytes to text: UTF-8 and UTF-16 with or without a byte order mark.

use super::InputError;
use super::error::Refusal;

/// The text of `bytes`. PowerShell's `>` writes UTF-16 with a byte order mark.
pub(super) fn decode(label: &str, bytes: &[u8]) -> Result<String, InputError> {
    let refuse = |refusal| Err(InputError::refused(label, refusal));
    match bytes {
        [0x1f, 0x8b, ..] => refuse(Refusal::Gzip),
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(label, rest),
        [0xff, 0xfe, rest @ ..] => utf16(label, rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(label, rest, u16::from_be_bytes),
        _ => utf8(label, bytes),
    }
}

fn utf8(label: &str, bytes: &[u8]) -> Result<String, InputError> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => {
            let refusal = Refusal::NotText { offset: error.valid_up_to() };
            Err(InputError::refused(label, refusal))
        }
    }
}

fn utf16(label: &str, bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, InputError> {
    let refuse = || InputError::refused(label, Refusal::NotText { offset: bytes.len() });
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(refuse());
    }
    let units: Vec<u16> = pairs.iter().copied().map(unit).collect();
    String::from_utf16(&units).map_err(|_| refuse())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn byte_order_marks_are_understood() {
        let utf16 = |to: fn(u16) -> [u8; 2]| -> Vec<u8> {
            "\u{feff}{\"ä\":1}".encode_utf16().flat_map(to).collect()
        };
        for bytes in [
            "{\"ä\":1}".as_bytes().to_vec(),
            "\u{feff}{\"ä\":1}".as_bytes().to_vec(),
            utf16(u16::to_le_bytes),
            utf16(u16::to_be_bytes),
        ] {
            assert_eq!(decode("x", &bytes).unwrap(), "{\"ä\":1}");
        }
    }

    #[test]
    fn what_is_no_text_is_refused() {
        for bytes in [&b"{\"a\":\"\xff\"}"[..], b"\xff\xfea", b"\xff\xfe\x00\xd8", b"\x1f\x8b"] {
            assert!(decode("x", bytes).is_err());
        }
    }
}
