//! What a policy needs of an input before it can judge: without it, it does not apply.

use crate::model::{Kind, Model, Resource};
use crate::policy::{Metadata, Need};

/// What `model` lacks of what a policy needs.
pub(super) fn of_model(metadata: &Metadata, model: &Model) -> Vec<Need> {
    let configuration = model.configuration.as_ref();
    let has = |need: &Need| match need {
        Need::Plan => model.kind == Kind::Plan,
        Need::Configuration => configuration.is_some(),
        Need::Source => configuration.is_some_and(|known| known.settings.is_some()),
    };
    metadata.needs.iter().filter(|need| !has(need)).copied().collect()
}

/// True when the source of the block of `resource` is at hand, where a policy needs it.
pub(super) fn is_met_by(metadata: &Metadata, resource: &Resource) -> bool {
    let declaration = resource.declaration.as_ref();
    let has_source = declaration.is_some_and(|known| known.prevent_destroy.is_some());
    !metadata.needs.contains(&Need::Source) || has_source
}
