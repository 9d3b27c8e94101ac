//! Builtins with a bound on what they produce. The interpreter's clock cannot interrupt a
//! single call, and `net.cidr_expand("10.0.0.0/8")` alone takes seconds.

use regorus::unstable::{BUILTINS, Expr, Ref, Span};
use regorus::{Engine as Rego, Source, Value};

use crate::engine::fault_text;

/// The most elements that one call may produce.
const MOST_ELEMENTS: u64 = 1 << 16;

/// A builtin that is bounded: its name, its parameters, and how much a call would produce.
type Bounded = (&'static str, u8, fn(&[Value]) -> Result<u64, String>);

const BOUNDED: [Bounded; 3] = [
    ("numbers.range", 2, range_length),
    ("numbers.range_step", 3, range_length),
    ("net.cidr_expand", 1, hosts),
];

/// Replaces the unbounded builtins of `rego` by ones that refuse to produce too much.
pub(super) fn bound(rego: &mut Rego) {
    for (name, parameters, produces) in BOUNDED {
        let call = move |arguments: Vec<Value>| {
            let result = match produces(&arguments) {
                Ok(length) if length <= MOST_ELEMENTS => call(name, &arguments),
                Ok(_) => Err(format!("`{name}` would produce more than {MOST_ELEMENTS} elements")),
                Err(reason) => Err(format!("`{name}`: {reason}")),
            };
            result.map_err(|reason| std::io::Error::other(reason).into())
        };
        // Fails for a name that is taken by an extension already, and none is.
        let _ = rego.add_extension(name.to_owned(), parameters, Box::new(call));
    }
}

/// Calls the builtin `name` of the interpreter.
///
/// # Errors
/// What it says, without the place.
pub(in crate::engine) fn call(name: &str, arguments: &[Value]) -> Result<Value, String> {
    let source = Source::from_contents("<builtin>".to_owned(), String::new());
    let (Some((builtin, _)), Ok(source)) = (BUILTINS.get(name), source) else {
        return Err(format!("there is no function `{name}`"));
    };
    let span = Span { source, line: 1, col: 1, start: 0, end: 0 };
    let argument =
        |_: &Value| Ref::new(Expr::Null { span: span.clone(), value: Value::Null, eidx: 0 });
    let expressions: Vec<Ref<Expr>> = arguments.iter().map(argument).collect();
    builtin(&span, &expressions, arguments, true)
        .map_err(|error| fault_text::read(&error.to_string(), &[]).message)
}

fn range_length(arguments: &[Value]) -> Result<u64, String> {
    if !arguments.iter().all(|argument| matches!(argument, Value::Number(_))) {
        return Ok(0);
    }
    let number = |index: usize| arguments.get(index)?.as_i64().ok();
    let (Some(first), Some(last)) = (number(0), number(1)) else {
        return Err("operands must be integers of at most 64 bits".to_owned());
    };
    let step = number(2).unwrap_or(1).unsigned_abs().max(1);
    Ok((first.abs_diff(last) / step).saturating_add(1))
}

fn hosts(arguments: &[Value]) -> Result<u64, String> {
    let hosts = || {
        let (address, prefix) = arguments.first()?.as_string().ok()?.split_once('/')?;
        let width: u32 = if address.contains(':') { 128 } else { 32 };
        let free = width.checked_sub(prefix.parse().ok()?)?;
        Some(1u64.checked_shl(free).unwrap_or(u64::MAX))
    };
    Ok(hosts().unwrap_or(0))
}
