//! What the rules of a policy read, from its syntax tree and those of its libraries.

use std::collections::HashSet;

use regorus::unstable::{Expr, Module, Ref, Rule};
use regorus::{Rc, Value as RegoValue};

use super::flow::{Flow, Location, is_of_subject, iterations, location, parameters, path_of};
use super::reach::Reach;
use super::reads::{ADDRESS, Reads};
use super::scope::{Names, Symbols, Target};
use super::syntax::{self, Parts, Step};

/// Members of a violation: what stands in them is said, not read.
pub(super) const SAID: [&str; 3] = ["message", "attribute", "related"];

/// The function of the built-in libraries that takes the addresses of documents for `related`.
const SAYS_ADDRESSES: [&str; 4] = ["policies", "lib", "linked", "addresses"];

/// Builtins that look at whole objects.
const WHOLE: [&str; 6] = ["walk", "json.", "yaml.", "object.", "graph.", "print"];

/// Of those, the ones that look at texts or at one member alone.
const NOT_WHOLE: [&str; 5] =
    ["json.unmarshal", "json.is_valid", "yaml.unmarshal", "yaml.is_valid", "object.get"];

/// Reads a policy and its libraries, rule by rule.
pub(super) struct Reader<'a> {
    names: Vec<Names>,
    flow: Flow,
    /// Strings and calls that only stand in violations, by module.
    said: Vec<HashSet<Location>>,
    reach: Reach,
    modules: &'a [Ref<Module>],
}

/// A rule, as far as its surroundings decide what it reads.
pub(super) struct RuleReader<'a> {
    rule: &'a Rule,
    names: &'a Names,
    said: &'a HashSet<Location>,
    flow: &'a Flow,
    /// Variables whose values are strings of the policy, and so among its words.
    written_out: HashSet<&'a str>,
    is_policy: bool,
    /// It makes the addresses for violations and does nothing else with them.
    says_addresses: bool,
}

impl<'a> Reader<'a> {
    /// A reader of `modules`; the first is the policy, the others its libraries.
    pub(super) fn new(modules: &'a [Ref<Module>]) -> Self {
        let symbols = Symbols::new(modules.iter().map(AsRef::as_ref));
        let names: Vec<Names> = modules.iter().map(|module| Names::new(module, &symbols)).collect();
        let reach = Reach::of(modules, &names, &symbols);
        let flow = Flow::new(modules, &names, &symbols, &reach);
        let said = modules.iter().map(|module| said(module)).collect();
        Reader { names, flow, said, reach, modules }
    }

    /// Every rule that the policy comes to, and the file that it stands in.
    pub(super) fn rules(&self) -> impl Iterator<Item = (&str, RuleReader<'_>)> {
        let modules = self.modules.iter().zip(&self.names).zip(&self.said).enumerate();
        modules.flat_map(move |(position, ((module, names), said))| {
            let file = module.package.refr.span().source.file().as_str();
            let reached = module.policy.iter().filter(|rule| self.reach.has(rule, names));
            reached.map(move |rule| {
                let written_out = self.flow.written_out(rule, names);
                let (flow, is_policy) = (&self.flow, position == 0);
                let path = path_of(rule, names).unwrap_or_default();
                let says_addresses = path == SAYS_ADDRESSES;
                (
                    file,
                    RuleReader { rule, names, said, flow, written_out, is_policy, says_addresses },
                )
            })
        })
    }
}

impl<'a> RuleReader<'a> {
    /// True when it reads `rule`.
    pub(super) fn is_of(&self, rule: &Rule) -> bool {
        std::ptr::eq(self.rule, rule)
    }

