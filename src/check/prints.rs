//! What policies of the user's print about the resources of a model.

use super::Policies;
use crate::engine::{Documents, Print};
use crate::model::{Model, Resource};
use crate::policy::Origin;
use crate::report::Printed;

/// At most so many lines of one input.
const MOST: usize = 1000;

/// The lines, by policy and resource. They hold no secrets, since the policies see none.
pub(super) fn of(model: &Model, policies: &Policies) -> Vec<Printed> {
    let documents = Documents::new(model);
    let inspector = policies.engine.inspector(model);
    let mut lines = Vec::new();
    for policy in policies.iter().filter(|policy| policy.origin == Origin::User) {
        for subject in inspector.subjects(&policy.id) {
            let resource = subject.and_then(|at| model.resources.get(at));
            let label = resource.map(Resource::label).unwrap_or_default();
            let prints = inspector.prints(&policy.id, subject, &documents);
            lines.extend(prints.iter().map(|print| printed(&label, print)));
            if lines.len() > MOST {
                lines.truncate(MOST);
                lines.push(Printed { address: String::new(), text: "and more".to_owned() });
                return lines;
            }
        }
    }
    lines
}

fn printed(label: &str, print: &Print) -> Printed {
    Printed { address: label.to_owned(), text: print.to_string() }
}
