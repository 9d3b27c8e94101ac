//! Changes of resources and outputs: actions, values before and after, marks.

use std::str::FromStr;
use std::sync::Arc;

use super::fault::Fault;
use super::msgpack::{self, Budget, Planned};
use super::wire;
use crate::base::{Address, AttributePath, Mode, PathStep};
use crate::input::error::Refusal;
use crate::input::json::shared;
use crate::input::terraform::raw_state;
use crate::model::Value;

/// Steps of a path: as many as values can lie in each other.
const MOST_STEPS: usize = 128;

/// What becomes of a resource.
#[derive(Debug)]
pub(super) struct ResourceChange {
    pub(super) address: Address,
    /// Where it stood before, if elsewhere.
    pub(super) previous_address: Option<Address>,
    pub(super) deposed: Option<Arc<str>>,
    /// The provider's source address.
    pub(super) provider: Arc<str>,
    /// Why, in Terraform's own word.
    pub(super) reason: Option<&'static str>,
    pub(super) replace_paths: Vec<AttributePath>,
    pub(super) change: Change,
}

/// What becomes of a value.
#[derive(Debug)]
pub(super) struct Change {
    /// As `show -json` lists them.
    pub(super) actions: &'static [&'static str],
    /// None for null.
    pub(super) before: Option<Value>,
    /// The value is None for null, and when nothing of it is known.
    pub(super) after: Planned,
    pub(super) before_sensitive: Vec<AttributePath>,
    pub(super) after_sensitive: Vec<AttributePath>,
    /// The object enters management by an `import` block.
    pub(super) importing: Option<wire::Importing>,
    pub(super) generated_config: Option<String>,
}

/// Reads a change of a resource. None for one that `show -json` leaves out too: a data source
/// that leaves the state.
pub(super) fn resource(
    raw: wire::ResourceInstanceChange,
    budget: &Budget,
) -> Result<Option<ResourceChange>, Fault> {
    let address = address(&raw.addr)?;
    let previous = Some(&raw.prev_run_addr).filter(|text| !text.is_empty() && **text != raw.addr);
    let raw_change = raw.change.ok_or(Fault::Damaged("a resource has no change"))?;
    let actions = actions(raw_change.action, address.mode)?;
    if address.mode == Mode::Data && actions == ["delete"] {
        return Ok(None);
    }
    let replace_paths = raw.required_replace.iter().map(|raw| path(raw, budget));
    let replace_paths = replace_paths.collect::<Result<Vec<_>, _>>()?;
    Ok(Some(ResourceChange {
        previous_address: previous.map(|text| self::address(text)).transpose()?,
        deposed: Some(raw.deposed_key).filter(|key| !key.is_empty()).map(Arc::from),
        provider: shared(&raw_state::provider_source(&raw.provider)),
        reason: reason(raw.action_reason),
        replace_paths: replace_paths
            .into_iter()
            .filter_map(|followed| followed.is_whole.then_some(followed.path))
            .collect(),
        change: change(raw_change, actions, budget)?,
        address,
    }))
}

/// Reads a change of an output.
pub(super) fn output(raw: wire::Change, budget: &Budget) -> Result<Change, Fault> {
    let actions = actions(raw.action, Mode::Managed)?;
    change(raw, actions, budget)
}

/// Reads an address.
fn address(text: &str) -> Result<Address, Fault> {
    let refuse = |_| Fault::Refused(Refusal::BadAddress { address: text.to_owned() });
    Address::from_str(text).map_err(refuse)
}

fn change(
    raw: wire::Change,
    actions: &'static [&'static str],
    budget: &Budget,
) -> Result<Change, Fault> {
    let mut values = raw.values.iter().map(|value| msgpack::decode(&value.msgpack, budget));
    let mut next = || values.next().unwrap_or(Err(Fault::Damaged("a change has too few values")));
    let (before, after) = match actions {
        ["no-op"] => {
            let same = next()?;
            (same.value.clone(), same)
        }
        ["create"] => (None, next()?),
        ["open"] => (None, Planned::default()),
        ["delete"] | ["forget"] => (next()?.value, Planned::default()),
        _ => (next()?.value, next()?),
    };
    if values.next().is_some() {
        return Err(Fault::Damaged("a change has too many values"));
    }
    let is_known = |value: &Value| *value != Value::Null;
    Ok(Change {
        actions,
        before: before.filter(is_known),
        after: Planned { value: after.value.filter(is_known), ..after },
        before_sensitive: marks(&raw.before_sensitive_paths, budget)?,
        after_sensitive: marks(&raw.after_sensitive_paths, budget)?,
        importing: raw.importing,
        generated_config: Some(raw.generated_config).filter(|text| !text.is_empty()),
    })
}

