//! Arguments that a provider shows as a hash: where the configuration writes the text out, policies
//! see the text.
//!
//! Before its version 6 the AWS provider puts a SHA-1 of `user_data` into plans and states. What comes of
//! a variable or a function stays a hash; of a template the source tells what stands around its parts.

use crate::base::PathStep;
use crate::model::{Resource, Value};

/// The argument, and the types that have it.
const ARGUMENT: &str = "user_data";
const TYPES: [&str; 3] = ["aws_instance", "aws_launch_configuration", "aws_spot_instance_request"];

/// The argument that a provider may show as a hash, of resources of this type.
pub(super) fn argument(resource_type: &str) -> Option<&'static str> {
    TYPES.contains(&resource_type).then_some(ARGUMENT)
}

/// Puts the text that is written in the place of its hash.
pub(super) fn reveal(resource: &mut Resource) {
    let declaration = resource.declaration.as_ref();
    let Some(text) = declaration.and_then(|known| known.hashed.clone()) else { return };
    let shown = |values: &Option<Value>| values.as_ref().and_then(|v| v.get(ARGUMENT)).cloned();
    let Some(hash) = shown(&resource.values).filter(is_hash) else { return };
    let is_same = shown(&resource.before).as_ref() == Some(&hash);
    let revealed = Value::String(text);
    let before = resource.before.as_mut().filter(|_| is_same);
    for values in resource.values.as_mut().into_iter().chain(before) {
        *values = values.with(&[PathStep::from(ARGUMENT)], &revealed);
    }
}

fn is_hash(value: &Value) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    value.as_str().is_some_and(|text| text.len() == 40 && text.bytes().all(is_digit))
}
