//! Absolute resource addresses, as Terraform writes and reads them.
//!
//! The syntax is the one of Terraform's documentation, "Resource Address Reference":
//! `module.NAME[KEY].….[data.|ephemeral.]TYPE.NAME[KEY]`, where a key is a number
//! (`count`) or a quoted string (`for_each`). String keys are quoted as HCL quotes them.

use std::fmt::{self, Write as _};
use std::str::FromStr;
use std::sync::Arc;

use serde::{Serialize, Serializer};

/// The absolute address of one resource instance.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// The module instance that holds the resource.
    pub module: ModuleAddress,
    /// Managed, data or ephemeral.
    pub mode: Mode,
    /// The resource type, such as `aws_s3_bucket`.
    pub resource_type: Arc<str>,
    /// The name in the configuration.
    pub name: Arc<str>,
    /// The `count` index or `for_each` key, where there is one.
    pub key: Option<InstanceKey>,
}

/// The path of a module instance; empty for the root module.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleAddress(pub Vec<ModuleStep>);

/// One step into a child module.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleStep {
    /// The name of the `module` block.
    pub name: Arc<str>,
    /// The `count` index or `for_each` key of the call.
    pub key: Option<InstanceKey>,
}

/// What tells the instances of one block apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InstanceKey {
    /// A `count` index.
    Index(u64),
    /// A `for_each` key.
    Key(Arc<str>),
}

/// Which kind of block declares a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// A `resource` block.
    Managed,
    /// A `data` block.
    Data,
    /// An `ephemeral` block.
    Ephemeral,
}

/// The word before the type of a provider's action, of which it counts as a part.
const ACTION: &str = "action";

/// Why a text is not an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a resource address: {reason}")]
pub struct AddressError {
    /// The text as given.
    pub text: String,
    /// What is wrong with it.
    pub reason: &'static str,
}

impl Address {
    /// The address without any instance key: the block in the configuration.
    #[must_use]
    pub fn block(&self) -> String {
        let mut text = String::new();
        for step in &self.module.0 {
            let _ = write!(text, "module.{}.", step.name);
        }
        let _ = write!(text, "{}{}.{}", self.mode.prefix(), self.resource_type, self.name);
        text
    }
}

impl ModuleAddress {
    /// True for the root module.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The names of the module calls on the way, without keys.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|step| &*step.name)
    }
}

impl Mode {
    /// The word before the type in an address: `data.`, `ephemeral.` or nothing.
    #[must_use]
    pub fn prefix(self) -> &'static str {
        match self {
            Mode::Managed => "",
            Mode::Data => "data.",
            Mode::Ephemeral => "ephemeral.",
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.module.is_root() {
            write!(f, "{}.", self.module)?;
        }
        write!(f, "{}{}.{}", self.mode.prefix(), self.resource_type, self.name)?;
        write_key(f, self.key.as_ref())
    }
}

impl fmt::Display for ModuleAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            if position > 0 {
                f.write_char('.')?;
            }
            write!(f, "module.{}", step.name)?;
            write_key(f, step.key.as_ref())?;
        }
        Ok(())
    }
}

fn write_key(f: &mut fmt::Formatter<'_>, key: Option<&InstanceKey>) -> fmt::Result {
    match key {
        None => Ok(()),
        Some(InstanceKey::Index(index)) => write!(f, "[{index}]"),
        Some(InstanceKey::Key(key)) => {
            f.write_str("[")?;
            write_quoted(f, key)?;
            f.write_str("]")
        }
    }
}

/// Quotes as HCL does: `"`, `\`, control characters and template openers are escaped.
fn write_quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            '$' | '%' if characters.peek() == Some(&'{') => write!(f, "{character}{character}")?,
            c if c.is_control() && (c as u32) < 0x1_0000 => write!(f, "\\u{:04x}", c as u32)?,
            c => f.write_char(c)?,
        }
    }
    f.write_char('"')
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Serialize for ModuleAddress {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let mut reader = Reader { text, rest: text };
        let module = reader.modules()?;
        let mut word = reader.word()?;
        let mode = match word {
            "data" => Mode::Data,
            "ephemeral" => Mode::Ephemeral,
            _ => Mode::Managed,
        };
        if mode != Mode::Managed {
            reader.dot()?;
            word = reader.word()?;
        }
        let mut resource_type = Arc::from(word);
        reader.dot()?;
        if word == ACTION {
            resource_type = Arc::from(format!("{ACTION}.{}", reader.word()?));
            reader.dot()?;
        }
        let name = Arc::from(reader.word()?);
        let key = reader.key()?;
        reader.end()?;
        Ok(Address { module, mode, resource_type, name, key })
    }
}

impl FromStr for ModuleAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let mut reader = Reader { text, rest: text };
        if text.is_empty() {
            return Ok(ModuleAddress::default());
        }
        let mut steps = Vec::new();
        loop {
            if reader.word()? != "module" {
                return Err(reader.error("a module path consists of `module.NAME` steps"));
            }
            steps.push(reader.module_step()?);
            if reader.rest.is_empty() {
                return Ok(ModuleAddress(steps));
            }
            reader.dot()?;
        }
    }
}

