//! Finding secrets in texts.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind, BuildError};

use super::{MASK, Secrets, form, piece};

/// How many bytes may stand between two masks for them to become one: what base64 leaves of a
/// character between two pieces.
const CLOSEST: usize = 2;

/// Takes secrets out of texts, in the forms that they take there.
#[derive(Clone, Default)]
pub struct Scrubber {
    secrets: Secrets,
    /// Pieces that are words of public texts, and so are looked for as whole words alone.
    public: BTreeSet<String>,
    automaton: Option<AhoCorasick>,
    longest: usize,
    /// It cannot tell what is secret, so everything is.
    is_blind: bool,
}

impl Scrubber {
    /// A scrubber for `secrets`.
    ///
    /// A secret that stands in a `public` text is not taken out of texts at large. Public is what
    /// is printed whatever the secrets are: the texts of policies, and the names that the author
    /// of a configuration gave to things. To leave `production` out of every address because
    /// somebody's password is `production` would spoil the report, and would tell the password
    /// to everybody who knows the addresses.
    #[must_use]
    pub fn new<'a>(secrets: &Secrets, public: impl IntoIterator<Item = &'a str>) -> Self {
        let mut pieces: Vec<&str> =
            secrets.telling.iter().flat_map(|secret| piece::pieces(secret)).collect();
        pieces.sort_unstable();
        pieces.dedup();
        if pieces.is_empty() {
            return Scrubber { secrets: secrets.clone(), ..Scrubber::default() };
        }
        let mut is_public = vec![false; pieces.len()];
        if let Ok(automaton) = automaton(&pieces) {
            for text in public {
                for found in automaton.find_overlapping_iter(text) {
                    if let Some(known) = is_public.get_mut(found.pattern().as_usize()) {
                        *known = true;
                    }
                }
            }
        }
        let mut forms = BTreeSet::new();
        let mut public = BTreeSet::new();
        for (piece, is_public) in pieces.into_iter().zip(is_public) {
            forms.extend(form::encoded(piece).into_iter().filter(|form| form != piece));
            if is_public {
                public.insert(piece.to_owned());
            } else {
                forms.extend(form::written(piece));
            }
        }
        let forms: Vec<String> = forms.into_iter().filter(|form| piece::is_telling(form)).collect();
        let longest = forms.iter().map(String::len).max().unwrap_or(0);
        let automaton = if forms.is_empty() { None } else { Some(automaton(&forms)) };
        let is_blind = automaton.as_ref().is_some_and(Result::is_err);
        let automaton = automaton.and_then(Result::ok);
        Scrubber { secrets: secrets.clone(), public, automaton, longest, is_blind }
    }

    /// The secrets that it looks for.
    #[must_use]
    pub fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// True when there is nothing to look for.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.automaton.is_none() && !self.is_blind
    }

    /// `text` without secrets.
    #[must_use]
    pub fn clean<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let found = self.find(text.as_bytes());
        if found.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut clean = String::with_capacity(text.len());
        let mut end = 0;
        for range in found {
            clean.push_str(text.get(end..range.start).unwrap_or_default());
            clean.push_str(MASK);
            end = range.end;
        }
        clean.push_str(text.get(end..).unwrap_or_default());
        Cow::Owned(clean)
    }

    /// `text` without secrets, and without those that are public elsewhere: for a text that was
    /// made of values, where such a word is likely the secret.
    #[must_use]
    pub fn clean_made<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let clean = self.clean(text);
        if !self.public.iter().any(|word| clean.contains(word.as_str())) {
            return clean;
        }
        let words = self.public.iter();
        Cow::Owned(words.fold(clean.into_owned(), |text, word| without_word(&text, word)))
    }

    /// The longest form that is looked for, in bytes.
    pub(super) fn longest(&self) -> usize {
        self.longest
    }

    /// Where secrets stand, in order and apart.
    pub(super) fn find(&self, text: &[u8]) -> Vec<Range<usize>> {
        if self.is_blind {
            return std::iter::once(0..text.len()).collect();
        }
        let Some(automaton) = &self.automaton else { return Vec::new() };
        let mut ranges: Vec<_> =
            automaton.find_overlapping_iter(text).map(|found| found.range()).collect();
        ranges.sort_unstable_by_key(|range| range.start);
        let mut apart: Vec<Range<usize>> = Vec::new();
        for range in ranges {
            let is_near = |last: &Range<usize>| {
                let between = text.get(last.end..range.start).unwrap_or_default();
                let is_visible = |byte: &u8| byte.is_ascii_graphic() && *byte != b'"';
                range.start <= last.end
                    || between.len() <= CLOSEST && between.iter().all(is_visible)
            };
            match apart.last_mut().filter(|last| is_near(last)) {
                Some(last) => last.end = last.end.max(range.end),
                None => apart.push(range),
            }
        }
        apart
    }
}

