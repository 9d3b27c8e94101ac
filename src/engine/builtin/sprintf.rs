//! `sprintf` as OPA has it, which formats as Go does. The interpreter knows fewer ways, and leaves
//! out what does not fit its verb.

use std::iter::Peekable;
use std::str::Chars;

use regorus::Value;

use super::{call, text};

/// The widest that a value may be made.
const WIDEST: usize = 4096;

/// A value as it is formatted.
enum Argument {
    Integer(i64),
    Float(f64),
    /// A string, or anything else in the spelling of Rego.
    Text(String),
}

/// What stands between `%` and the verb.
#[derive(Default, Clone, Copy)]
struct Flags {
    plus: bool,
    minus: bool,
    sharp: bool,
    space: bool,
    zero: bool,
    width: usize,
    precision: Option<usize>,
}

pub(super) fn sprintf(arguments: &[Value]) -> Result<Value, String> {
    let format = text(arguments, 0)?;
    let Some(Value::Array(values)) = arguments.get(1) else {
        return Err("operand 2 must be an array".to_owned());
    };
    let mut values = values.iter();
    let mut output = String::with_capacity(format.len());
    let mut rest = format.chars().peekable();
    while let Some(character) = rest.next() {
        if character != '%' {
            output.push(character);
            continue;
        }
        let flags = Flags::read(&mut rest)?;
        match rest.next() {
            None => output.push_str("%!(NOVERB)"),
            Some('%') => output.push('%'),
            Some(verb) => match values.next() {
                None => output.push_str(&format!("%!{verb}(MISSING)")),
                Some(value) => output.push_str(&Argument::new(value)?.format(verb, flags)?),
            },
        }
    }
    let more = values.map(|value| {
        let argument = Argument::new(value)?;
        Ok(format!("{}={}", argument.kind(), argument.format('v', Flags::default())?))
    });
    let more = more.collect::<Result<Vec<String>, String>>()?;
    if !more.is_empty() {
        output.push_str(&format!("%!(EXTRA {})", more.join(", ")));
    }
    Ok(Value::from(output))
}

impl Flags {
    fn read(rest: &mut Peekable<Chars<'_>>) -> Result<Self, String> {
        let mut flags = Flags::default();
        while let Some(flag) = rest.next_if(|c| matches!(c, '+' | '-' | '#' | ' ' | '0')) {
            match flag {
                '+' => flags.plus = true,
                '-' => flags.minus = true,
                '#' => flags.sharp = true,
                ' ' => flags.space = true,
                _ => flags.zero = true,
            }
        }
        flags.width = number(rest)?.unwrap_or_default();
        if rest.next_if_eq(&'.').is_some() {
            flags.precision = Some(number(rest)?.unwrap_or_default());
        }
        match rest.peek() {
            Some(sign @ ('*' | '[')) => {
                Err(format!("`{sign}` in the format of `sprintf` is not supported"))
            }
            _ => Ok(flags),
        }
    }

    /// `body` with `sign` before it, as wide as is asked for.
    fn pad(self, sign: &str, body: &str) -> String {
        let length = sign.chars().count() + body.chars().count();
        let missing = self.width.saturating_sub(length);
        match (self.minus, self.zero) {
            (true, _) => format!("{sign}{body}{}", " ".repeat(missing)),
            (false, true) => format!("{sign}{}{body}", "0".repeat(missing)),
            (false, false) => format!("{}{sign}{body}", " ".repeat(missing)),
        }
    }

    fn sign(self, is_negative: bool) -> &'static str {
        match (is_negative, self.plus, self.space) {
            (true, ..) => "-",
            (false, true, _) => "+",
            (false, false, true) => " ",
            (false, false, false) => "",
        }
    }
}

fn number(rest: &mut Peekable<Chars<'_>>) -> Result<Option<usize>, String> {
    let mut number = None;
    while let Some(digit) = rest.peek().and_then(|c| c.to_digit(10)) {
        rest.next();
        let more = usize::try_from(digit).unwrap_or_default();
        let value: usize = number.unwrap_or_default();
        let value = value.saturating_mul(10).saturating_add(more);
        if value > WIDEST {
            return Err(format!("`sprintf` makes nothing wider than {WIDEST}"));
        }
        number = Some(value);
    }
    Ok(number)
}

