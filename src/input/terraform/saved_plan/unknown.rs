//! What the extension says that stands for an unknown value.
//!
//! Source: go-cty's `cty/msgpack/unknown.go` (MIT), read for facts. The body of an extension
//! of the type 0x0c is a map from small integers to limits; any other has no meaning.

use std::sync::Arc;

use super::fault::Fault;
use super::reader::{Reader, number};
use crate::model::{Bound, Refinement, Value};

/// The type of an extension that holds limits.
const REFINED: u8 = 0x0c;
/// The longest body: cty reads no longer one either.
const LONGEST: usize = 1024;

const BROKEN: Fault = Fault::Damaged("the limits of an unknown value cannot be decoded");

/// The limits in the body of an extension of type `kind`.
pub(super) fn refinement(kind: u8, body: &[u8]) -> Result<Option<Refinement>, Fault> {
    if body.len() <= 1 {
        return Ok(None);
    }
    if kind != REFINED || body.len() > LONGEST {
        return Err(BROKEN);
    }
    let mut reader = Reader { rest: body };
    let marker = reader.marker()?;
    let members = reader.map_length(marker)?.ok_or(BROKEN)?;
    let mut found = Refinement::default();
    for _ in 0..members {
        match integer(&mut reader)? {
            1 => found.not_null = !boolean(&mut reader)?,
            2 => {
                let marker = reader.marker()?;
                found.prefix = reader.text(marker)?.map(Arc::from);
            }
            3 => found.minimum = Some(bound(&mut reader)?),
            4 => found.maximum = Some(bound(&mut reader)?),
            5 => found.least_elements = u64::try_from(integer(&mut reader)?).ok(),
            6 => found.most_elements = u64::try_from(integer(&mut reader)?).ok(),
            // A limit of a later version: where it ends cannot be known.
            _ => break,
        }
    }
    Ok(Some(found).filter(|found| *found != Refinement::default()))
}

/// `[number, whether the range holds it]`.
fn bound(reader: &mut Reader<'_>) -> Result<Bound, Fault> {
    let marker = reader.marker()?;
    if reader.array_length(marker)? != Some(2) {
        return Err(BROKEN);
    }
    let marker = reader.marker()?;
    let value = match reader.text(marker)? {
        Some(text) => number(text)?,
        None => reader.number(marker)?.ok_or(BROKEN)?,
    };
    Ok(Bound { value, is_inclusive: boolean(reader)? })
}

fn integer(reader: &mut Reader<'_>) -> Result<i64, Fault> {
    let marker = reader.marker()?;
    match reader.number(marker)? {
        Some(Value::Integer(integer)) => Ok(integer),
        _ => Err(BROKEN),
    }
}

fn boolean(reader: &mut Reader<'_>) -> Result<bool, Fault> {
    match reader.marker()? {
        rmp::Marker::True => Ok(true),
        rmp::Marker::False => Ok(false),
        _ => Err(BROKEN),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_limit_is_read() {
        let bound = |value, is_inclusive| Some(Bound { value, is_inclusive });
        let none = Refinement::default();
        let tenth = Value::Number(Arc::from("0.1"));
        for (body, expected) in [
            (&b"\x81\x01\xc2"[..], Refinement { not_null: true, ..none.clone() }),
            (b"\x81\x02\xa4arn:", Refinement { prefix: Some(Arc::from("arn:")), ..none.clone() }),
            (
                b"\x82\x03\x92\x05\xc3\x04\x92\xcd\x01\x00\xc2",
                Refinement {
                    minimum: bound(Value::Integer(5), true),
                    maximum: bound(Value::Integer(256), false),
                    ..none.clone()
                },
            ),
            (
                b"\x82\x03\x92\xa30.1\xc2\x04\x92\xcb\x3f\xe0\0\0\0\0\0\0\xc3",
                Refinement {
                    minimum: bound(tenth, false),
                    maximum: bound(Value::Number(Arc::from("0.5")), true),
                    ..none.clone()
                },
            ),
            (
                b"\x83\x01\xc2\x05\x01\x06\xcc\xc8",
                Refinement {
                    not_null: true,
                    least_elements: Some(1),
                    most_elements: Some(200),
                    ..none.clone()
                },
            ),
            (b"\x82\x01\xc2\x07whatever", Refinement { not_null: true, ..none.clone() }),
        ] {
            assert_eq!(refinement(REFINED, body), Ok(Some(expected)), "{body:x?}");
        }
    }

    #[test]
    fn an_unknown_value_without_limits_has_none() {
        for (kind, body) in [(0, &b"\0"[..]), (0, b""), (9, b"\x01"), (REFINED, b"\x81\x01\xc3")] {
            assert_eq!(refinement(kind, body), Ok(None), "{body:x?}");
        }
    }

    #[test]
    fn broken_limits_are_refused() {
        for (kind, body) in [
            (3, &b"\x81\x01\xc2"[..]),
            (REFINED, b"\x91\x01"),
            (REFINED, b"\x81\x01\x05"),
            (REFINED, b"\x81\xa1x\xc2"),
            (REFINED, b"\x81\x03\x05"),
            (REFINED, b"\x81\x03\x92\xa1x\xc2"),
            (REFINED, b"\xdf\xff\xff\xff\xff"),
            (REFINED, &[0x81; 1025]),
        ] {
            assert!(refinement(kind, body).is_err(), "{body:x?}");
        }
    }
}
