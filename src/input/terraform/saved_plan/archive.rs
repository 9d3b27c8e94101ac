//! The zip around a saved plan, read strictly and within limits.
//!
//! Readers of zip disagree on archives that nobody's tool writes: entries of one name, text
//! behind the directory, a directory that is not the last. Terraform would apply what its
//! own reader finds, so whatever could be read in two ways is refused.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::read::{ArchiveOffset, Config};

use super::fault::Fault;

/// The entry that makes a zip a saved plan.
pub(super) const PLAN: &str = "tfplan";

/// Entries of an archive: a plan has one for each source file, and four more.
const MOST_ENTRIES: u16 = 20_000;
/// Bytes of the plan or its state, unpacked.
pub(super) const LARGEST_ENTRY: u64 = 512 << 20;
/// Bytes of any other entry, unpacked: a source file, a list.
pub(super) const LARGEST_TEXT: u64 = 16 << 20;
/// Bytes of everything that is read from one archive, unpacked.
const LARGEST_ARCHIVE: u64 = 1 << 30;
/// How many times larger an entry may become. Deflate reaches a thousand on nothing but
/// zeros, and 73 on a plan of ten thousand resources that are copies of 34.
const HIGHEST_RATIO: u64 = 250;
/// What an entry may always become, whatever its ratio.
const SMALL: u64 = 1 << 20;

/// The record at the end of an archive: signature and length.
const END_SIGNATURE: &[u8] = b"PK\x05\x06";
const END_LENGTH: usize = 22;

/// An opened archive.
pub(super) struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    length: u64,
    left: u64,
}

impl<'a> Archive<'a> {
    /// Reads the directory of an archive and checks every name in it.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, Fault> {
        check_end(bytes)?;
        let config = Config { archive_offset: ArchiveOffset::Known(0) };
        let zip = ZipArchive::with_config(config, Cursor::new(bytes))
            .map_err(|_| Fault::Damaged("its directory cannot be read"))?;
        if zip.has_duplicate_names() {
            return Err(Fault::Damaged("it has two entries of one name"));
        }
        let mut archive = Archive { zip, length: bytes.len() as u64, left: LARGEST_ARCHIVE };
        archive.names()?;
        Ok(archive)
    }

    /// True when there is an entry `name`.
    pub(super) fn has(&self, name: &str) -> bool {
        self.zip.index_for_name(name).is_some()
    }

    /// The names of all entries, in order.
    pub(super) fn names(&mut self) -> Result<Vec<String>, Fault> {
        const UNREADABLE: Fault = Fault::Damaged("an entry has a name that is no text");
        let names = self.zip.file_names().map(|name| match name {
            Ok(name) if is_inside(&name) => Ok(name.into_owned()),
            Ok(_) => Err(Fault::Damaged("an entry has a name that leads out of the archive")),
            Err(_) => Err(UNREADABLE),
        });
        let mut names = names.collect::<Result<Vec<_>, _>>()?;
        names.sort_unstable();
        Ok(names)
    }

    /// The content of the entry `name`, which must not be larger than `largest`.
    pub(super) fn read(&mut self, name: &str, largest: u64) -> Result<Option<Vec<u8>>, Fault> {
        const UNREADABLE: Fault =
            Fault::Damaged("an entry cannot be unpacked, or its checksum is wrong");
        let Some(index) = self.zip.index_for_name(name) else { return Ok(None) };
        let file = self.zip.by_index(index).map_err(|_| UNREADABLE)?;
        let packed = file.compressed_size().min(self.length);
        let by_ratio = packed.saturating_mul(HIGHEST_RATIO).max(SMALL);
        let limit = by_ratio.min(largest).min(self.left);
        // What the directory says of the size may be wrong; it only saves growing.
        let expected = file.size().min(limit) + 1;
        let mut bytes = Vec::with_capacity(usize::try_from(expected).unwrap_or_default());
        file.take(limit + 1).read_to_end(&mut bytes).map_err(|_| UNREADABLE)?;
        let length = bytes.len() as u64;
        if length > limit {
            return Err(Fault::Beyond("an entry unpacks to more than a plan can be"));
        }
        self.left -= length;
        Ok(Some(bytes))
    }
}

/// The archive ends with its directory and one record that says so.
fn check_end(bytes: &[u8]) -> Result<(), Fault> {
    const CUT_OFF: Fault = Fault::Damaged("it does not end as a zip archive ends");
    let start = bytes.len().checked_sub(END_LENGTH).ok_or(CUT_OFF)?;
    let end = bytes.get(start..).ok_or(CUT_OFF)?;
    let short = |at: usize| {
        let pair = end.get(at..at + 2).and_then(|pair| pair.try_into().ok());
        pair.map(u16::from_le_bytes).ok_or(CUT_OFF)
    };
    let long = |at: usize| {
        let four = end.get(at..at + 4).and_then(|four| four.try_into().ok());
        four.map(u32::from_le_bytes).map(u64::from).ok_or(CUT_OFF)
    };
    if !end.starts_with(END_SIGNATURE) {
        return Err(CUT_OFF);
    }
    let (disk, directory_disk, comment) = (short(4)?, short(6)?, short(20)?);
    let (entries_here, entries) = (short(8)?, short(10)?);
    let directory_end = long(12)? + long(16)?;
    if disk != 0 || directory_disk != 0 || comment != 0 || entries_here != entries {
        return Err(Fault::Damaged("it has parts that no saved plan has"));
    }
    if entries > MOST_ENTRIES {
        return Err(Fault::Beyond("it has too many entries"));
    }
    if directory_end != start as u64 {
        return Err(Fault::Damaged("its directory is not where it should be"));
    }
    Ok(())
}

/// True for a name that stays below the directory into which the archive would be unpacked.
fn is_inside(name: &str) -> bool {
    let path = name.strip_suffix('/').unwrap_or(name);
    !path.contains(['\\', '\0'])
        && path.split('/').all(|step| !matches!(step, "" | "." | ".."))
        && path.as_bytes().get(1).is_none_or(|second| *second != b':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_inside() {
        for name in ["tfplan", "tfconfig/m-a.b/main.tf", "tfconfig/", "a/..b/c"] {
            assert!(is_inside(name), "{name}");
        }
        for name in ["", "/etc/passwd", "../x", "a/../../x", "a\\..\\x", "C:/x", "a//b", "./a"] {
            assert!(!is_inside(name), "{name}");
        }
    }
}