/// The actions of a number, as `show -json` lists them.
fn actions(number: i32, mode: Mode) -> Result<&'static [&'static str], Fault> {
    Ok(match number {
        0 => &["no-op"],
        1 => &["create"],
        2 => &["read"],
        3 => &["update"],
        5 => &["delete"],
        6 => &["delete", "create"],
        7 => &["create", "delete"],
        8 => &["forget"],
        // OpenTofu's meaning of the number; Terraform keeps no ephemeral resources in plans.
        9 if mode == Mode::Ephemeral => &["open"],
        9 => &["create", "forget"],
        10 => &["forget", "create"],
        _ => {
            let actions = format!("number {number}");
            return Err(Fault::Refused(Refusal::UnknownAction { actions }));
        }
    })
}

/// Why, as `show -json` says it; nothing for a number of a later version.
fn reason(number: i32) -> Option<&'static str> {
    Some(match number {
        1 => "replace_because_tainted",
        2 => "replace_by_request",
        3 => "replace_because_cannot_update",
        4 => "delete_because_no_resource_config",
        5 => "delete_because_wrong_repetition",
        6 => "delete_because_count_index",
        7 => "delete_because_each_key",
        8 => "delete_because_no_module",
        9 => "replace_by_triggers",
        10 => "read_because_config_unknown",
        11 => "read_because_dependency_pending",
        12 => "delete_because_no_move_target",
        13 => "read_because_check_nested",
        14 => "delete_because_enabled_false",
        15 => "forgot_because_lifecycle_destroy_in_state",
        16 => "forgot_because_lifecycle_destroy_in_config",
        _ => return None,
    })
}

/// Marked paths, each once and in order. What lies below a marked path needs no mark, and a
/// path that cannot be followed to its end marks what it leads to.
fn marks(raw: &[wire::Path], budget: &Budget) -> Result<Vec<AttributePath>, Fault> {
    let paths = raw.iter().map(|raw| path(raw, budget).map(|followed| followed.path));
    let mut paths: Vec<AttributePath> = paths.collect::<Result<_, Fault>>()?;
    paths.sort_unstable();
    let mut kept: Vec<AttributePath> = Vec::with_capacity(paths.len());
    for path in paths {
        if !kept.last().is_some_and(|last| last.contains(&path)) {
            kept.push(path);
        }
    }
    Ok(kept)
}

/// A path, as far as it can be said.
pub(super) struct Followed {
    pub(super) path: AttributePath,
    /// No step is missing. One is where a key is neither text nor index, as in a set.
    is_whole: bool,
}

/// Reads a path.
pub(super) fn path(raw: &wire::Path, budget: &Budget) -> Result<Followed, Fault> {
    if raw.steps.len() > MOST_STEPS {
        return Err(Fault::Beyond("its values are nested too deeply"));
    }
    let mut path = AttributePath::default();
    for step in &raw.steps {
        match self::step(step, budget)? {
            Some(step) => path.0.push(step),
            None => return Ok(Followed { path, is_whole: false }),
        }
    }
    Ok(Followed { path, is_whole: true })
}

fn step(raw: &wire::Step, budget: &Budget) -> Result<Option<PathStep>, Fault> {
    Ok(match &raw.selector {
        Some(wire::Selector::AttributeName(name)) => Some(PathStep::Key(shared(name))),
        Some(wire::Selector::ElementKey(key)) => {
            match msgpack::decode(&key.msgpack, budget)?.value {
                Some(Value::String(key)) => Some(PathStep::Key(key)),
                Some(Value::Integer(index)) => usize::try_from(index).ok().map(PathStep::Index),
                _ => None,
            }
        }
        None => None,
    })
}