impl Argument {
    fn new(value: &Value) -> Result<Self, String> {
        match value {
            Value::String(text) => Ok(Argument::Text(text.to_string())),
            Value::Number(_) => match value.as_i64() {
                Ok(number) => Ok(Argument::Integer(number)),
                Err(_) => {
                    let spelled = value.to_string();
                    let is_whole =
                        spelled.trim_start_matches('-').chars().all(|c| c.is_ascii_digit());
                    match spelled.parse::<f64>() {
                        Ok(number) if !is_whole => Ok(Argument::Float(number)),
                        _ => Err("`sprintf` formats no integers of more than 64 bits".to_owned()),
                    }
                }
            },
            other => {
                let list = Value::from(vec![other.clone()]);
                let spelled = call("sprintf", &[Value::from("%v"), list])?;
                Ok(Argument::Text(text(&[spelled], 0)?.to_owned()))
            }
        }
    }

    /// What Go calls its type.
    fn kind(&self) -> &'static str {
        match self {
            Argument::Integer(_) => "int",
            Argument::Float(_) => "float64",
            Argument::Text(_) => "string",
        }
    }

    fn format(&self, verb: char, flags: Flags) -> Result<String, String> {
        let formatted = match self {
            Argument::Integer(number) => integer(*number, verb, flags)?,
            Argument::Float(number) => float(*number, verb, flags)?,
            Argument::Text(text) => string(text, verb, flags)?,
        };
        match formatted {
            Some(formatted) => Ok(formatted),
            None if verb == 'v' => Err("`sprintf` cannot format this".to_owned()),
            // It does not fit, and the text says so.
            None => Ok(format!("%!{verb}({}={})", self.kind(), self.format('v', flags)?)),
        }
    }
}

fn unsupported<T>(verb: char) -> Result<T, String> {
    Err(format!("`%{verb}` with these flags in the format of `sprintf` is not supported"))
}

/// None where the verb is not for integers.
fn integer(number: i64, verb: char, flags: Flags) -> Result<Option<String>, String> {
    let size = number.unsigned_abs();
    let digits = match verb {
        'v' | 'd' => size.to_string(),
        'b' => format!("{size:b}"),
        'o' => format!("{size:o}"),
        'x' => format!("{size:x}"),
        'X' => format!("{size:X}"),
        'c' | 'q' | 'U' | 'O' => return unsupported(verb),
        _ => return Ok(None),
    };
    if flags.sharp {
        return unsupported(verb);
    }
    let digits = match flags.precision {
        Some(0) if number == 0 => String::new(),
        Some(least) => format!("{}{digits}", "0".repeat(least.saturating_sub(digits.len()))),
        None => digits,
    };
    let flags = Flags { zero: flags.zero && flags.precision.is_none(), ..flags };
    Ok(Some(flags.pad(flags.sign(number < 0), &digits)))
}

/// None where the verb is not for numbers with a point.
fn float(number: f64, verb: char, flags: Flags) -> Result<Option<String>, String> {
    let size = number.abs();
    let digits = match (verb, flags.precision) {
        ('f' | 'F', precision) => format!("{size:.*}", precision.unwrap_or(6)),
        ('e', precision) => exponent(&format!("{size:.*e}", precision.unwrap_or(6))),
        ('v' | 'g', None) => shortest(size),
        ('g' | 'G' | 'E' | 'v' | 'b' | 'x' | 'X', _) => return unsupported(verb),
        _ => return Ok(None),
    };
    if flags.sharp {
        return unsupported(verb);
    }
    Ok(Some(flags.pad(flags.sign(number < 0.0), &digits)))
}

/// With as few digits as tell it from every other number.
fn shortest(size: f64) -> String {
    let scientific = format!("{size:e}");
    let power = scientific.split_once('e').and_then(|(_, power)| power.parse::<i32>().ok());
    match power {
        Some(-4..=20) => size.to_string(),
        _ => exponent(&scientific),
    }
}

/// `1.5e-7` as `1.5e-07`.
fn exponent(scientific: &str) -> String {
    let (digits, power) = scientific.split_once('e').unwrap_or((scientific, "0"));
    let (sign, power) = match power.strip_prefix('-') {
        Some(power) => ('-', power),
        None => ('+', power),
    };
    format!("{digits}e{sign}{power:0>2}")
}

