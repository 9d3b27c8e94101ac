//! Values as MessagePack, the way cty writes them.
//!
//! Source: cty's documentation, "MessagePack serialization", and go-cty's package
//! `cty/msgpack` (MIT), read for facts. Objects and maps are maps; lists, sets and tuples are
//! arrays; a dynamic value is an array of its type (as `bin`, which occurs nowhere else) and
//! itself; an unknown value is an extension, of the type 0x0c if limits of it are known.
//!
//! A number that neither a 64-bit integer nor a double holds exactly is written as a string.
//! In a dynamic value the type says so, and it becomes a number again. Elsewhere only the
//! provider's schema could tell the number `0.1` from the string `"0.1"`: it stays a string.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rmp::Marker;

use super::fault::Fault;
use super::reader::{Reader, number};
use super::unknown;
use crate::base::{AttributePath, PathStep};
use crate::input::json::shared;
use crate::input::terraform::cty_type::CtyType;
use crate::model::{Object, Refinement, Value};

/// How deep values may lie in each other: what JSON allows, less what stands around it.
const MOST_DEPTH: usize = 100;
/// Values of one file: fifty thousand resources of a hundred attributes, before and after.
pub(super) const MOST_VALUES: usize = 10_000_000;

const MISMATCH: Fault = Fault::Damaged("a value is not of its type");

/// A value, and what of it is not known yet.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Planned {
    /// What is known: unknown members are absent, unknown elements null. None when nothing is.
    pub(super) value: Option<Value>,
    /// Paths to what is not known, in order.
    pub(super) unknown: Vec<AttributePath>,
    /// What is known of those.
    pub(super) refinements: Vec<(AttributePath, Refinement)>,
}

/// Values that one file may still hold; shared by everything that decodes parts of it.
pub(super) struct Budget(AtomicUsize);

impl Budget {
    /// The budget of a file.
    pub(super) fn new() -> Self {
        Budget(AtomicUsize::new(MOST_VALUES))
    }

    fn spend(&self, values: usize) -> Result<(), Fault> {
        let spend = |left: usize| Some(left.saturating_sub(values));
        match self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, spend) {
            Ok(left) if left > values => Ok(()),
            _ => Err(Self::SPENT),
        }
    }

    /// Fails when all is spent. Asked at the end, so that the error does not depend on which
    /// of several threads spent the last of it.
    pub(super) fn check(&self) -> Result<(), Fault> {
        if self.0.load(Ordering::Relaxed) == 0 { Err(Self::SPENT) } else { Ok(()) }
    }

    const SPENT: Fault = Fault::Beyond("it holds too many values");
}

/// Decodes the one value that `bytes` hold.
pub(super) fn decode(bytes: &[u8], budget: &Budget) -> Result<Planned, Fault> {
    let mut decoder = Decoder {
        reader: Reader { rest: bytes },
        budget,
        depth: 0,
        path: Vec::new(),
        planned: Planned::default(),
    };
    decoder.planned.value = decoder.value(None)?;
    if !decoder.reader.rest.is_empty() {
        return Err(Fault::Damaged("a value has others behind it"));
    }
    decoder.planned.unknown.sort_unstable();
    decoder.planned.refinements.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    Ok(decoder.planned)
}

/// Decodes values into each other.
struct Decoder<'a> {
    reader: Reader<'a>,
    budget: &'a Budget,
    depth: usize,
    path: Vec<PathStep>,
    planned: Planned,
}

