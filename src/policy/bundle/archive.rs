//! The files of a bundle out of a compressed archive. What could reach out of it, stand for
//! something else, be seen by one tool and not by another, or outgrow the machine is refused.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::io::Read;

use flate2::bufread::GzDecoder;
use tar::{Archive, EntryType, PaxExtensions};

use super::BundleFault;

/// The largest archive, and the most that all of its files hold together.
pub const MOST_BYTES: u64 = 128 << 20;

/// How many times its size an archive may unpack to, once that is more than `FREE_BYTES`.
const MOST_TIMES: u64 = 250;

/// What an archive may unpack to however small it is.
const FREE_BYTES: u64 = 4 << 20;

/// The most files.
const MOST_FILES: usize = 10_000;

/// The longest path of a file.
const LONGEST_PATH: usize = 1024;

/// How many directories deep a file may lie.
const DEEPEST: usize = 32;

/// The blocks that archives are made of.
const BLOCK: usize = 512;

/// The files of a bundle by their paths in it.
#[derive(Debug, Default)]
pub struct BundleFiles {
    files: BTreeMap<String, Vec<u8>>,
    size: u64,
}

impl BundleFiles {
    /// The files of the archive that `bytes` are.
    ///
    /// # Errors
    /// When it is none, or holds what no bundle may.
    pub fn unpack(bytes: &[u8]) -> Result<Self, BundleFault> {
        let unpacked = decompress(bytes)?;
        let mut files = BundleFiles::default();
        let mut end = 0;
        let mut archive = Archive::new(unpacked.as_slice());
        for entry in archive.entries().map_err(|_| BundleFault::Damaged)? {
            let mut entry = entry.map_err(|_| BundleFault::Damaged)?;
            let mut content = Vec::new();
            let kind = entry.header().entry_type();
            let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            if let Some(what) = refused(kind) {
                return Err(BundleFault::NoFile { path: shown(&path), what });
            }
            entry.read_to_end(&mut content).map_err(|_| BundleFault::Damaged)?;
            if content.len() as u64 != entry.size() {
                return Err(BundleFault::CutOff);
            }
            let last = usize::try_from(entry.raw_file_position()).unwrap_or(usize::MAX);
            end = last.saturating_add(content.len().next_multiple_of(BLOCK));
            match kind {
                EntryType::XGlobalHeader if is_comment(&content) => {}
                EntryType::XGlobalHeader => return Err(BundleFault::Damaged),
                EntryType::Directory if matches!(&*path, "." | "./" | "/") => {}
                EntryType::Directory => drop(inside(&path)?),
                _ => files.add(&path, content)?,
            }
        }
        let rest = unpacked.get(end..).unwrap_or_default();
        match () {
            () if rest.iter().any(|byte| *byte != 0) => Err(BundleFault::Hidden),
            () if rest.len() < BLOCK => Err(BundleFault::CutOff),
            () if files.files.is_empty() => Err(BundleFault::Empty),
            () => Ok(files),
        }
    }

    /// Adds a file.
    ///
    /// # Errors
    /// When its path is none of a bundle, or known; or when there are too many or too large files.
    pub fn add(&mut self, path: &str, content: Vec<u8>) -> Result<(), BundleFault> {
        self.size = self.size.saturating_add(content.len() as u64);
        if self.size > MOST_BYTES {
            return Err(too_large());
        }
        if self.files.len() >= MOST_FILES {
            return Err(BundleFault::TooMany { most: MOST_FILES });
        }
        match self.files.entry(inside(path)?) {
            Entry::Vacant(entry) => {
                entry.insert(content);
                Ok(())
            }
            Entry::Occupied(entry) => Err(BundleFault::Twice { path: shown(entry.key()) }),
        }
    }

    /// Takes out the file at `path`.
    pub(super) fn take(&mut self, path: &str) -> Option<Vec<u8>> {
        self.files.remove(path)
    }

