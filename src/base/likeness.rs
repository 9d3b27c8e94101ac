//! Which known names somebody may have meant by an unknown one.

/// How like a name must be to be meant, from 0 to 1.
const LIKENESS: f64 = 0.7;

/// How many names are offered for an unknown one.
const MOST_OFFERS: usize = 3;

/// The known names that are most like `name`, the likest first.
#[must_use]
pub fn meant<'a>(known: impl Iterator<Item = &'a str>, name: &str) -> Vec<&'a str> {
    let rated = known.map(|known| (likeness(&folded(name), &folded(known)), known));
    let mut rated: Vec<_> = rated.filter(|(likeness, _)| *likeness >= LIKENESS).collect();
    rated.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    rated.dedup_by(|a, b| a.1 == b.1);
    rated.into_iter().take(MOST_OFFERS).map(|(_, known)| known).collect()
}

/// The question that offers names, such as ``did you mean `a`, or `b`?``; None without any.
#[must_use]
pub fn question(offers: &[&str]) -> Option<String> {
    let quoted: Vec<String> = offers.iter().map(|name| format!("`{name}`")).collect();
    (!quoted.is_empty()).then(|| format!("did you mean {}?", quoted.join(", or ")))
}

/// `name` in the form in which names are compared: in either case, and however its words are
/// joined.
#[must_use]
pub fn folded(name: &str) -> String {
    name.to_lowercase().replace('_', "-")
}

/// How like `name` is to `known`: as a whole, or word by word in any order.
fn likeness(name: &str, known: &str) -> f64 {
    let alike = strsim::normalized_damerau_levenshtein;
    let words: Vec<f64> = name
        .split('-')
        .map(|word| known.split('-').map(|other| alike(word, other)).fold(0.0, f64::max))
        .collect();
    let by_words = words.iter().sum::<f64>() / words.len() as f64;
    by_words.max(alike(name, known))
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDS: [&str; 4] = [
        "aws-rds-unencrypted-storage",
        "aws-s3-unblocked-public-access",
        "aws-s3-unencrypted-bucket",
        "google-gke-public-nodes",
    ];

    #[test]
    fn what_is_meant_is_offered() {
        for (name, first) in [
            ("aws-s3-unencripted-bucket", Some("aws-s3-unencrypted-bucket")),
            ("unencrypted-bucket", Some("aws-s3-unencrypted-bucket")),
            ("AWS_S3_bucket_encryption", Some("aws-s3-unencrypted-bucket")),
            ("gke-public-node", Some("google-gke-public-nodes")),
            ("ckv-aws-999", None),
            ("azure-sql-server", None),
            ("", None),
        ] {
            let offers = meant(IDS.into_iter(), name);
            assert_eq!(offers.first().copied(), first, "{name}: {offers:?}");
        }
    }

    #[test]
    fn offers_are_a_question() {
        assert_eq!(question(&["a", "b"]).as_deref(), Some("did you mean `a`, or `b`?"));
        assert_eq!(question(&[]), None);
    }
}
