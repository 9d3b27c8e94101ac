//! Does something again whenever a file changes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, UNIX_EPOCH};

use walkdir::WalkDir;

use super::sink;

/// How often the files are looked at.
const INTERVAL: Duration = Duration::from_millis(300);

/// The files below some directories, with their lengths and when they were last changed.
#[derive(Debug, Default, PartialEq, Eq)]
struct Snapshot(BTreeMap<PathBuf, (u64, Duration)>);

impl Snapshot {
    fn take(directories: &[PathBuf]) -> Self {
        let mut files = BTreeMap::new();
        for directory in directories {
            let walk = WalkDir::new(directory).follow_links(false).into_iter();
            for entry in walk.filter_map(Result::ok).filter(|entry| entry.file_type().is_file()) {
                let Ok(metadata) = entry.metadata() else { continue };
                let changed = metadata.modified().ok();
                let changed = changed.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
                let state = (metadata.len(), changed.unwrap_or_default());
                files.insert(entry.into_path(), state);
            }
        }
        Snapshot(files)
    }

    /// The first file that is another one in `later`.
    fn difference<'a>(&'a self, later: &'a Snapshot) -> Option<&'a Path> {
        let paths = self.0.keys().chain(later.0.keys());
        paths.map(PathBuf::as_path).find(|path| self.0.get(*path) != later.0.get(*path))
    }
}

/// Does `work` now and whenever a file below `directories` changes, until the process is ended.
pub(super) fn repeat(directories: &[PathBuf], mut work: impl FnMut() -> u8) -> u8 {
    loop {
        // What changes meanwhile is seen afterwards.
        let before = Snapshot::take(directories);
        work();
        let changed = loop {
            thread::sleep(INTERVAL);
            let now = Snapshot::take(directories);
            if let Some(path) = before.difference(&now) {
                break path.display().to_string();
            }
        };
        sink::say(&format!("\n{} changed", crate::base::neutralise(&changed)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_seen() {
        let directory = tempfile::tempdir().unwrap();
        let roots = [directory.path().to_owned()];
        let file = directory.path().join("a.rego");
        let empty = Snapshot::take(&roots);
        std::fs::write(&file, "x").unwrap();
        let one = Snapshot::take(&roots);
        assert_eq!(empty.difference(&one), Some(file.as_path()));
        assert_eq!(one.difference(&Snapshot::take(&roots)), None);
        std::fs::write(&file, "xy").unwrap();
        let two = Snapshot::take(&roots);
        assert_eq!(one.difference(&two), Some(file.as_path()));
        std::fs::remove_file(&file).unwrap();
        assert_eq!(two.difference(&Snapshot::take(&roots)), Some(file.as_path()));
    }
}