/// None where the verb is not for texts.
fn string(text: &str, verb: char, flags: Flags) -> Result<Option<String>, String> {
    let cut = |text: &str| match flags.precision {
        Some(most) => text.chars().take(most).collect(),
        None => text.to_owned(),
    };
    let body = match verb {
        's' | 'v' => {
            if flags.sharp && verb == 'v' {
                return unsupported(verb);
            }
            cut(text)
        }
        'q' if !flags.sharp && !flags.plus => quoted(&cut(text)),
        'x' | 'X' if flags.precision.is_none() && !flags.space && !flags.sharp => {
            let byte =
                |byte: u8| if verb == 'x' { format!("{byte:02x}") } else { format!("{byte:02X}") };
            text.bytes().map(byte).collect()
        }
        'q' | 'x' | 'X' => return unsupported(verb),
        _ => return Ok(None),
    };
    Ok(Some(flags.pad("", &body)))
}

/// A text as Go quotes it.
fn quoted(text: &str) -> String {
    let mut output = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => output.extend(['\\', character]),
            '\u{7}' => output.push_str("\\a"),
            '\u{8}' => output.push_str("\\b"),
            '\u{c}' => output.push_str("\\f"),
            '\n' => output.push_str("\\n"),
            '\r' => output.push_str("\\r"),
            '\t' => output.push_str("\\t"),
            '\u{b}' => output.push_str("\\v"),
            c if u32::from(c) < 0x20 || c == '\u{7f}' => {
                output.push_str(&format!("\\x{:02x}", u32::from(c)));
            }
            c if c.is_control() || (c.is_whitespace() && c != ' ') => {
                output.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => output.push(c),
        }
    }
    output.push('"');
    output
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(format: &str, arguments: &str) -> Result<String, String> {
        let list = Value::from_json_str(arguments).unwrap();
        let value = sprintf(&[Value::from(format), list])?;
        text(&[value], 0).map(str::to_owned)
    }

    #[test]
    fn values_are_formatted_as_go_does() {
        for (with, arguments, wanted) in [
            ("%s is %d", r#"["a", 1]"#, "a is 1"),
            ("%v %v %v %v", r#"["a", 1, 1.5, true]"#, "a 1 1.5 true"),
            ("%v", r#"[["a", {"b": null}]]"#, r#"["a", {"b": null}]"#),
            ("%s", "[[1, 2]]", "[1, 2]"),
            ("100%% %-4s|%4s|", r#"["a", "b"]"#, "100% a   |   b|"),
            ("%5.2f|%-7.1f|%+.0f", "[1.256, 2.25, 2.5]", " 1.26|2.2    |+2"),
            ("%05d|%-5d|%+d|% d|%.3d", "[42, 42, 42, 42, 7]", "00042|42   |+42| 42|007"),
            ("%05d", "[-42]", "-0042"),
            ("%x %X %o %b", "[255, 255, 8, 5]", "ff FF 10 101"),
            ("%x", r#"["hé"]"#, "68c3a9"),
            ("%q", r#"["a\"b\n"]"#, r#""a\"b\n""#),
            ("%.2s", r#"["héllo"]"#, "hé"),
            ("%e %v %v", "[1234.5678, 0.00001, 123456.5]", "1.234568e+03 1e-05 123456.5"),
            ("%d", r#"["a"]"#, "%!d(string=a)"),
            ("%5d", r#"["a"]"#, "%!d(string=    a)"),
            ("%s", "[1]", "%!s(int=1)"),
            ("%d", "[1.5]", "%!d(float64=1.5)"),
            ("%f", "[1]", "%!f(int=1)"),
            ("%t", "[true]", "%!t(string=true)"),
            ("%s %s", r#"["a"]"#, "a %!s(MISSING)"),
            ("%s", r#"["a", "b", 2]"#, "a%!(EXTRA string=b, int=2)"),
            ("%", "[]", "%!(NOVERB)"),
            ("%z", "[1]", "%!z(int=1)"),
        ] {
            assert_eq!(format(with, arguments).as_deref(), Ok(wanted), "{with} {arguments}");
        }
    }

    #[test]
    fn what_is_not_supported_is_an_error() {
        for (with, arguments) in [
            ("%*d", "[1, 2]"),
            ("%[1]d", "[1]"),
            ("%#v", r#"["a"]"#),
            ("%.3g", "[1.5]"),
            ("%99999d", "[1]"),
        ] {
            assert!(format(with, arguments).is_err(), "{with}");
        }
        assert!(sprintf(&[Value::from("%d"), Value::from("a")]).is_err());
    }
}
