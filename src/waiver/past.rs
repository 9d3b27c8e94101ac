//! The comments that a commit holds: of those in the source, only they count where that commit is
//! trusted.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use super::directive;
use crate::base::Source;
use crate::input::Commit;
use crate::input::files::Files;
use crate::input::terraform::source::{Comment, Comments, Target};

/// The largest file that is read.
const LARGEST: u64 = 16 << 20;

/// The comments of a commit, by directory.
#[derive(Debug, Clone)]
pub(super) struct Past {
    commit: Arc<Commit>,
    known: HashMap<String, Vec<Comment>>,
}

impl Past {
    pub(super) fn new(commit: Arc<Commit>) -> Self {
        Past { commit, known: HashMap::new() }
    }

    /// Why a comment does not count, if the commit does not have it at the same block or
    /// attribute of the same module, whatever the file is called.
    pub(super) fn refusal(&mut self, comment: &Comment) -> Option<String> {
        let name = self.commit.name().to_owned();
        let known = self.comments_beside(comment.source.name());
        let is_known = known.iter().any(|old| old.text == comment.text && is_same(old, comment));
        (!is_known).then(|| format!("it is not on {name}"))
    }

    /// The comments in the directory of the file at `path`: all its files are one module.
    fn comments_beside(&mut self, path: &str) -> &[Comment] {
        let directory = Path::new(path).parent().unwrap_or(Path::new(""));
        let commit = &self.commit;
        let read = || {
            let mut comments = Comments::default();
            let names = commit.list(&directory.display().to_string()).unwrap_or_default();
            for name in names.iter().filter(|name| is_source(name)) {
                let path = directory.join(name).display().to_string();
                let text = commit.read(&path, LARGEST).map(String::from_utf8);
                if let Ok(Ok(text)) = text {
                    comments.add(&Source::new(path, text), directive::WORDS);
                }
            }
            comments.comments
        };
        self.known.entry(directory.display().to_string()).or_insert_with(read)
    }
}

fn is_source(name: &str) -> bool {
    [".tf", ".tofu"].iter().any(|end| name.ends_with(end))
}

/// True when both comments stand at the same place. Where several blocks are called alike, the
/// outermost block around them must not have changed: nobody could tell them apart otherwise.
fn is_same(old: &Comment, new: &Comment) -> bool {
    let scope = |target: Option<&Target>| target.map(|target| target.scope.clone());
    let is_unique = [old, new].iter().all(|c| c.target.as_ref().is_none_or(|t| t.is_unique));
    let around = |comment: &Comment| {
        let block = comment.enclosing.as_ref().or(comment.target.as_ref());
        block.map(|block| comment.source.slice(block.span).to_owned())
    };
    scope(old.target.as_ref()) == scope(new.target.as_ref())
        && scope(old.enclosing.as_ref()) == scope(new.enclosing.as_ref())
        && (is_unique || around(old) == around(new))
}
