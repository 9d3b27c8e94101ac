//! What local values refer to, so that references through them lead somewhere.

use std::collections::{HashMap, HashSet};

use super::expression::{Expression, Reference, Shape, Step};
use super::module::SourceModule;

/// How many locals are followed one through another.
const LONGEST_WAY: usize = 64;

/// How many references the locals of one module may come to in all. Lists of lists multiply:
/// what goes beyond is left as written.
const MOST_REFERENCES: usize = 1_000_000;

/// Resolves the locals of one module.
pub(super) struct Locals<'a> {
    module: &'a SourceModule,
    known: HashMap<Reference, Vec<Reference>>,
    /// Those being resolved, for a local that refers to itself.
    open: Vec<Reference>,
    /// How many more references there may be.
    left: usize,
}

/// Keeps each reference once.
pub(super) fn keep_first(references: &mut Vec<Reference>) {
    let mut seen = HashSet::new();
    references.retain(|reference| seen.insert(reference.clone()));
}

impl<'a> Locals<'a> {
    pub(super) fn new(module: &'a SourceModule) -> Self {
        Locals { module, known: HashMap::new(), open: Vec::new(), left: MOST_REFERENCES }
    }

    /// What `reference` comes to: itself, or what the local value refers to. A local value
    /// that is not declared, or refers to itself, remains.
    pub(super) fn resolve(&mut self, reference: &Reference) -> Vec<Reference> {
        if &*reference.root != "local" {
            return vec![reference.clone()];
        }
        if !self.known.contains_key(reference) {
            if self.open.contains(reference) || self.open.len() >= LONGEST_WAY {
                return vec![reference.clone()];
            }
            let found = self.behind(reference);
            self.known.insert(reference.clone(), found);
        }
        match self.known.get(reference) {
            Some(known) if known.len() <= self.left => {
                self.left -= known.len();
                known.clone()
            }
            _ => vec![reference.clone()],
        }
    }

    /// False when there is nothing left for one more part of an expression.
    pub(super) fn spend(&mut self) -> bool {
        self.left = self.left.saturating_sub(1);
        self.left > 0
    }

    /// The expression that a reference to a local value leads to, and the steps that lead on from
    /// there.
    pub(super) fn expression<'b>(
        &self,
        reference: &'b Reference,
    ) -> Option<(&'a Expression, &'b [Step])> {
        let mut expression = &reference.name().and_then(|name| self.module.local(name))?.value;
        let mut rest = reference.steps.get(1..).unwrap_or_default();
        while let Some((step, after)) = rest.split_first() {
            let part = match (&expression.shape, step) {
                (Shape::Object(_), Step::Attribute(key) | Step::Key(key)) => {
                    expression.member(key).map(|member| &member.value)
                }
                (Shape::List(elements), Step::Index(index)) => {
                    usize::try_from(*index).ok().and_then(|index| elements.get(index))
                }
                _ => None,
            };
            let Some(part) = part else { break };
            (expression, rest) = (part, after);
        }
        Some((expression, rest))
    }

    /// What stands behind a reference to a local value.
    fn behind(&mut self, reference: &Reference) -> Vec<Reference> {
        let local = reference.name().and_then(|name| self.module.local(name));
        let Some(local) = local else { return vec![reference.clone()] };
        self.open.push(reference.clone());
        let steps = reference.steps.get(1..).unwrap_or_default();
        let mut found = self.part(&local.value, steps);
        self.open.pop();
        keep_first(&mut found);
        found
    }

    /// What the part of an expression at `steps` refers to; all of it, where the part cannot
    /// be told.
    fn part(&mut self, expression: &Expression, steps: &[Step]) -> Vec<Reference> {
        let Some((step, rest)) = steps.split_first() else { return self.all(expression) };
        let part = match (&expression.shape, step) {
            (Shape::Reference(reference), _) => return self.resolve(&reference.extended(steps)),
            (Shape::Object(_), Step::Attribute(key) | Step::Key(key)) => {
                expression.member(key).map(|member| &member.value)
            }
            (Shape::List(elements), Step::Index(index)) => {
                usize::try_from(*index).ok().and_then(|index| elements.get(index))
            }
            _ => None,
        };
        match part {
            Some(part) => self.part(part, rest),
            None => self.all(expression),
        }
    }

    fn all(&mut self, expression: &Expression) -> Vec<Reference> {
        expression.references().into_iter().flat_map(|reference| self.resolve(reference)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::file::SourceFile;
    use super::*;

    fn resolved(name: &str) -> Vec<String> {
        let text = r#"
locals {
  plain = aws_subnet.a
  map   = { one = aws_subnet.b.id, two = [aws_subnet.c.id, var.x], three = "constant" }
  both  = concat(local.map.two, [local.plain.arn])
  ring  = [local.ring, aws_subnet.d]
  a     = local.b.x
  b     = local.a.x
}
output "plain" { value = local.plain.id }
output "one" { value = local.map.one }
output "two" { value = local.map["two"][1] }
output "three" { value = local.map.three }
output "map" { value = local.map }
output "both" { value = local.both }
output "ring" { value = local.ring }
output "ever" { value = local.a }
output "none" { value = local.none }
"#;
        let file = SourceFile::parse("main.tf", text.as_bytes().to_vec());
        let module = SourceModule::new("", vec![file]);
        let output = module.of_kind("output").find(|output| *output.labels[0] == *name).unwrap();
        let value = output.body.value("value").unwrap();
        let found = Locals::new(&module).all(value);
        found.iter().map(|reference| reference.forms()[0].to_string()).collect()
    }

    #[test]
    fn locals_come_to_what_they_refer_to() {
        assert_eq!(resolved("plain"), ["aws_subnet.a.id"]);
        assert_eq!(resolved("one"), ["aws_subnet.b.id"]);
        assert_eq!(resolved("two"), ["var.x"]);
        assert!(resolved("three").is_empty());
        assert_eq!(resolved("map"), ["aws_subnet.b.id", "aws_subnet.c.id", "var.x"]);
        assert_eq!(resolved("both"), ["aws_subnet.c.id", "var.x", "aws_subnet.a.arn"]);
    }

    #[test]
    fn a_local_without_an_end_remains() {
        assert_eq!(resolved("ring"), ["local.ring", "aws_subnet.d"]);
        assert_eq!(resolved("none"), ["local.none"]);
        assert!(resolved("ever")[0].starts_with("local."));
    }
}
