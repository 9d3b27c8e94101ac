//! Every link of a model as a list, for whoever wants to look at the links themselves.

use std::sync::Arc;

use super::follow::{self, LONGEST_WAY, Scope, Stop, Targets};
use super::{Certainty, Index, Links, Side, Wanted};
use crate::model::{Model, References};

/// A resource that names another in one of its attributes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// The index of the resource.
    pub from: usize,
    /// The attribute, a path without indexes.
    pub attribute: Arc<str>,
    /// The index of the other.
    pub to: usize,
    /// It is certain.
    pub is_exact: bool,
}

/// A reference of the configuration, and where it leads from one instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    /// The index of the resource that it stands in.
    pub from: usize,
    /// The argument, a path without indexes.
    pub argument: Arc<str>,
    /// The reference in its longest form.
    pub reference: Arc<str>,
    /// The indexes of the resources that it leads to.
    pub to: Vec<usize>,
    /// Why it, or a part of what stands behind it, leads to no resource.
    pub stops: Vec<&'static str>,
}

impl Stop {
    fn as_str(self) -> &'static str {
        match self {
            Stop::Variable => "a variable of the root module",
            Stop::Default => "the default of a variable",
            Stop::Local => "a local value, and the source is not at hand",
            Stop::Module => "a module or an output that the configuration does not hold",
            Stop::Absent | Stop::AbsentIdentity => "a resource that the plan has no instance of",
            Stop::Plain => "a key, a count or a path",
            Stop::Constant => "a constant",
            Stop::Endless => "a way without an end",
        }
    }
}

/// Every link of `model`, by resource, attribute and the other resource.
#[must_use]
pub fn links(model: &Model) -> Vec<Pair> {
    let links = Links::new(model, &Wanted::all());
    let of = |from: usize| {
        links.of(from).iter().flat_map(move |link| {
            let own = link.via.iter().filter(|via| via.side == Side::Subject);
            own.map(move |via| Pair {
                from,
                attribute: via.attribute.clone(),
                to: link.to,
                is_exact: via.certainty == Certainty::Exact,
            })
        })
    };
    let mut pairs: Vec<Pair> = (0..model.resources.len()).flat_map(of).collect();
    pairs.sort_by(|a, b| (a.from, &a.attribute, a.to).cmp(&(b.from, &b.attribute, b.to)));
    pairs
}

/// Where every reference of the configuration leads, from every instance of its block.
#[must_use]
pub fn references(model: &Model) -> Vec<Followed> {
    let wanted = Wanted::all();
    let index = Index::new(model, &wanted);
    let none = References::new();
    let mut followed = Vec::new();
    for (from, resource) in model.resources.iter().enumerate() {
        let Some(declaration) = resource.declaration.as_ref().filter(|_| index.takes_part(from))
        else {
            continue;
        };
        for (argument, references) in &declaration.references {
            for reference in follow::longest(references) {
                let mut targets = Targets::default();
                let scope = Scope::of(&index, resource, &none);
                follow::one(&index, &scope, references, reference, LONGEST_WAY, &mut targets);
                let found = targets.found.iter().chain(&targets.handed);
                let mut to: Vec<usize> = found.map(|target| target.to).collect();
                let mut stops: Vec<&str> = targets.stops.iter().map(|stop| stop.as_str()).collect();
                to.sort_unstable();
                to.dedup();
                stops.sort_unstable();
                stops.dedup();
                let argument = argument.clone();
                followed.push(Followed { from, argument, reference: reference.clone(), to, stops });
            }
        }
    }
    followed
}