    pub(super) fn get(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path).map(Vec::as_slice)
    }

    /// Paths and contents, in order of the paths.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(path, content)| (path.as_str(), content.as_slice()))
    }
}

/// The archive without its compression, which is one piece to its end.
fn decompress(bytes: &[u8]) -> Result<Vec<u8>, BundleFault> {
    let length = bytes.len() as u64;
    if length > MOST_BYTES {
        return Err(too_large());
    }
    let times = length.saturating_mul(MOST_TIMES).max(FREE_BYTES);
    let most = times.min(MOST_BYTES);
    let mut decoder = GzDecoder::new(bytes);
    let mut unpacked = Vec::new();
    let read = decoder.by_ref().take(most.saturating_add(1)).read_to_end(&mut unpacked);
    read.map_err(|_| BundleFault::NotCompressed)?;
    match unpacked.len() as u64 > most {
        true if times < MOST_BYTES => return Err(BundleFault::Bomb { times: MOST_TIMES }),
        true => return Err(too_large()),
        false => {}
    }
    if decoder.into_inner().is_empty() { Ok(unpacked) } else { Err(BundleFault::More) }
}

/// What an entry is that no bundle may hold.
fn refused(kind: EntryType) -> Option<&'static str> {
    match kind {
        EntryType::Regular | EntryType::Continuous => None,
        EntryType::Directory | EntryType::XGlobalHeader => None,
        EntryType::Symlink => Some("a symbolic link"),
        EntryType::Link => Some("a hard link"),
        EntryType::Char | EntryType::Block => Some("a device"),
        EntryType::Fifo => Some("a pipe"),
        EntryType::GNUSparse => Some("a sparse file"),
        _ => Some("neither a file nor a directory"),
    }
}

/// True for a header of the whole archive that changes nothing in it, as `git archive` writes it.
fn is_comment(content: &[u8]) -> bool {
    PaxExtensions::new(content)
        .all(|record| record.is_ok_and(|record| record.key() == Ok("comment")))
}

/// The path of a file in a bundle, which may begin with `/` or `./` and leads nowhere else.
fn inside(path: &str) -> Result<String, BundleFault> {
    let inner = path.strip_prefix("./").or_else(|| path.strip_prefix('/')).unwrap_or(path);
    let inner = inner.strip_suffix('/').unwrap_or(inner);
    let is_plain = |step: &str| !matches!(step, "" | "." | "..");
    let is_odd = |c: char| matches!(c, '\\' | ':' | '\u{fffd}') || c.is_control();
    let leads_out = !inner.split('/').all(is_plain);
    if leads_out || inner.contains(is_odd) || inner.len() > LONGEST_PATH {
        return Err(BundleFault::BadPath { path: shown(path) });
    }
    if inner.split('/').count() > DEEPEST {
        return Err(BundleFault::TooDeep { path: shown(path), most: DEEPEST });
    }
    Ok(inner.to_owned())
}

/// A path for a message.
pub(super) fn shown(path: &str) -> String {
    let start: String = path.chars().take(80).collect();
    let more = if start.len() < path.len() { "…" } else { "" };
    format!("{}{more}", start.escape_debug())
}

fn too_large() -> BundleFault {
    BundleFault::TooLarge { mebibytes: MOST_BYTES >> 20 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside() {
        for (path, inner) in [
            ("a.rego", Some("a.rego")),
            ("/a/b.rego", Some("a/b.rego")),
            ("./a/b.rego", Some("a/b.rego")),
            ("a/", Some("a")),
            ("..", None),
            ("a/../b", None),
            ("../b", None),
            ("/../b", None),
            ("//b", None),
            (".//b", None),
            ("a//b", None),
            ("a/./b", None),
            ("", None),
            (".", None),
            ("/", None),
            ("C:/b", None),
            ("a\\b", None),
            ("a\nb", None),
        ] {
            assert_eq!(inside(path).ok().as_deref(), inner, "{path:?}");
        }
    }
}
