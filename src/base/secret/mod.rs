//! Secrets, and texts and streams without them.
//!
//! Three things know what a secret is. The marks of a document say it of a *place*: such a value
//! is left out where it would be shown. [`Secrets`] are the *values* that stand at such places:
//! whatever equals one is a secret too, wherever it stands. A [`Scrubber`] takes them out of
//! texts that nobody can follow back to a place, such as what a policy wrote, in every form that
//! a value takes on the way: escaped, encoded, cut into lines.
//!
//! What stands in a text that is public already is let alone there: see [`Scrubber::new`].

mod form;
mod piece;
mod scrub;
mod stream;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, OnceLock};

pub use scrub::Scrubber;
pub use stream::{Scrubbed, Syntax};

/// What is printed in the place of a secret.
pub const MASK: &str = "(sensitive)";

/// Secret values, each once.
#[derive(Clone, Default)]
pub struct Secrets {
    /// Those that a [`Scrubber`] looks for.
    telling: BTreeSet<Arc<str>>,
    /// Those that are too short, or too plain.
    short: BTreeSet<Arc<str>>,
    /// For texts that are made of values: nothing is public there.
    scrubber: OnceLock<Arc<Scrubber>>,
}

impl Secrets {
    /// Adds a secret; what consists of blanks alone is none.
    pub fn add(&mut self, text: &Arc<str>) {
        self.scrubber.take();
        if piece::is_telling(text) {
            self.telling.insert(text.clone());
        } else if !text.trim().is_empty() {
            self.short.insert(text.clone());
        }
    }

    /// Adds all secrets of `other`.
    pub fn merge(&mut self, other: &Secrets) {
        self.scrubber.take();
        self.telling.extend(other.telling.iter().cloned());
        self.short.extend(other.short.iter().cloned());
    }

    /// True when `text` is one of them, however short it is.
    #[must_use]
    pub fn contains(&self, text: &str) -> bool {
        self.telling.contains(text) || self.short.contains(text)
    }

    /// True without secrets.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.telling.is_empty() && self.short.is_empty()
    }

    /// The secrets: first those that a [`Scrubber`] looks for, each kind in order.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<str>> {
        self.telling.iter().chain(&self.short)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.telling.len() + self.short.len()
    }

    /// `text`, which was made of values, without secrets: in every form those that a [`Scrubber`]
    /// looks for, and of the others those in `near`, where they stand as whole words. It takes a
    /// reason to suspect `80` or `true` in a text.
    #[must_use]
    pub fn clean_made(&self, text: &str, near: &Secrets) -> String {
        let scrubber = self.scrubber.get_or_init(|| Arc::new(Scrubber::new(self, [])));
        // The long ones first: nobody knows them again without a part.
        let clean = scrubber.clean(text);
        let short = near.short.iter().map(|secret| secret.trim());
        let found = short.filter(|secret| clean.contains(secret));
        found.fold(clean.to_string(), |text, secret| scrub::without_word(&text, secret))
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({})", self.len())
    }
}

impl Extend<Arc<str>> for Secrets {
    fn extend<T: IntoIterator<Item = Arc<str>>>(&mut self, texts: T) {
        texts.into_iter().for_each(|text| self.add(&text));
    }
}

impl FromIterator<Arc<str>> for Secrets {
    fn from_iter<T: IntoIterator<Item = Arc<str>>>(texts: T) -> Self {
        let mut secrets = Secrets::default();
        secrets.extend(texts);
        secrets
    }
}
