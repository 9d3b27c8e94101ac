//! Contents into the model: what the reader of plan JSON makes of the same plan.

use super::change::{Change, ResourceChange};
use super::contents::Contents;
use super::document;
use super::fault::Fault;
use crate::base::secret::Secrets;
use crate::base::{Mode, Source, Span};
use crate::input::InputError;
use crate::input::error::Refusal;
use crate::input::terraform::{plan, resource};
use crate::model::secret::{add_sensitive, add_value};
use crate::model::{Completeness, Kind, Model, Output, Resource, Variable};

/// The model of a saved plan file; `source` has its name and no text.
pub(super) fn of(contents: Contents, source: &Source) -> Result<Model, InputError> {
    let secrets = secrets(&contents);
    let resources = contents.changes.into_iter().map(|change| resource(change, source));
    let mut resources = resources.collect::<Result<Vec<_>, _>>()?;
    let drift = contents.drift.into_iter().map(|change| resource(change, source));
    let drift = drift.collect::<Result<Vec<_>, _>>()?;
    let state = contents.state.map(|state| state.resources).unwrap_or_default();
    let data = state.into_iter().filter(|resource| resource.address.mode == Mode::Data);
    plan::add_data_sources(&mut resources, data.map(without_place).collect());
    resource::sort(&mut resources);
    let variables = contents
        .variables
        .into_iter()
        .map(|(name, value)| (name, Variable { value, sensitive: false }));
    let outputs = contents.outputs.into_iter();
    let outputs = outputs.map(|(name, (change, sensitive))| (name, output(change, sensitive)));
    let of_label = |fault: Fault| fault.of(source.name());
    let checks = document::checks::checks(&contents.plan.check_results).map_err(of_label)?;
    let checks = checks.iter().map(document::checks::Check::to_model).collect();
    let relevant = contents.plan.relevant_attributes.iter();
    let relevant = relevant.map(|raw| Ok((raw.resource.clone(), document::relevant(raw)?)));
    let mut relevant_attributes = relevant.collect::<Result<Vec<_>, _>>().map_err(of_label)?;
    relevant_attributes.sort();
    let deferred = contents.deferred.into_iter();
    Ok(Model {
        kind: Kind::Plan,
        format_version: contents.plan.version.to_string(),
        tool_version: Some(contents.plan.terraform_version).filter(|text| !text.is_empty()),
        resources,
        drift,
        variables: variables.collect(),
        outputs: outputs.collect(),
        checks,
        relevant_attributes,
        configuration: None,
        completeness: Completeness {
            errored: contents.plan.errored,
            incomplete: contents.complete == Some(false),
            is_stated: contents.complete.is_some(),
            unplanned: Vec::new(),
            deferred: deferred.map(|(address, reason)| (address, reason.to_owned())).collect(),
        },
        marks_every_secret: false,
        secrets,
        source: source.clone(),
    })
}

fn resource(raw: ResourceChange, source: &Source) -> Result<Resource, InputError> {
    let change = raw.change;
    let action = plan::action(change.actions).ok_or_else(|| {
        let actions = format!("[{}]", change.actions.join(", "));
        InputError::refused(source.name(), Refusal::UnknownAction { actions })
    })?;
    let mut sensitive = change.before_sensitive;
    sensitive.extend(change.after_sensitive);
    sensitive.sort_unstable();
    sensitive.dedup();
    Ok(Resource {
        address: raw.address,
        deposed: raw.deposed,
        previous_address: raw.previous_address,
        provider: raw.provider,
        action,
        tainted: raw.reason == Some(plan::TAINTED),
        action_reason: raw.reason.map(crate::input::json::shared),
        importing: change.importing.is_some(),
        replace_paths: raw.replace_paths,
        values: change.after.value,
        before: change.before,
        unknown: change.after.unknown,
        refinements: change.after.refinements,
        sensitive,
        declaration: None,
        span: Span::default(),
        header: Span::default(),
    })
}

/// A resource of the state inside; its lines are nobody's.
fn without_place(resource: Resource) -> Resource {
    Resource { span: Span::default(), header: Span::default(), ..resource }
}

/// The secrets of what the model leaves out: the state, the outputs as they were, and what is
/// put off.
fn secrets(contents: &Contents) -> Secrets {
    let mut secrets = contents.state.as_ref().map(Model::values_of_secrets).unwrap_or_default();
    let outputs = contents.outputs.values().filter(|(_, sensitive)| *sensitive);
    let before = outputs.filter_map(|(change, _)| change.before.as_ref());
    before.for_each(|value| add_value(value, &mut secrets));
    for put_off in &contents.put_off {
        let change = &put_off.change;
        let resource_type = &put_off.address.resource_type;
        let marks = [&change.before_sensitive[..], &change.after_sensitive].concat();
        for value in [&change.before, &change.after.value].into_iter().flatten() {
            add_sensitive(value, resource_type, &marks, &mut secrets);
        }
    }
    secrets
}

fn output(change: Change, sensitive: bool) -> Output {
    Output { unknown: !change.after.unknown.is_empty(), value: change.after.value, sensitive }
}
