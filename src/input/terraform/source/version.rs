//! Version constraints in the one form in which Terraform writes them.

/// The constraints in order of their versions, each once; none for no constraints. What is
/// no constraint is left out.
pub(super) fn normalised(constraints: &[String]) -> Option<String> {
    let parts = constraints.iter().flat_map(|constraint| constraint.split(','));
    let mut read: Vec<([u64; 3], String)> = parts.filter_map(|part| read(part.trim())).collect();
    read.sort();
    read.dedup();
    let texts: Vec<String> = read.into_iter().map(|(_, text)| text).collect();
    (!texts.is_empty()).then(|| texts.join(", "))
}

/// `>= 4.0` is `>= 4.0.0`; only `~>` means something else with fewer numbers.
fn read(part: &str) -> Option<([u64; 3], String)> {
    let start = part.find(|c: char| c.is_ascii_digit())?;
    let (operator, version) = part.split_at(start);
    let operator = operator.trim_end_matches('v').trim();
    let (numbers, suffix) = version.split_at(version.find(['-', '+']).unwrap_or(version.len()));
    let mut parsed = [0; 3];
    let mut count = 0;
    for (slot, number) in parsed.iter_mut().zip(numbers.split('.')) {
        *slot = number.trim().parse().ok()?;
        count += 1;
    }
    let [major, minor, patch] = parsed;
    let version = match operator {
        "~>" if count < 3 => format!("{major}.{minor}{suffix}"),
        _ => format!("{major}.{minor}.{patch}{suffix}"),
    };
    let space = if matches!(operator, "" | "=") { "" } else { " " };
    Some((parsed, format!("{}{space}{version}", operator.trim_start_matches('=').trim())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_have_one_form() {
        for (written, expected) in [
            ("~> 5.80", Some("~> 5.80")),
            ("~> 5.80.1", Some("~> 5.80.1")),
            (">=4", Some(">= 4.0.0")),
            ("< 6, >= 4.0", Some(">= 4.0.0, < 6.0.0")),
            ("= 1.2.3-beta1", Some("1.2.3-beta1")),
            ("", None),
        ] {
            assert_eq!(normalised(&[written.to_owned()]).as_deref(), expected);
        }
    }
}