/// A cursor over an address; each method consumes what it names.
struct Reader<'a> {
    text: &'a str,
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn error(&self, reason: &'static str) -> AddressError {
        AddressError { text: self.text.to_owned(), reason }
    }

    fn modules(&mut self) -> Result<ModuleAddress, AddressError> {
        let mut steps = Vec::new();
        while let Some(rest) = self.rest.strip_prefix("module.") {
            self.rest = rest;
            let name = Arc::from(self.word()?);
            let key = self.key()?;
            steps.push(ModuleStep { name, key });
            self.dot()?;
        }
        Ok(ModuleAddress(steps))
    }

    fn module_step(&mut self) -> Result<ModuleStep, AddressError> {
        self.dot()?;
        let name = Arc::from(self.word()?);
        Ok(ModuleStep { name, key: self.key()? })
    }

    fn word(&mut self) -> Result<&'a str, AddressError> {
        let end = self.rest.find(['.', '[', ']', '"']).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        if word.is_empty() {
            return Err(self.error("a name is missing"));
        }
        self.rest = rest;
        Ok(word)
    }

    fn dot(&mut self) -> Result<(), AddressError> {
        self.rest = self.rest.strip_prefix('.').ok_or_else(|| self.error("a `.` is missing"))?;
        Ok(())
    }

    fn end(&self) -> Result<(), AddressError> {
        if self.rest.is_empty() { Ok(()) } else { Err(self.error("there is text after the end")) }
    }

    fn key(&mut self) -> Result<Option<InstanceKey>, AddressError> {
        let Some(rest) = self.rest.strip_prefix('[') else { return Ok(None) };
        self.rest = rest;
        let key = if let Some(rest) = self.rest.strip_prefix('"') {
            self.rest = rest;
            InstanceKey::Key(Arc::from(self.quoted()?))
        } else {
            let end = self.rest.find(']').ok_or_else(|| self.error("a `]` is missing"))?;
            let (digits, rest) = self.rest.split_at(end);
            self.rest = rest;
            let index = digits.parse().map_err(|_| self.error("an index must be a number"))?;
            InstanceKey::Index(index)
        };
        self.rest = self.rest.strip_prefix(']').ok_or_else(|| self.error("a `]` is missing"))?;
        Ok(Some(key))
    }

    /// Reads up to and including the closing quote, undoing HCL's escapes.
    fn quoted(&mut self) -> Result<String, AddressError> {
        let mut text = String::new();
        let mut characters = self.rest.chars();
        while let Some(character) = characters.next() {
            match character {
                '"' => {
                    self.rest = characters.as_str();
                    return Ok(text);
                }
                '\\' => text.push(
                    unescape(&mut characters).ok_or_else(|| self.error("an unknown escape"))?,
                ),
                '$' | '%' if characters.as_str().starts_with(&format!("{character}{{")) => {
                    text.push(character);
                    characters.next();
                }
                c => text.push(c),
            }
        }
        Err(self.error("a quote is missing"))
    }
}

fn unescape(characters: &mut std::str::Chars<'_>) -> Option<char> {
    let digits = match characters.next()? {
        'n' => return Some('\n'),
        'r' => return Some('\r'),
        't' => return Some('\t'),
        '"' => return Some('"'),
        '\\' => return Some('\\'),
        'u' => 4,
        'U' => 8,
        _ => return None,
    };
    let hex: String = characters.by_ref().take(digits).collect();
    if hex.len() != digits {
        return None;
    }
    char::from_u32(u32::from_str_radix(&hex, 16).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_round_trip() {
        for text in [
            "aws_s3_bucket.logs",
            "aws_s3_bucket.logs[0]",
            "data.aws_subnet.a[\"x\"]",
            "ephemeral.random_password.p",
            "module.a.module.b[3].aws_s3_bucket.logs",
            r#"module.site["www.example.com"].aws_s3_bucket.b["a/b[0].c"]"#,
            r#"module.m["say \"hi\"\\n"].terraform_data.x["$${a}%%{b}"]"#,
            r#"terraform_data.x["tab\tline\n\u001b"]"#,
            "module.data.data.data.data",
            "module.a.action.aws_lambda_invoke.warm[0]",
        ] {
            let address: Address = text.parse().unwrap();
            assert_eq!(address.to_string(), text);
        }
    }

    #[test]
    fn keys_are_read_as_terraform_means_them() {
        let address: Address = r#"a.b["x.y[\"z\"]"]"#.parse().unwrap();
        assert_eq!(address.key, Some(InstanceKey::Key(Arc::from("x.y[\"z\"]"))));
        assert_eq!(address.block(), "a.b");
    }

    #[test]
    fn module_addresses_round_trip() {
        for text in ["", "module.a", r#"module.a[0].module.b["k.v"]"#] {
            assert_eq!(text.parse::<ModuleAddress>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in
            ["", "a", "a.", ".b", "a.b[", "a.b[x]", "a.b[\"x]", "a.b.c", "module.a", "a.b[0]x"]
        {
            assert!(text.parse::<Address>().is_err(), "{text}");
        }
    }
}
