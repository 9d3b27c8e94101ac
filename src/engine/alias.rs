//! Addresses of linked resources that a policy says and does not look at.
//!
//! It gets an alias for each, which is the same for all subjects of one shape, and what it says is
//! put right afterwards.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use regorus::Value as Rego;

use super::reads::Reads;

/// Noncharacters of Unicode: no address has them.
const MARKS: [char; 2] = ['\u{fdd0}', '\u{fdd1}'];

/// The linked resources that are called otherwise, with their numbers.
#[derive(Debug, Default)]
pub(super) struct Aliases(HashMap<usize, usize>);

impl Aliases {
    /// Aliases for the resources `linked`, by their order; none for a policy that may look at
    /// addresses.
    pub(super) fn new(reads: &Reads, linked: impl Iterator<Item = usize>) -> Self {
        let mut aliases = Aliases::default();
        if !reads.decides_by_address() {
            for to in linked {
                let number = aliases.0.len();
                aliases.0.entry(to).or_insert(number);
            }
        }
        aliases
    }

    /// What resource `to` is called instead.
    pub(super) fn of(&self, to: usize) -> Option<Rego> {
        let [begin, end] = MARKS;
        self.0.get(&to).map(|number| Rego::from(format!("{begin}{number}{end}")))
    }

    /// What was said, with the addresses that `address` tells.
    pub(super) fn undo(&self, said: &Rego, address: &dyn Fn(usize) -> String) -> Rego {
        let undo = |value: &Rego| self.undo(value, address);
        match said {
            _ if self.0.is_empty() => said.clone(),
            Rego::String(text) if text.contains(MARKS) => self.undo_text(text, address).into(),
            Rego::Array(elements) => Rego::from(elements.iter().map(undo).collect::<Vec<_>>()),
            Rego::Set(elements) => Rego::from(elements.iter().map(undo).collect::<BTreeSet<_>>()),
            Rego::Object(members) => {
                let members = members.iter().map(|(key, value)| (undo(key), undo(value)));
                Rego::from(members.collect::<BTreeMap<_, _>>())
            }
            other => other.clone(),
        }
    }

    fn undo_text(&self, text: &str, address: &dyn Fn(usize) -> String) -> String {
        let [begin, end] = MARKS;
        let mut undone = text.to_owned();
        for (to, number) in &self.0 {
            undone = undone.replace(&format!("{begin}{number}{end}"), &address(*to));
        }
        undone
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_has_the_addresses_again() {
        let aliases = Aliases::new(&Reads::default(), [7, 3, 7].into_iter());
        let [seven, three] = [7, 3].map(|at| aliases.of(at).unwrap());
        assert_ne!(seven, three);
        let said = Rego::from(vec![seven, three, Rego::from("both".to_owned())]);
        let undone = aliases.undo(&said, &|at| format!("aws_s3_bucket.number{at}"));
        let wanted = ["aws_s3_bucket.number7", "aws_s3_bucket.number3", "both"];
        assert_eq!(undone, Rego::from(wanted.map(|text| Rego::from(text.to_owned())).to_vec()));
    }

    #[test]
    fn a_policy_that_may_look_at_addresses_gets_them() {
        assert!(Aliases::new(&Reads::everything(), [7].into_iter()).of(7).is_none());
    }
}