    /// The parts of the rule.
    pub(super) fn parts(&self) -> Parts<'a> {
        syntax::parts(self.rule)
    }

    /// What `expressions` of the rule mention.
    pub(super) fn read(&self, expressions: &[&Expr]) -> Reads {
        let mut reads = Reads::default();
        if !expressions.is_empty() {
            self.note_iteration(&mut reads);
        }
        for expr in expressions {
            syntax::expression(expr, &mut |expr| self.note(&mut reads, expr));
        }
        reads
    }

    fn note(&self, reads: &mut Reads, expr: &Expr) {
        match expr {
            Expr::String { value, .. } | Expr::RawString { value, .. } => {
                if self.said.contains(&location(expr)) {
                    return;
                }
                if let Ok(text) = value.as_string()
                    && !self.flow.compared.contains(&location(expr))
                {
                    let of_others = !self.flow.of_subject.contains(&location(expr));
                    reads.mention(text.clone(), of_others);
                    reads.compares_addresses |= **text == *ADDRESS;
                }
                self.note_literal(reads, value);
            }
            Expr::Number { value, .. } => self.note_literal(reads, value),
            Expr::Call { fcn, params, .. } => {
                if let Some(Target::Data(path)) = self.names.target(fcn) {
                    let is_said = self.said.contains(&location(expr));
                    reads.compares_addresses |= path == SAYS_ADDRESSES && !is_said;
                }
                if let Some(Target::Local(name)) = self.names.target(fcn) {
                    let is_whole = WHOLE.iter().any(|prefix| name.starts_with(prefix));
                    reads.whole |= is_whole && !NOT_WHOLE.contains(&name.as_str());
                    let key = params.get(1).map(AsRef::as_ref);
                    reads.whole |= name == "object.get" && !key.is_some_and(is_written_out);
                }
            }
            _ => self.note_reference(reads, expr),
        }
    }

    fn note_literal(&self, reads: &mut Reads, value: &RegoValue) {
        if !self.is_policy {
            reads.library_literals.insert(value.clone());
        } else if !reads.literals.contains(value) {
            reads.literals.push(value.clone());
        }
    }

    fn note_reference(&self, reads: &mut Reads, expr: &Expr) {
        let Some((root, steps)) = syntax::reference(expr) else {
            return self.note_members(reads, expr);
        };
        let is_own = is_of_subject(expr);
        for step in &steps {
            if let Step::Name(name) = step {
                reads.mention(Rc::from(*name), !is_own);
                reads.compares_addresses |= *name == ADDRESS && !is_own && !self.says_addresses;
            }
        }
        self.note_own(reads, expr, root.text(), &steps);
        let is_computed = |step: &Step<'_>| match step {
            Step::Dynamic => true,
            Step::Variable(name) => !self.written_out.contains(name),
            _ => false,
        };
        let is_any = |step: Option<&Step<'_>>| {
            step.is_some_and(|step| *step == Step::Each || is_computed(step))
        };
        // `input.linked[type]`: the types are among the words.
        let is_linked = steps.first() == Some(&Step::Name("linked"));
        let is_variable = matches!(self.names.target(expr), Some(Target::Local(_)));
        let values = steps.iter().position(|step| *step == Step::Name("values"));
        reads.whole |= match values.map(|at| steps.get(at + 1)) {
            // All the values at once.
            Some(None) => !self.flow.passed.contains(&location(expr)),
            Some(next) => is_any(next),
            // A variable may hold a whole document, as `input` does.
            None if is_variable => steps.first().is_some_and(is_computed),
            None => root.text() == "input" && (steps.is_empty() || is_any(steps.first())),
        };
        let computed = steps.iter().enumerate().filter(|(_, step)| is_computed(step));
        // Directly below an attribute stands a position of a list, or a key of a map, which
        // matters as a whole anyhow.
        let below = values.map(|at| at + 2);
        reads.nested |=
            computed.map(|(at, _)| at).any(|at| !(is_linked && at == 1) && Some(at) != below);
    }

    /// The member of the subject's document that a reference begins with.
    fn note_own(&self, reads: &mut Reads, expr: &Expr, root: &str, steps: &[Step<'_>]) {
        if self.names.target(expr) != Some(Target::Input) {
            return;
        }
        match steps.first() {
            Some(Step::Name(name)) if root == "input" => drop(reads.own.insert(Rc::from(*name))),
            // The document by another name, or a member by any name.
            _ => reads.whole = true,
        }
    }

    /// The members of what a function or the like comes to, such as `only_block(…).status`: it may be a
    /// document, its values, or a part of them.
    fn note_members(&self, reads: &mut Reads, expr: &Expr) {
        for step in syntax::chain(expr).1 {
            match step {
                Step::Name(name) => reads.mention(Rc::from(name), true),
                Step::Variable(name) if self.written_out.contains(name) => {}
                Step::Variable(_) | Step::Dynamic => reads.whole = true,
                Step::Each => reads.nested = true,
                Step::Position => {}
            }
        }
    }

    /// `some key, value in …` reads whatever there is below it. An attribute itself is a list of
    /// blocks, whose keys are positions, or a map, which matters as a whole anyhow.
    fn note_iteration(&self, reads: &mut Reads) {
        let iterations = iterations(self.rule);
        let keyed = iterations.iter().filter(|iteration| iteration.is_keyed);
        reads.nested |= keyed.into_iter().any(|iteration| !is_attribute(iteration.collection));
        if self.flow.takes_values(self.rule, self.names) {
            let parameters = parameters(self.rule);
            reads.whole |= iterations.iter().any(|iteration| {
                let collection = syntax::reference(iteration.collection);
                collection.is_some_and(|(root, steps)| {
                    steps.is_empty() && parameters.contains(&root.text())
                })
            });
        }
    }
}

