//! From a finding, which is an address and an attribute, to a file and a line.
//!
//! Best first: the source inside a saved plan file, the source in a directory, the lines of the
//! document that was judged. Nothing is guessed.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::base::{AttributePath, Source, Span};
use crate::finding::{Location, Precision, RelatedLocation};
use crate::input::locate;
use crate::input::terraform::source::{self, Located, Role, SourcePlace, SourceTree};
use crate::model::{Model, Resource, Value, sounds_secret};

/// Where a finding is shown.
pub(crate) struct Place {
    pub(crate) location: Location,
    pub(crate) related: Vec<RelatedLocation>,
    /// Where the modules that hold the resource are called.
    pub(crate) calls: Vec<(Source, Span)>,
    pub(crate) note: Option<String>,
}

impl Place {
    /// Shows nothing of what stands there.
    pub(crate) fn withhold(&mut self) {
        let related = self.related.iter_mut().map(|related| &mut related.location);
        for location in related.chain([&mut self.location]) {
            location.is_quotable &= location.precision == Precision::Resource;
        }
    }
}

/// Finds places in the sources of one model.
pub(crate) struct Places<'a> {
    model: &'a Model,
    tree: Rc<SourceTree>,
    /// The resources by their labels; made when first needed.
    by_label: OnceCell<HashMap<String, &'a Resource>>,
}

impl<'a> Places<'a> {
    /// Places of the resources of `model` in `tree`.
    pub(crate) fn new(model: &'a Model, tree: Rc<SourceTree>) -> Self {
        Places { model, tree, by_label: OnceCell::new() }
    }

    /// True when there is Terraform source to point at.
    pub(crate) fn have_source(&self) -> bool {
        !self.tree.is_empty()
    }

    /// What the reader of the places should know.
    pub(crate) fn notices(&self) -> &[String] {
        self.tree.notices()
    }

    /// The best place for an attribute of a resource, or for the resource itself.
    pub(crate) fn find(&self, resource: &Resource, path: Option<&AttributePath>) -> Place {
        let values = resource.values.as_ref().or(resource.before.as_ref()).unwrap_or(&Value::Null);
        match source::locate_by_values(&self.tree, &resource.address, path, values) {
            Ok(located) => self.in_source(resource, path, located),
            Err(error) => Place {
                location: self.in_input(resource, path),
                related: Vec::new(),
                calls: Vec::new(),
                note: self.have_source().then(|| error.to_string()),
            },
        }
    }

    /// The place of a part of a plan, such as a variable or the backend; without one, the document
    /// that was judged.
    pub(crate) fn part(&self, path: Option<&AttributePath>) -> Place {
        let located = path.and_then(|path| source::locate_part(&self.tree, path));
        let Some(located) = located else { return self.whole() };
        let is_quotable = located.precision != Precision::Attribute
            || path.is_some_and(|path| {
                let holds_values = ["variables", "outputs", "providers"];
                let root = path.root().unwrap_or_default();
                !holds_values.contains(&root) && !sounds_secret(&path.to_string())
            });
        place(located, is_quotable)
    }

    /// The document that was judged.
    pub(crate) fn whole(&self) -> Place {
        let location = Location {
            source: self.model.source.clone(),
            span: Span { start: 0, end: 0 },
            precision: Precision::Input,
            is_quotable: false,
        };
        Place { location, related: Vec::new(), calls: Vec::new(), note: None }
    }

    fn in_source(
        &self,
        resource: &Resource,
        path: Option<&AttributePath>,
        located: Located,
    ) -> Place {
        let is_quotable = !path.is_some_and(|path| self.may_be_secret(resource, path));
        place(located, is_quotable)
    }

    /// Where the resources with these addresses are declared, each place once.
    pub(crate) fn declarations(&self, addresses: &[String]) -> Vec<RelatedLocation> {
        let mut found: Vec<RelatedLocation> = Vec::new();
        for address in addresses {
            let Some(resource) = self.resource(address) else { continue };
            let location = self.find(resource, None).location;
            let is_known = found.iter().any(|known| {
                known.location.span == location.span
                    && known.location.source.name() == location.source.name()
            });
            if !is_known {
                let message = format!("{address} is declared here");
                found.push(RelatedLocation { location, message });
            }
        }
        found
    }

    /// The resource with this label.
    pub(crate) fn resource(&self, label: &str) -> Option<&'a Resource> {
        let labelled = || self.model.resources.iter().map(|r| (r.label(), r)).collect();
        self.by_label.get_or_init(labelled).get(label).copied()
    }

    /// The resource's own lines in the document that was judged.
    fn in_input(&self, resource: &Resource, path: Option<&AttributePath>) -> Location {
        let model = self.model;
        let at_resource = Location {
            source: model.source.clone(),
            span: resource.header,
            precision: Precision::InputResource,
            is_quotable: true,
        };
        let found = path.and_then(|path| {
            let (span, depth) = locate::attribute(&model.source, model.kind, resource, path)?;
            let found = AttributePath(path.0.iter().take(depth).cloned().collect());
            Some((span, model.marks_every_secret && !resource.is_sensitive(&found)))
        });
        match found {
            None => at_resource,
            Some((span, is_quotable)) => {
                let precision = Precision::InputAttribute;
                Location { span, precision, is_quotable, ..at_resource }
            }
        }
    }

    /// True for an attribute that is marked as a secret, or is called like one where the
    /// document does not mark them all.
    fn may_be_secret(&self, resource: &Resource, path: &AttributePath) -> bool {
        let is_unmarked = || !self.model.marks_every_secret && sounds_secret(&path.to_string());
        resource.is_sensitive(path) || is_unmarked()
    }
}

fn place(located: Located, is_quotable: bool) -> Place {
    let location = |place: SourcePlace, precision, is_quotable| Location {
        source: place.source,
        span: place.label,
        precision,
        is_quotable,
    };
    let calls = located.related.iter().filter(|related| related.role == Role::ModuleCall);
    let calls = calls.map(|call| (call.place.source.clone(), call.place.label)).collect();
    let related = located.related.into_iter().map(|related| {
        let precision = match related.role {
            Role::ModuleCall => Precision::ModuleCall,
            Role::Inner => Precision::Resource,
            _ => Precision::Attribute,
        };
        let is_quotable = is_quotable || related.role == Role::ModuleCall;
        RelatedLocation {
            location: location(related.place, precision, is_quotable),
            message: role(related.role).to_owned(),
        }
    });
    Place {
        related: related.collect(),
        location: location(located.place, located.precision, is_quotable),
        calls,
        note: located.note,
    }
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Inner => "this is the place in the downloaded module",
        Role::Argument => "the value is given here",
        Role::Local => "the value is computed here",
        Role::Default => "the value is the default of this variable",
        Role::Variable => "the value comes from this variable",
        Role::ModuleCall => "the module is called here",
    }
}
