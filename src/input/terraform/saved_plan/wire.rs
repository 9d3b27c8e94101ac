//! The protocol buffers of the entry `tfplan`.
//!
//! Names and numbers are those of OpenTofu's `planfile.proto` (MPL-2.0); the fields that only
//! Terraform has (25 to 27, `unknown` of an import) were read off its files, 30 and 31 off its
//! definition. What neither the model nor `convert` needs is left out, and skipped as any unknown
//! field is.
//!
//! The elements of large lists stay encoded, so that one is decoded at a time.

use std::collections::BTreeMap;

use prost::Message;
use prost::bytes::Bytes;

use super::fault::Fault;

/// Messages and values that one part of a file may hold: far beyond any plan, and little
/// enough that a small file cannot become a large heap.
const MOST_FIELDS: usize = 1_000_000;

/// The part of the root that says how to read the rest.
#[derive(Clone, PartialEq, Message)]
struct Head {
    #[prost(uint64, tag = "1")]
    version: u64,
}

/// The root.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Plan {
    #[prost(uint64, tag = "1")]
    pub(super) version: u64,
    #[prost(btree_map = "string, message", tag = "2")]
    pub(super) variables: BTreeMap<String, DynamicValue>,
    /// Each a [`ResourceInstanceChange`].
    #[prost(bytes = "bytes", repeated, tag = "3")]
    pub(super) resource_changes: Vec<Bytes>,
    #[prost(message, repeated, tag = "4")]
    pub(super) output_changes: Vec<OutputChange>,
    #[prost(message, optional, tag = "13")]
    pub(super) backend: Option<Backend>,
    #[prost(string, tag = "14")]
    pub(super) terraform_version: String,
    #[prost(message, repeated, tag = "15")]
    pub(super) relevant_attributes: Vec<RelevantAttribute>,
    #[prost(int32, tag = "17")]
    pub(super) ui_mode: i32,
    /// Each a [`ResourceInstanceChange`].
    #[prost(bytes = "bytes", repeated, tag = "18")]
    pub(super) resource_drift: Vec<Bytes>,
    #[prost(message, repeated, tag = "19")]
    pub(super) check_results: Vec<CheckResults>,
    #[prost(bool, tag = "20")]
    pub(super) errored: bool,
    #[prost(string, tag = "21")]
    pub(super) timestamp: String,
    #[prost(bool, tag = "25")]
    pub(super) applyable: bool,
    #[prost(bool, tag = "26")]
    pub(super) complete: bool,
    /// Each a [`DeferredChange`].
    #[prost(bytes = "bytes", repeated, tag = "27")]
    pub(super) deferred_changes: Vec<Bytes>,
    #[prost(bytes = "bytes", repeated, tag = "30")]
    pub(super) action_invocations: Vec<Bytes>,
    #[prost(bytes = "bytes", repeated, tag = "31")]
    pub(super) deferred_action_invocations: Vec<Bytes>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct ResourceInstanceChange {
    #[prost(string, tag = "7")]
    pub(super) deposed_key: String,
    #[prost(string, tag = "8")]
    pub(super) provider: String,
    #[prost(message, optional, tag = "9")]
    pub(super) change: Option<Change>,
    #[prost(message, repeated, tag = "11")]
    pub(super) required_replace: Vec<Path>,
    #[prost(int32, tag = "12")]
    pub(super) action_reason: i32,
    #[prost(string, tag = "13")]
    pub(super) addr: String,
    #[prost(string, tag = "14")]
    pub(super) prev_run_addr: String,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Change {
    #[prost(int32, tag = "1")]
    pub(super) action: i32,
    #[prost(message, repeated, tag = "2")]
    pub(super) values: Vec<DynamicValue>,
    #[prost(message, repeated, tag = "3")]
    pub(super) before_sensitive_paths: Vec<Path>,
    #[prost(message, repeated, tag = "4")]
    pub(super) after_sensitive_paths: Vec<Path>,
    #[prost(message, optional, tag = "5")]
    pub(super) importing: Option<Importing>,
    #[prost(string, tag = "6")]
    pub(super) generated_config: String,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct OutputChange {
    #[prost(string, tag = "1")]
    pub(super) name: String,
    #[prost(message, optional, tag = "2")]
    pub(super) change: Option<Change>,
    #[prost(bool, tag = "3")]
    pub(super) sensitive: bool,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct DynamicValue {
    #[prost(bytes = "bytes", tag = "1")]
    pub(super) msgpack: Bytes,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Path {
    #[prost(message, repeated, tag = "1")]
    pub(super) steps: Vec<Step>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Step {
    #[prost(oneof = "Selector", tags = "1, 2")]
    pub(super) selector: Option<Selector>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Selector {
    #[prost(string, tag = "1")]
    AttributeName(String),
    #[prost(message, tag = "2")]
    ElementKey(DynamicValue),
}

/// Where the plan's state is kept.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Backend {
    #[prost(string, tag = "1")]
    pub(super) kind: String,
    #[prost(message, optional, tag = "2")]
    pub(super) config: Option<DynamicValue>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Importing {
    #[prost(string, tag = "1")]
    pub(super) id: String,
    #[prost(bool, tag = "2")]
    pub(super) unknown: bool,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct RelevantAttribute {
    #[prost(string, tag = "1")]
    pub(super) resource: String,
    #[prost(message, optional, tag = "2")]
    pub(super) attr: Option<Path>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct CheckResults {
    #[prost(int32, tag = "1")]
    pub(super) kind: i32,
    #[prost(string, tag = "2")]
    pub(super) config_addr: String,
    #[prost(int32, tag = "3")]
    pub(super) status: i32,
    #[prost(message, repeated, tag = "4")]
    pub(super) objects: Vec<ObjectResult>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct ObjectResult {
    #[prost(string, tag = "1")]
    pub(super) object_addr: String,
    #[prost(int32, tag = "2")]
    pub(super) status: i32,
    #[prost(string, repeated, tag = "3")]
    pub(super) failure_messages: Vec<String>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct DeferredChange {
    #[prost(message, optional, tag = "1")]
    pub(super) deferred: Option<Deferred>,
    #[prost(message, optional, tag = "2")]
    pub(super) change: Option<ResourceInstanceChange>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Deferred {
    #[prost(int32, tag = "1")]
    pub(super) reason: i32,
}

/// Which fields of a message hold messages: what [`count`] looks into.
struct Shape(&'static [(u64, &'static Shape)]);

const LEAF: Shape = Shape(&[]);
const PATH: Shape = Shape(&[(1, &LEAF)]);
const CHANGE: Shape = Shape(&[(2, &LEAF), (3, &PATH), (4, &PATH), (5, &LEAF)]);
const RESOURCE_CHANGE: Shape = Shape(&[(9, &CHANGE), (11, &PATH)]);
const DEFERRED_CHANGE: Shape = Shape(&[(1, &LEAF), (2, &RESOURCE_CHANGE)]);
const OUTPUT_CHANGE: Shape = Shape(&[(2, &CHANGE)]);
const RELEVANT_ATTRIBUTE: Shape = Shape(&[(2, &PATH)]);
const CHECK_RESULTS: Shape = Shape(&[(4, &LEAF)]);
const VARIABLE: Shape = Shape(&[(2, &LEAF)]);
const PLAN: Shape =
    Shape(&[(2, &VARIABLE), (4, &OUTPUT_CHANGE), (15, &RELEVANT_ATTRIBUTE), (19, &CHECK_RESULTS)]);

/// The version of the entry `tfplan`: another one may mean other things by the same fields.
pub(super) fn version(bytes: Bytes) -> Result<u64, Fault> {
    decode::<Head>(bytes, &LEAF).map(|head| head.version)
}

/// Decodes the entry `tfplan`.
pub(super) fn plan(bytes: Bytes) -> Result<Plan, Fault> {
    decode(bytes, &PLAN)
}

/// Decodes a change of a resource.
pub(super) fn resource_change(bytes: Bytes) -> Result<ResourceInstanceChange, Fault> {
    decode(bytes, &RESOURCE_CHANGE)
}

/// Decodes a change that was put off.
pub(super) fn deferred_change(bytes: Bytes) -> Result<DeferredChange, Fault> {
    decode(bytes, &DEFERRED_CHANGE)
}

fn decode<M: Message + Default>(bytes: Bytes, shape: &Shape) -> Result<M, Fault> {
    let mut left = MOST_FIELDS;
    count(&bytes, shape, &mut left)?;
    M::decode(bytes).map_err(|_| Fault::Damaged("its protocol buffers cannot be decoded"))
}

/// Walks over a message without decoding it, so that no list is made that is too long:
/// two bytes of a file can ask for hundreds of bytes of memory.
fn count(mut bytes: &[u8], shape: &Shape, left: &mut usize) -> Result<(), Fault> {
    const CUT_OFF: Fault = Fault::Damaged("its protocol buffers are cut off");
    while !bytes.is_empty() {
        *left = left.checked_sub(1).ok_or(Fault::Beyond("it holds too many values"))?;
        let key = varint(&mut bytes).ok_or(CUT_OFF)?;
        let length = match key & 7 {
            0 => {
                varint(&mut bytes).ok_or(CUT_OFF)?;
                continue;
            }
            1 => 8,
            2 => varint(&mut bytes).ok_or(CUT_OFF)?,
            5 => 4,
            _ => return Err(Fault::Damaged("its protocol buffers have an unknown wire type")),
        };
        let length = usize::try_from(length).map_err(|_| CUT_OFF)?;
        let (field, rest) = bytes.split_at_checked(length).ok_or(CUT_OFF)?;
        bytes = rest;
        let nested = shape.0.iter().find(|(number, _)| *number == key >> 3);
        if let (Some((_, nested)), 2) = (nested, key & 7) {
            count(field, nested, left)?;
        }
    }
    Ok(())
}

/// Takes a number of variable length off the front.
fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0u64;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_values_are_refused_before_they_are_made() {
        let empty_change = [0x1a, 0x00];
        let bytes = Bytes::from(empty_change.repeat(MOST_FIELDS + 1));
        assert_eq!(plan(bytes), Err(Fault::Beyond("it holds too many values")));
        let bytes = Bytes::from([0x5a, 0x00].repeat(MOST_FIELDS + 1));
        assert!(resource_change(bytes).is_err());
    }

    #[test]
    fn lengths_beyond_the_end_are_refused() {
        for bytes in [
            &[0x1a, 0xff, 0xff, 0xff, 0xff, 0x0f][..],
            &[0x1a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
            &[0x1a],
            &[0xff; 11],
            &[0x1b, 0x00],
            &[0x08],
        ] {
            assert!(plan(Bytes::copy_from_slice(bytes)).is_err(), "{bytes:x?}");
        }
    }
}