/// True for an attribute, or what a function makes of one.
fn is_attribute(expr: &Expr) -> bool {
    match expr {
        Expr::Call { params, .. } => params.iter().all(|parameter| is_attribute(parameter)),
        other => syntax::reference(other).is_some_and(|(_, steps)| {
            let mut after = steps.iter().skip_while(|step| **step != Step::Name("values")).skip(1);
            matches!((after.next(), after.next()), (Some(Step::Name(_)), None))
        }),
    }
}

/// True for a key, or a path of keys, that is written out.
fn is_written_out(expr: &Expr) -> bool {
    match expr {
        Expr::String { .. } | Expr::RawString { .. } | Expr::Number { .. } => true,
        Expr::Array { items, .. } => items.iter().all(|item| is_written_out(item)),
        _ => false,
    }
}

/// The strings and calls of a module that only stand in violations.
pub(super) fn said(module: &Module) -> HashSet<Location> {
    let mut said = HashSet::new();
    let mut note = |expr: &Expr| {
        if let Expr::String { .. } | Expr::RawString { .. } | Expr::Call { .. } = expr {
            said.insert(location(expr));
        }
    };
    for rule in &module.policy {
        syntax::rule_expressions(rule, &mut |expr| {
            let Expr::Object { fields, .. } = expr else { return };
            for (_, key, value) in fields {
                let is_said = matches!(key.as_ref(), Expr::String { value, .. }
                    if value.as_string().is_ok_and(|key| SAID.contains(&&**key)));
                if is_said {
                    syntax::expression(value, &mut note);
                }
            }
        });
    }
    said
}

#[cfg(test)]
mod tests {
    use super::super::slice::Slices;
    use super::*;
    use crate::base::{AttributePath, PathStep};

    /// What a policy with this body reads.
    fn reads(body: &str) -> Reads {
        let mut rego = regorus::Engine::new();
        let text = format!("package policies.a\n\n{body}\n");
        rego.add_policy("a.rego".to_owned(), text).unwrap();
        Slices::of(rego.get_modules()).all()
    }

    fn path(steps: &[&str]) -> AttributePath {
        let step = |step: &&str| match step.parse::<usize>() {
            Ok(index) => PathStep::Index(index),
            Err(_) => PathStep::from(*step),
        };
        AttributePath(steps.iter().map(step).collect())
    }

    #[test]
    fn attributes_that_are_named_matter() {
        let reads = reads(
            "deny contains {\"message\": \"x\", \"attribute\": [\"acl\"]} if input.values.rule[_].port == 22",
        );
        assert!(reads.may_depend_on(&path(&["rule"]), false));
        assert!(reads.may_depend_on(&path(&["rule", "0", "port"]), false));
        assert!(!reads.may_depend_on(&path(&["rule", "0", "description"]), false));
        assert!(!reads.may_depend_on(&path(&["acl"]), false), "said, not read");
        assert!(!reads.may_depend_on(&path(&["id"]), false));
    }