impl Decoder<'_> {
    /// The next value; None when it is unknown. `of` is its type, where that is known.
    fn value(&mut self, of: Option<&CtyType>) -> Result<Option<Value>, Fault> {
        self.budget.spend(1)?;
        self.depth += 1;
        if self.depth > MOST_DEPTH {
            return Err(Fault::Beyond("its values are nested too deeply"));
        }
        let marker = self.reader.marker()?;
        let value = if let Some((kind, body)) = self.reader.extension(marker)? {
            self.unknown(kind, body)?;
            None
        } else if let Some(length) = self.reader.array_length(marker)? {
            self.array(length, of)?
        } else if let Some(length) = self.reader.map_length(marker)? {
            Some(self.map(length, of)?)
        } else {
            Some(self.scalar(marker, of)?)
        };
        self.depth -= 1;
        Ok(value)
    }

    fn scalar(&mut self, marker: Marker, of: Option<&CtyType>) -> Result<Value, Fault> {
        match (marker, of) {
            (Marker::Null, _) => return Ok(Value::Null),
            (Marker::True | Marker::False, None | Some(CtyType::Bool)) => {
                return Ok(Value::Bool(marker == Marker::True));
            }
            _ => {}
        }
        match (self.reader.text(marker)?, of) {
            (Some(text), None | Some(CtyType::String)) => Ok(Value::String(Arc::from(text))),
            (Some(text), Some(CtyType::Number)) => number(text),
            (None, None | Some(CtyType::Number)) => {
                let number = self.reader.number(marker)?;
                number.ok_or(Fault::Damaged("a value has an unknown encoding"))
            }
            _ => Err(MISMATCH),
        }
    }

    /// An array, or a dynamic value.
    fn array(&mut self, length: usize, of: Option<&CtyType>) -> Result<Option<Value>, Fault> {
        if length == 2 && matches!(of, None | Some(CtyType::Dynamic)) {
            let before = self.reader.rest;
            let marker = self.reader.marker()?;
            if let Some(json) = self.reader.binary(marker)? {
                let written = self.written_type(json)?;
                return self.value(Some(&written));
            }
            self.reader.rest = before;
        }
        let fits = match of {
            None | Some(CtyType::Elements(_)) => true,
            Some(CtyType::Tuple(types)) => types.len() == length,
            Some(_) => false,
        };
        if !fits {
            return Err(MISMATCH);
        }
        // Each element takes a byte at least: no more is set aside than can come.
        let mut elements = Vec::with_capacity(length.min(self.reader.rest.len()));
        for index in 0..length {
            self.path.push(PathStep::Index(index));
            let element = self.value(of.and_then(|of| of.element(index)))?;
            elements.push(element.unwrap_or_default());
            self.path.pop();
        }
        Ok(Some(Value::Array(elements.into())))
    }

    fn map(&mut self, length: usize, of: Option<&CtyType>) -> Result<Value, Fault> {
        if !matches!(of, None | Some(CtyType::Map(_) | CtyType::Object(_))) {
            return Err(MISMATCH);
        }
        const TWICE: Fault = Fault::Damaged("an object has two members of one name");
        let mut members = Vec::with_capacity(length.min(self.reader.rest.len() / 2));
        let mut unknown = Vec::new();
        for _ in 0..length {
            let marker = self.reader.marker()?;
            let key = self.reader.text(marker)?.ok_or(Fault::Damaged("a name is no text"))?;
            let key = shared(key);
            let member_type = of.and_then(|of| of.member(&key));
            if of.is_some() && member_type.is_none() {
                return Err(MISMATCH);
            }
            self.path.push(PathStep::Key(key.clone()));
            match self.value(member_type)? {
                Some(member) => members.push((key, member)),
                None => unknown.push(key),
            }
            self.path.pop();
        }
        let object = Object::new(members).map_err(|_| TWICE)?;
        unknown.sort_unstable();
        let is_twice = unknown.iter().zip(unknown.iter().skip(1)).any(|(a, b)| a == b);
        if is_twice || unknown.iter().any(|key| object.get(key).is_some()) {
            return Err(TWICE);
        }
        Ok(Value::Object(object))
    }

    /// The type that stands before a dynamic value, as JSON.
    fn written_type(&self, json: &[u8]) -> Result<CtyType, Fault> {
        self.budget.spend(json.len())?;
        let value: Option<Value> = serde_json::from_slice(json).ok();
        value.as_ref().and_then(CtyType::read).ok_or(Fault::Damaged("a value has no type"))
    }

    fn unknown(&mut self, kind: u8, body: &[u8]) -> Result<(), Fault> {
        self.budget.spend(self.path.len())?;
        let path = AttributePath(self.path.clone());
        if let Some(refinement) = unknown::refinement(kind, body)? {
            self.planned.refinements.push((path.clone(), refinement));
        }
        self.planned.unknown.push(path);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> Planned {
        decode(bytes, &Budget::new()).unwrap()
    }

    fn json(bytes: &[u8]) -> String {
        serde_json::to_string(&decoded(bytes).value).unwrap()
    }

    #[test]
    fn values_are_read_as_cty_writes_them() {
        for (bytes, expected) in [
            (&b"\xc0"[..], "null"),
            (b"\x82\xa1b\xc3\xa1a\xc2", r#"{"a":false,"b":true}"#),
            (b"\x94\x05\xff\xcd\x1f\x90\xd1\xff\x00", "[5,-1,8080,-256]"),
            (
                b"\x92\xcf\xff\xff\xff\xff\xff\xff\xff\xff\xcb\x3f\xb9\x99\x99\x99\x99\x99\x9a",
                "[18446744073709551615,0.1]",
            ),
            (b"\xcb\x46\x30\0\0\0\0\0\0", "1267650600228229400000000000000"),
            (b"\xa30.1", r#""0.1""#),
            (b"\x92\xc4\x08\"number\"\xa30.1", "0.1"),
            (b"\x92\xc4\x08\"string\"\xa30.1", r#""0.1""#),
            (
                b"\x92\xc4\x11[\"list\",\"number\"]\x92\x01\xb59007199254740993.0001",
                "[1,9007199254740993.0001]",
            ),
            (
                b"\x92\xc4\x1a[\"object\",{\"a\":\"dynamic\"}]\x81\xa1a\x92\xc4\x06\"bool\"\xc3",
                r#"{"a":true}"#,
            ),
            (b"\x92\xc4\x09\"dynamic\"\xc0", "null"),
        ] {
            assert_eq!(json(bytes), expected, "{bytes:x?}");
        }
    }

    #[test]
    fn unknown_members_are_absent_and_unknown_elements_null() {
        let planned =
            decoded(b"\x83\xa1a\xd4\0\0\xa1b\x92\xd4\0\0\x01\xa1c\xc7\x03\x0c\x81\x01\xc2");
        assert_eq!(serde_json::to_string(&planned.value).unwrap(), r#"{"b":[null,1]}"#);
        let unknown: Vec<String> = planned.unknown.iter().map(ToString::to_string).collect();
        assert_eq!(unknown, ["a", "b[0]", "c"]);
        let not_null = Refinement { not_null: true, ..Refinement::default() };
        assert_eq!(planned.refinements, [(AttributePath(vec!["c".into()]), not_null)]);
        assert_eq!(decoded(b"\xd4\0\0").value, None);
    }

    #[test]
    fn what_cty_does_not_write_is_refused() {
        let deep = b"\x91".repeat(200);
        let deep_types = b"\x92\xc4\x09\"dynamic\"".repeat(200);
        for bytes in [
            &b""[..],
            b"\xc1",
            b"\x92\x01",
            b"\x01\x02",
            b"\xa2\xff\xff",
            b"\xdd\xff\xff\xff\xff",
            b"\xdf\xff\xff\xff\xff",
            b"\xdb\xff\xff\xff\xff",
            b"\xc6\xff\xff\xff\xff",
            b"\xc9\xff\xff\xff\xff\x0c",
            b"\x82\xa1a\x01\xa1a\x02",
            b"\x82\xa1a\xd4\0\0\xa1a\xd4\0\0",
            b"\x82\xa1a\x01\xa1a\xd4\0\0",
            b"\x81\x01\x02",
            b"\xcb\x7f\xf0\0\0\0\0\0\0",
            b"\xc4\x01x",
            b"\x92\xc4\x03\"x\"\x01",
            b"\x92\xc4\x08\"number\"\xa1x",
            b"\x92\xc4\x08\"string\"\x01",
            b"\x92\xc4\x06\"bool\"\x91\xc3",
            b"\x92\xc4\x1a[\"object\",{\"a\":\"dynamic\"}]\x81\xa1b\xc0",
            b"\x92\xc4\x14[\"tuple\",[\"number\"]]\x92\x01\x02",
            &deep,
            &deep_types,
        ] {
            assert!(decode(bytes, &Budget::new()).is_err(), "{bytes:x?}");
        }
    }

    #[test]
    fn a_budget_ends() {
        let budget = Budget(AtomicUsize::new(4));
        assert!(decode(b"\x92\xc0\xc0", &budget).is_ok());
        assert!(budget.check().is_ok());
        assert!(decode(b"\xc0", &budget).is_err());
        assert!(budget.check().is_err());
    }
}
