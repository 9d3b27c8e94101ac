//! Fuzzes the reader of saved plan files.
//!
//! The first byte says what the rest is: the whole file, or one entry of a zip that is sound
//! but for it. So the fuzzer need not find checksums to get inside.
//!
//! Whatever is read must be convertible into JSON that reads back as the same plan, unless
//! only `convert` looks at what is broken.

#![no_main]

use std::io::{Cursor, Write};

use libfuzzer_sys::fuzz_target;
use plangate::input::{Document, convert, load};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// A plan of version 3 with nothing in it.
const EMPTY_PLAN: &[u8] = b"\x08\x03";

fuzz_target!(|input: &[u8]| {
    let Some((kind, rest)) = input.split_first() else { return };
    let bytes = match kind % 4 {
        0 => zip(&[("tfplan", rest)]),
        1 => zip(&[("tfplan", EMPTY_PLAN), ("tfstate", rest)]),
        2 => zip(&[("tfplan", EMPTY_PLAN), ("tfconfig/modules.json", rest)]),
        _ => rest.to_vec(),
    };
    let document = Document { label: "plan.out".to_owned(), bytes };
    let Ok(model) = load(&document) else { return };
    if kind % 4 == 3 && !document.bytes.starts_with(b"PK") {
        return;
    }
    let Ok(json) = convert(&document) else { return };
    // The JSON reader refuses one name of a member, wherever it stands.
    if json.contains("$serde_json::private::Number") {
        return;
    }
    let document = Document { label: "plan.json".to_owned(), bytes: json.into_bytes() };
    let again = load(&document).expect("what was converted reads back");
    assert_eq!(model.resources.len(), again.resources.len());
    for (file, json) in model.resources.iter().zip(&again.resources) {
        assert_eq!((&file.address, file.action), (&json.address, json.action));
        assert_eq!((&file.values, &file.before), (&json.values, &json.before));
        assert_eq!((&file.unknown, &file.provider), (&json.unknown, &json.provider));
    }
});

fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, bytes) in entries {
        writer.start_file(*name, options).expect("an entry begins");
        writer.write_all(bytes).expect("an entry is written");
    }
    writer.finish().expect("the archive ends").into_inner()
}
