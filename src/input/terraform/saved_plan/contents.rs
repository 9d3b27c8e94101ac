//! Everything that a saved plan file says, decoded once for the model and for `convert`.

use std::collections::BTreeMap;

use prost::bytes::Bytes;
use rayon::prelude::*;

use super::archive::{self, Archive, LARGEST_ENTRY, LARGEST_TEXT};
use super::change::{self, Change, ResourceChange};
use super::fault::Fault;
use super::msgpack::{self, Budget};
use super::sources::{self, EmbeddedSources};
use super::wire::{self, Plan};
use crate::base::Source;
use crate::input::error::Refusal;
use crate::input::terraform::raw_state;
use crate::input::{InputError, detect};
use crate::model::{Backend, BlockArguments, Model, Value};

/// The version of the format that is read.
const VERSION: u64 = 3;

/// The entry of the state that a plan starts from.
const STATE: &str = "tfstate";
/// The entry of the providers' versions; its first line names the tool that wrote it.
const LOCK: &str = ".terraform.lock.hcl";
/// What OpenTofu writes there; Terraform writes its own name.
const TOFU: &[u8] = b"\"tofu init\"";

/// The mode of `terraform plan -refresh-only`.
const REFRESH_ONLY: i32 = 2;

/// The contents of a saved plan file.
pub(super) struct Contents {
    /// What stands in `tfplan` beside the changes, which are taken out of it.
    pub(super) plan: Plan,
    pub(super) changes: Vec<ResourceChange>,
    pub(super) drift: Vec<ResourceChange>,
    /// Addresses and reasons of changes put off to a later run.
    pub(super) deferred: Vec<(String, &'static str)>,
    /// Those changes, as far as they can be read: nothing is asked of them but their secrets.
    pub(super) put_off: Vec<ResourceChange>,
    pub(super) variables: BTreeMap<String, Option<Value>>,
    /// By name: the change, and whether it is sensitive.
    pub(super) outputs: BTreeMap<String, (Change, bool)>,
    /// The state that the plan starts from.
    pub(super) state: Option<Model>,
    pub(super) sources: EmbeddedSources,
    /// Where the state is kept, with all arguments, wherever they were given.
    pub(super) backend: Option<Backend>,
    /// Whether the plan covers all that is configured; None from a tool that does not say.
    pub(super) complete: Option<bool>,
}

impl Contents {
    /// Reads the saved plan file `bytes`, called `label`.
    pub(super) fn read(label: &str, bytes: &[u8]) -> Result<Self, InputError> {
        let fault = |fault: Fault| fault.of(label);
        let mut archive = Archive::open(bytes).map_err(fault)?;
        let tfplan = archive.read(archive::PLAN, LARGEST_ENTRY).map_err(fault)?;
        let tfplan = tfplan.ok_or_else(|| InputError::refused(label, Refusal::Zip))?;
        let plan = read_plan(tfplan).map_err(fault)?;
        let state = match archive.read(STATE, LARGEST_ENTRY).map_err(fault)? {
            Some(state) => Some(read_state(label, state)?),
            None => None,
        };
        let lock = archive.read(LOCK, LARGEST_TEXT).map_err(fault)?.unwrap_or_default();
        let sources = sources::read(&mut archive).map_err(fault)?;
        let budget = Budget::new();
        let decoded = decode(plan, state, sources, &lock, &budget);
        budget.check().and(decoded).map_err(fault)
    }
}

/// The plan, once its version is known.
fn read_plan(bytes: Vec<u8>) -> Result<Plan, Fault> {
    if bytes.is_empty() {
        return Err(Fault::Damaged("its plan is empty"));
    }
    let bytes = Bytes::from(bytes);
    match wire::version(bytes.clone())? {
        VERSION => wire::plan(bytes),
        version => Err(Fault::Refused(Refusal::PlanVersion { version })),
    }
}

/// The state, with errors about the file as a whole: nobody has seen its lines.
fn read_state(label: &str, bytes: Vec<u8>) -> Result<Model, InputError> {
    let values = bytes.iter().filter(|byte| matches!(byte, b',' | b'[' | b'{')).count();
    if values > msgpack::MOST_VALUES {
        return Err(Fault::Beyond("its state holds too many values").of(label));
    }
    let text =
        String::from_utf8(bytes).map_err(|_| Fault::Damaged("its state is not text").of(label))?;
    let source = Source::new(label, text);
    let read = detect::head(&source).and_then(|head| (raw_state::FORMAT.read)(&source, &head));
    read.map_err(|error| InputError { place: None, ..error })
}

fn decode(
    mut plan: Plan,
    state: Option<Model>,
    sources: EmbeddedSources,
    lock: &[u8],
    budget: &Budget,
) -> Result<Contents, Fault> {
    if !plan.action_invocations.is_empty() || !plan.deferred_action_invocations.is_empty() {
        return Err(Fault::Refused(Refusal::Invocations));
    }
    let changes = changes(std::mem::take(&mut plan.resource_changes), budget)?;
    refuse_twins(&changes)?;
    let mut drift = self::changes(std::mem::take(&mut plan.resource_drift), budget)?;
    if plan.ui_mode != REFRESH_ONLY {
        // What only moved is said with the changes; `show -json` leaves it out too.
        drift.retain(|change| change.change.actions != ["no-op"]);
    }
    let (mut deferred, mut put_off) = (Vec::new(), Vec::new());
    for bytes in std::mem::take(&mut plan.deferred_changes) {
        let raw = wire::deferred_change(bytes)?;
        let address = raw.change.as_ref().map(|change| change.addr.clone()).unwrap_or_default();
        let change = raw.change.map(|raw| change::resource(raw, budget));
        put_off.extend(change.and_then(Result::ok).flatten());
        deferred.push((address, deferral(raw.deferred.map_or(0, |deferred| deferred.reason))));
    }
    deferred.sort();
    let variables = std::mem::take(&mut plan.variables).into_iter().map(|(name, value)| {
        let value = msgpack::decode(&value.msgpack, budget)?.value;
        Ok((name, value.filter(|value| *value != Value::Null)))
    });
    let variables = variables.collect::<Result<_, Fault>>()?;
    let mut outputs = BTreeMap::new();
    for raw in std::mem::take(&mut plan.output_changes) {
        let change = raw.change.ok_or(Fault::Damaged("an output has no change"))?;
        let change = change::output(change, budget)?;
        if outputs.insert(raw.name, (change, raw.sensitive)).is_some() {
            return Err(Fault::Damaged("it has two outputs of one name"));
        }
    }
    let complete = complete(&plan, lock);
    let backend = plan.backend.take().map(|raw| backend(raw, budget)).transpose()?.flatten();
    Ok(Contents {
        plan,
        changes,
        drift,
        deferred,
        put_off,
        variables,
        outputs,
        state,
        sources,
        backend,
        complete,
    })
}

/// The backend that a plan names.
fn backend(raw: wire::Backend, budget: &Budget) -> Result<Option<Backend>, Fault> {
    let config = raw.config.filter(|config| !config.msgpack.is_empty());
    let constants = config.map(|config| msgpack::decode(&config.msgpack, budget)).transpose()?;
    let constants = constants.and_then(|decoded| decoded.value).unwrap_or_default();
    let arguments = BlockArguments { constants, references: Vec::new() };
    Ok((!raw.kind.is_empty()).then_some(Backend { kind: raw.kind, arguments, is_partial: false }))
}

/// Refuses changes that are two of one object. They are sorted.
fn refuse_twins(changes: &[ResourceChange]) -> Result<(), Fault> {
    let mut pairs = changes.iter().zip(changes.iter().skip(1));
    match pairs.find(|(a, b)| (&a.address, &a.deposed) == (&b.address, &b.deposed)) {
        Some((twin, _)) => {
            let key = twin.address.to_string();
            Err(Fault::Refused(Refusal::DuplicateKey { key }))
        }
        None => Ok(()),
    }
}

/// Decodes changes in parallel and sorts them; the first fault in the file's order wins.
fn changes(raw: Vec<Bytes>, budget: &Budget) -> Result<Vec<ResourceChange>, Fault> {
    let decode = |bytes| change::resource(wire::resource_change(bytes)?, budget);
    let decoded: Vec<Result<Option<ResourceChange>, Fault>> =
        raw.into_par_iter().map(decode).collect();
    let decoded = decoded.into_iter().filter_map(Result::transpose);
    let mut changes = decoded.collect::<Result<Vec<_>, _>>()?;
    changes.sort_by(|a, b| (&a.address, &a.deposed).cmp(&(&b.address, &b.deposed)));
    Ok(changes)
}

/// Why a change was put off, as `show -json` says it.
fn deferral(number: i32) -> &'static str {
    match number {
        1 => "instance_count_unknown",
        2 => "resource_config_unknown",
        3 => "provider_config_unknown",
        4 => "absent_prereq",
        5 => "deferred_prereq",
        6 => "excluded",
        7 => "not_included",
        _ => "unknown",
    }
}

/// Whether the plan is complete. Terraform says so since 1.8, by a field that stands only in
/// complete plans; OpenTofu and older Terraform have no such field, and its absence means
/// nothing there. The lock file beside the plan tells the two apart.
fn complete(plan: &Plan, lock: &[u8]) -> Option<bool> {
    let is_tofu = lock.windows(TOFU.len()).any(|window| window == TOFU);
    let mut numbers = plan.terraform_version.split('.').map_while(|part| part.parse::<u32>().ok());
    let is_older = match (numbers.next(), numbers.next()) {
        (Some(major), Some(minor)) => (major, minor) < (1, 8),
        _ => false,
    };
    let says_nothing = !plan.complete && !plan.applyable && (is_tofu || is_older);
    (!says_nothing).then_some(plan.complete)
}