    #[test]
    fn members_of_what_a_function_comes_to_matter() {
        let head = "deny contains {\"message\": \"x\"} if";
        let function = "block(values) := values.rule[0]";
        let member = reads(&format!("{head} block(input.values).status == 1\n\n{function}"));
        assert!(member.may_depend_on(&path(&["rule", "0", "status"]), false));
        assert!(!member.may_depend_on(&path(&["rule", "0", "priority"]), false));
        let each = reads(&format!("{head} block(input.values)[_] == 1\n\n{function}"));
        assert!(each.may_depend_on(&path(&["rule", "0", "priority"]), false));
        let computed =
            reads(&format!("{head} block(input.values)[lower(\"A\")] == 1\n\n{function}"));
        assert!(computed.may_depend_on(&path(&["anything"]), false));
        let list = reads(&format!("{head} [rule | some rule in input.values.rule][0].port == 1"));
        assert!(list.may_depend_on(&path(&["rule", "0", "port"]), false));
    }

    #[test]
    fn a_string_that_is_only_compared_is_no_attribute() {
        let head = "deny contains {\"message\": \"x\"} if naming([\"bucket\"])";
        let only = "_made(one, names) if one.via in names\n\n_made(one, _) if not one.via";
        let compared = format!("{head}\n\nnaming(names) if _made(input, names)\n\n{only}");
        assert!(!reads(&compared).words.contains("bucket"));
        let read = format!("{head}\n\nnaming(names) if input.values[names[0]]");
        assert!(reads(&read).words.contains("bucket"));
        let handed_on = format!(
            "{head}\n\nnaming(names) if of(names)\n\nof(names) if {{ some name in names; input.values[name] }}"
        );
        assert!(reads(&handed_on).words.contains("bucket"));
        let both = format!("{compared}\n\nother if input.values.bucket");
        assert!(reads(&both).words.contains("bucket"));
    }

    #[test]
    fn what_is_read_of_the_subject_is_not_read_of_links() {
        let reads = reads(
            "deny contains {\"message\": \"x\"} if { input.values.acl; some one in input.linked.a; one.values.policy }",
        );
        let of = |name: &str, is_linked| reads.may_depend_on(&path(&[name]), is_linked);
        assert!(of("acl", false) && !of("acl", true));
        assert!(of("policy", true) && of("policy", false));
    }

    #[test]
    fn a_name_that_goes_to_the_subject_is_not_read_of_links() {
        let head = "deny contains {\"message\": \"x\"} if elsewhere(\"policy\")";
        let own = reads(&format!("{head}\n\nelsewhere(name) if not input.configured[name]"));
        let of = |reads: &Reads, is_linked| reads.may_depend_on(&path(&["policy"]), is_linked);
        assert!(of(&own, false) && !of(&own, true));
        let others = format!(
            "{head}\n\nelsewhere(name) if {{ some one in input.linked.a; one.values[name] }}"
        );
        assert!(of(&reads(&others), true));
    }

    #[test]
    fn entries_of_a_map_belong_to_the_map() {
        let reads = reads("deny contains {\"message\": \"x\"} if count(input.values.tags) == 0");
        assert!(reads.may_depend_on(&path(&["tags", "Owner"]), false));
    }

    #[test]
    fn computed_names_may_be_any() {
        for body in [
            "deny contains {\"message\": \"x\"} if input.values[data.x.name]",
            "deny contains {\"message\": \"x\"} if { some k, v in input.values; v == 1; k }",
            "deny contains {\"message\": \"x\"} if walk(input, [[_], 1])",
            "deny contains {\"message\": \"x\"} if { v := input.values; v.a }",
            "deny contains {\"message\": \"x\"} if { d := input; d[\"values\"].a; d[concat(\"\", [\"a\"])] }",
            "deny contains {\"message\": \"x\"} if object.get(input.values, concat(\"\", [\"a\"]), 1) == 1",
            "deny contains {\"message\": \"x\"} if count([k | some k, _ in object.remove(input, [])]) > 1",
            "deny contains {\"message\": \"x\"} if input.values[_] == 1",
            "deny contains {\"message\": \"x\"} if input[_].acl == 1",
        ] {
            assert!(reads(body).may_depend_on(&path(&["anything"]), false), "{body}");
        }
    }

    #[test]
    fn lists_are_iterated_by_position() {
        let reads = reads(
            "deny contains {\"message\": \"x\"} if { some i, r in input.values.rule; r.port == i }",
        );
        assert!(!reads.may_depend_on(&path(&["id"]), false));
        assert!(reads.may_depend_on(&path(&["rule", "0", "port"]), false));
    }
}
