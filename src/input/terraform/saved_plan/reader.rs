//! The encodings of MessagePack: markers, lengths, texts and numbers.
//!
//! Source: the MessagePack specification; the table of markers is `rmp`'s.

use std::sync::Arc;

use rmp::Marker;

use super::fault::Fault;
use crate::model::Value;

const CUT_OFF: Fault = Fault::Damaged("a value is cut off");

/// A cursor over encoded bytes; each method consumes what it names.
pub(super) struct Reader<'a> {
    pub(super) rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// What comes next.
    pub(super) fn marker(&mut self) -> Result<Marker, Fault> {
        let [byte] = self.take()?;
        Ok(Marker::from_u8(byte))
    }

    /// The number of elements after the marker of an array.
    pub(super) fn array_length(&mut self, marker: Marker) -> Result<Option<usize>, Fault> {
        match marker {
            Marker::FixArray(length) => Ok(Some(usize::from(length))),
            Marker::Array16 => self.length16().map(Some),
            Marker::Array32 => self.length32().map(Some),
            _ => Ok(None),
        }
    }

    /// The number of members after the marker of a map.
    pub(super) fn map_length(&mut self, marker: Marker) -> Result<Option<usize>, Fault> {
        match marker {
            Marker::FixMap(length) => Ok(Some(usize::from(length))),
            Marker::Map16 => self.length16().map(Some),
            Marker::Map32 => self.length32().map(Some),
            _ => Ok(None),
        }
    }

    /// Type and body after the marker of an extension.
    pub(super) fn extension(&mut self, marker: Marker) -> Result<Option<(u8, &'a [u8])>, Fault> {
        let length = match marker {
            Marker::FixExt1 => 1,
            Marker::FixExt2 => 2,
            Marker::FixExt4 => 4,
            Marker::FixExt8 => 8,
            Marker::FixExt16 => 16,
            Marker::Ext8 => self.length8()?,
            Marker::Ext16 => self.length16()?,
            Marker::Ext32 => self.length32()?,
            _ => return Ok(None),
        };
        let [kind] = self.take()?;
        Ok(Some((kind, self.bytes(length)?)))
    }

    /// The bytes after the marker of binary data.
    pub(super) fn binary(&mut self, marker: Marker) -> Result<Option<&'a [u8]>, Fault> {
        let length = match marker {
            Marker::Bin8 => self.length8()?,
            Marker::Bin16 => self.length16()?,
            Marker::Bin32 => self.length32()?,
            _ => return Ok(None),
        };
        self.bytes(length).map(Some)
    }

    /// The text after the marker of a string.
    pub(super) fn text(&mut self, marker: Marker) -> Result<Option<&'a str>, Fault> {
        let length = match marker {
            Marker::FixStr(length) => usize::from(length),
            Marker::Str8 => self.length8()?,
            Marker::Str16 => self.length16()?,
            Marker::Str32 => self.length32()?,
            _ => return Ok(None),
        };
        let text = std::str::from_utf8(self.bytes(length)?);
        text.map(Some).map_err(|_| Fault::Damaged("a text is not UTF-8"))
    }

    /// The number after its marker. Fractions are written out without an exponent, as
    /// Terraform writes them in JSON.
    pub(super) fn number(&mut self, marker: Marker) -> Result<Option<Value>, Fault> {
        let integer = match marker {
            Marker::FixPos(number) => i64::from(number),
            Marker::FixNeg(number) => i64::from(number),
            Marker::U8 => u8::from_be_bytes(self.take()?).into(),
            Marker::U16 => u16::from_be_bytes(self.take()?).into(),
            Marker::U32 => u32::from_be_bytes(self.take()?).into(),
            Marker::I8 => i8::from_be_bytes(self.take()?).into(),
            Marker::I16 => i16::from_be_bytes(self.take()?).into(),
            Marker::I32 => i32::from_be_bytes(self.take()?).into(),
            Marker::I64 => i64::from_be_bytes(self.take()?),
            Marker::U64 => return number(&u64::from_be_bytes(self.take()?).to_string()).map(Some),
            Marker::F32 => return number(&f32::from_be_bytes(self.take()?).to_string()).map(Some),
            Marker::F64 => return number(&f64::from_be_bytes(self.take()?).to_string()).map(Some),
            _ => return Ok(None),
        };
        Ok(Some(Value::Integer(integer)))
    }

    fn length8(&mut self) -> Result<usize, Fault> {
        self.take().map(u8::from_be_bytes).map(usize::from)
    }

    fn length16(&mut self) -> Result<usize, Fault> {
        self.take().map(u16::from_be_bytes).map(usize::from)
    }

    fn length32(&mut self) -> Result<usize, Fault> {
        usize::try_from(self.take().map(u32::from_be_bytes)?).map_err(|_| CUT_OFF)
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        self.bytes(N)?.try_into().map_err(|_| CUT_OFF)
    }

    fn bytes(&mut self, length: usize) -> Result<&'a [u8], Fault> {
        let (bytes, rest) = self.rest.split_at_checked(length).ok_or(CUT_OFF)?;
        self.rest = rest;
        Ok(bytes)
    }
}

/// The number that `text` writes; infinity, which JSON cannot write, is none.
pub(super) fn number(text: &str) -> Result<Value, Fault> {
    if let Ok(integer) = text.parse::<i64>() {
        return Ok(Value::Integer(integer));
    }
    match serde_json::from_str::<serde_json::Number>(text) {
        Ok(_) => Ok(Value::Number(Arc::from(text))),
        Err(_) => Err(Fault::Damaged("a number is none")),
    }
}
