//! Functions that OPA deprecated and that older policies still call.

use regorus::Value;

use super::{Function, expression};

pub(super) const FUNCTIONS: [Function; 3] =
    [("re_match", 2, matches), ("any", 1, any), ("all", 1, all)];

fn matches(arguments: &[Value]) -> Result<Value, String> {
    expression::with("regex.match", arguments, 0)
}

fn any(arguments: &[Value]) -> Result<Value, String> {
    Ok(Value::from(elements(arguments)?.contains(&&Value::from(true))))
}

fn all(arguments: &[Value]) -> Result<Value, String> {
    Ok(Value::from(elements(arguments)?.iter().all(|element| **element == Value::from(true))))
}

fn elements(arguments: &[Value]) -> Result<Vec<&Value>, String> {
    match arguments.first() {
        Some(Value::Array(elements)) => Ok(elements.iter().collect()),
        Some(Value::Set(elements)) => Ok(elements.iter().collect()),
        _ => Err("operand 1 must be an array or a set".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::run;

    #[test]
    fn older_functions_do_what_they_did() {
        for (name, arguments, value) in [
            ("re_match", &["\"^a+$\"", "\"aa\""][..], "true"),
            ("re_match", &["\"^a+$\"", "\"ab\""], "false"),
            ("any", &["[false,true]"], "true"),
            ("any", &["[]"], "false"),
            ("any", &["[1]"], "false"),
            ("all", &["[true,true]"], "true"),
            ("all", &["[]"], "true"),
            ("all", &["[true,1]"], "false"),
        ] {
            assert_eq!(run(name, arguments).unwrap(), value, "{name} {arguments:?}");
        }
        assert!(run("all", &["1"]).is_err());
    }
}