impl fmt::Debug for Scrubber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scrubber({:?})", self.secrets)
    }
}

/// An automaton that finds every one of `patterns`, overlapping ones too.
fn automaton(patterns: &[impl AsRef<[u8]>]) -> Result<AhoCorasick, BuildError> {
    AhoCorasick::builder().kind(Some(AhoCorasickKind::ContiguousNFA)).build(patterns)
}

/// `text` without `word`, where it stands as a whole word.
pub(super) fn without_word(text: &str, word: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(word) {
        let (before, found) = rest.split_at(at);
        let after = found.get(word.len()..).unwrap_or_default();
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        let joins = |outside: Option<char>, inside: Option<char>| {
            outside.is_some_and(is_part) && inside.is_some_and(is_part)
        };
        let earlier = before.chars().next_back().or(clean.chars().next_back());
        clean.push_str(before);
        if joins(earlier, word.chars().next())
            || joins(after.chars().next(), word.chars().next_back())
        {
            clean.push_str(word);
        } else {
            clean.push_str(MASK);
        }
        rest = after;
    }
    clean.push_str(rest);
    clean
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn scrubber(secrets: &[&str], public: &[&str]) -> Scrubber {
        let secrets = secrets.iter().map(|text| Arc::from(*text)).collect();
        Scrubber::new(&secrets, public.iter().copied())
    }

    #[test]
    fn secrets_are_masked_in_every_form() {
        let scrubber = scrubber(&["hunter2!", "abcdef\"gh", "defxyz"], &[]);
        for (text, clean) in [
            ("it is hunter2!.", "it is (sensitive)."),
            ("hunter2!hunter2!", "(sensitive)"),
            ("{\"a\": \"abcdef\\\"gh\"}", "{\"a\": \"(sensitive)\"}"),
            ("u=hunter2%21&b", "u=(sensitive)&b"),
            ("xx aHVudGVyMiE= xx", "xx (sensitive)E= xx"),
            ("abcdefxyz", "abc(sensitive)"),
            ("nothing here", "nothing here"),
        ] {
            assert_eq!(scrubber.clean(text), clean, "{text}");
        }
    }

    #[test]
    fn what_overlaps_is_masked_as_one() {
        let scrubber = scrubber(&["abcdefgh", "efghijkl"], &[]);
        assert_eq!(scrubber.clean("-abcdefghijkl-"), "-(sensitive)-");
    }

    #[test]
    fn public_words_are_masked_in_what_is_made_of_values() {
        let scrubber = scrubber(&["production", "s3cr3t-key"], &["module.production.aws_x.y"]);
        let text = "production has s3cr3t-key and preproduction cHJvZHVjdGlvbg==";
        assert_eq!(
            scrubber.clean(text),
            "production has (sensitive) and preproduction (sensitive)g=="
        );
        assert_eq!(
            scrubber.clean_made("production and preproduction"),
            "(sensitive) and preproduction"
        );
    }

    #[test]
    fn short_secrets_are_masked_as_words() {
        let secrets: Secrets = ["80", "on", "on-80-and-on"].into_iter().map(Arc::from).collect();
        assert_eq!(
            secrets.clean_made("port 80 of 8080 on, on_off", &secrets),
            "port (sensitive) of 8080 (sensitive), on_off"
        );
        assert_eq!(
            secrets.clean_made("on-80-and-on on 80", &secrets),
            "(sensitive) (sensitive) (sensitive)"
        );
        let none = Secrets::default();
        assert_eq!(secrets.clean_made("on-80-and-on on 80", &none), "(sensitive) on 80");
    }
}
