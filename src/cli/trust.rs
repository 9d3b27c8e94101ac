//! Whose word counts: that of a commit, or that of the working copy, which a change under review
//! may bend.

use std::env;

use crate::check::Grounds;
use crate::config::{Config, Origin};
use crate::finding::AcceptanceKind;
use crate::input::{Commit, CommitError};
use crate::report::Report;

/// What the option is for.
pub(super) const HELP: &str = "Take configuration, policies and what is accepted from a commit";

/// The same, with its consequences.
pub(super) const LONG_HELP: &str = "\
Take configuration, policies and what is accepted from a commit, such as origin/main

What the working copy changes in them counts only where it makes the verdict stricter, and the \
report names it. Comments in source count where the commit has them. Environment variables count \
as part of the working copy.";

/// A variable that nobody may rely on.
pub(super) const VARIABLE: &str = "PLANGATE_TRUSTED_REF";

/// Why not.
pub(super) const NO_VARIABLE: &str = "PLANGATE_TRUSTED_REF has no effect: whatever a plan runs may \
                                      set variables, so give `--trusted-ref` on the command line";

/// How many digits of a commit are shown.
const DIGITS: usize = 12;

/// The commit called `name` of the repository around the working directory.
///
/// # Errors
/// When there is none.
pub(super) fn commit(name: &str) -> Result<Commit, CommitError> {
    let directory = env::current_dir().map_err(|_| CommitError::NoRepository)?;
    Commit::find(&directory, name)
}

/// What is to be said where the word of `commit` counts.
pub(super) fn notices(commit: &Commit, trusted: &Grounds) -> Vec<String> {
    let id = commit.id();
    let id = id.get(..DIGITS).unwrap_or(id);
    let name = commit.name();
    let mut notices = vec![format!(
        "configuration, policies and what is accepted are those of {name}, commit {id}"
    )];
    let outside = files(trusted).into_iter().filter(|path| !commit.covers(path));
    notices.extend(
        outside.map(|path| format!("{path} lies outside of the repository, and counts as it is")),
    );
    notices
}

/// What is to be said where the word of the working copy counts, once there is a report: if
/// anything that could bend the verdict was used.
pub(super) fn notice(grounds: &Grounds) -> impl FnOnce(&Report) -> Option<String> + use<> {
    let mut used = files(grounds);
    let set = grounds.config.settings.iter().flat_map(|set| &set.nodes);
    if set.into_iter().any(|node| matches!(node.origin, Origin::Variable(_))) {
        used.push("environment variables".to_owned());
    }
    move |report| {
        let mut accepted = report.findings.iter().filter_map(|f| f.acceptance.as_ref());
        if accepted.any(|acceptance| acceptance.kind == AcceptanceKind::Comment) {
            used.push("comments in source".to_owned());
        }
        let last = used.pop()?;
        let all = if used.is_empty() { last } else { format!("{} and {last}", used.join(", ")) };
        Some(format!(
            "the gate trusts its working copy for {all}: a change under review can bend it, \
             unless `--trusted-ref` names a commit"
        ))
    }
}

/// The files and directories that a verdict rests on, as they are called.
fn files(grounds: &Grounds) -> Vec<String> {
    let config = &grounds.config;
    let file = config.file.iter().map(|file| file.name().to_owned());
    let waivers = config.waiver_settings.files.iter().map(Config::path);
    let policies = config.policies.directories.iter().map(Config::path);
    let raw = &config.policies.raw;
    let policies = policies
        .chain(raw.directories())
        .chain(raw.data())
        .chain(raw.sets.iter().map(Config::path));
    let key = config.policies.verification.key.iter().map(Config::path);
    let baseline = grounds.baseline.iter().map(|baseline| baseline.name().to_owned());
    file.chain(waivers).chain(policies).chain(key).chain(baseline).collect()
}
