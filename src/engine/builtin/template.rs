//! `strings.render_template`: texts with places for values, in the language of Go's `text/template`
//! as far as values are placed, chosen and repeated. Functions and pipes are refused.

use regorus::Value;

use super::{Function, text};

pub(super) const FUNCTIONS: [Function; 1] = [("strings.render_template", 2, render)];

/// How deep blocks may nest.
const DEEPEST: usize = 32;

/// The longest text that is produced.
const LONGEST: usize = 1 << 20;

fn render(arguments: &[Value]) -> Result<Value, String> {
    let template = text(arguments, 0)?;
    let Some(variables @ Value::Object(_)) = arguments.get(1) else {
        return Err("operand 2 must be an object".to_owned());
    };
    let pieces = pieces(template)?;
    let mut rest = pieces.as_slice();
    let (nodes, end) = nodes(&mut rest, 0)?;
    if end.is_some() {
        return Err("the template ends a block that it does not begin".to_owned());
    }
    let root = Item::Data(variables.clone());
    let mut scope = Scope { dot: root.clone(), variables: vec![("$".to_owned(), root)] };
    let mut output = String::new();
    execute(&nodes, &mut scope, &mut output)?;
    Ok(Value::from(output))
}

/// Text, or what stands between `{{` and `}}`.
enum Piece {
    Text(String),
    Action(String),
}

enum Node {
    Text(String),
    Place(String),
    Block { kind: Kind, operand: String, names: Vec<String>, then: Vec<Node>, otherwise: Vec<Node> },
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    If,
    Range,
    With,
}

/// A value in a template. The index of an element is a number of the template's own.
#[derive(Clone)]
enum Item {
    Data(Value),
    Index(usize),
}

struct Scope {
    dot: Item,
    variables: Vec<(String, Item)>,
}

fn pieces(template: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut rest = template;
    let mut trims = false;
    while let Some((before, after)) = rest.split_once("{{") {
        let (inside, behind) = after.split_once("}}").ok_or("an action is not closed")?;
        let before = if trims { before.trim_start() } else { before };
        let (inside, trims_left) = match inside.strip_prefix('-') {
            Some(inside) if inside.starts_with(char::is_whitespace) => (inside, true),
            _ => (inside, false),
        };
        let before = if trims_left { before.trim_end() } else { before };
        let trims_right = inside.strip_suffix('-').filter(|i| i.ends_with(char::is_whitespace));
        trims = trims_right.is_some();
        let inside = trims_right.unwrap_or(inside).trim();
        pieces.push(Piece::Text(before.to_owned()));
        if !(inside.starts_with("/*") && inside.ends_with("*/")) {
            pieces.push(Piece::Action(inside.to_owned()));
        }
        rest = behind;
    }
    pieces.push(Piece::Text(if trims { rest.trim_start() } else { rest }.to_owned()));
    Ok(pieces)
}

/// The nodes up to the end of the block or of the template, and the action that ends the block.
fn nodes(rest: &mut &[Piece], depth: usize) -> Result<(Vec<Node>, Option<String>), String> {
    if depth > DEEPEST {
        return Err(format!("blocks nest more than {DEEPEST} deep"));
    }
    let mut nodes = Vec::new();
    while let Some((piece, behind)) = rest.split_first() {
        *rest = behind;
        let action = match piece {
            Piece::Text(text) => {
                nodes.push(Node::Text(text.clone()));
                continue;
            }
            Piece::Action(action) => action,
        };
        let (word, operand) = action.split_once(char::is_whitespace).unwrap_or((action, ""));
        match word {
            "end" | "else" => return Ok((nodes, Some(action.clone()))),
            "if" => nodes.push(block(Kind::If, operand, rest, depth)?),
            "range" => nodes.push(block(Kind::Range, operand, rest, depth)?),
            "with" => nodes.push(block(Kind::With, operand, rest, depth)?),
            _ => nodes.push(Node::Place(action.clone())),
        }
    }
    Ok((nodes, None))
}

fn block(kind: Kind, head: &str, rest: &mut &[Piece], depth: usize) -> Result<Node, String> {
    let (names, operand) = match head.split_once(":=") {
        Some((names, operand)) => {
            let names: Vec<String> = names.split(',').map(|name| name.trim().to_owned()).collect();
            let is_name = |name: &String| name.len() > 1 && name.starts_with('$');
            let most = if kind == Kind::Range { 2 } else { 1 };
            if names.len() > most || !names.iter().all(is_name) {
                return Err(unsupported(head));
            }
            (names, operand.trim().to_owned())
        }
        None => (Vec::new(), head.trim().to_owned()),
    };
    let (then, mut end) = nodes(rest, depth + 1)?;
    let mut otherwise = Vec::new();
    if let Some(action) = end.take_if(|action| action.starts_with("else")) {
        match action.strip_prefix("else").map(str::trim).unwrap_or_default() {
            "" => (otherwise, end) = nodes(rest, depth + 1)?,
            more => {
                let Some(head) = more.strip_prefix("if ") else { return Err(unsupported(&action)) };
                otherwise.push(block(Kind::If, head, rest, depth + 1)?);
                end = Some("end".to_owned());
            }
        }
    }
    match end.as_deref() {
        Some("end") => Ok(Node::Block { kind, operand, names, then, otherwise }),
        _ => Err("a block is not ended".to_owned()),
    }
}

fn unsupported(what: &str) -> String {
    format!("`{{{{{what}}}}}` is not supported in a template")
}

fn execute(nodes: &[Node], scope: &mut Scope, output: &mut String) -> Result<(), String> {
    for node in nodes {
        match node {
            Node::Text(text) => output.push_str(text),
            Node::Place(operand) => output.push_str(&shown(&evaluate(operand, scope)?)),
            Node::Block { kind: Kind::Range, operand, names, then, otherwise } => {
                let elements = elements(&evaluate(operand, scope)?)?;
                if elements.is_empty() {
                    execute(otherwise, scope, output)?;
                }
                for (index, element) in elements {
                    let named: Vec<Item> = match names.len() {
                        2 => vec![index, element.clone()],
                        _ => vec![element.clone()],
                    };
                    within(scope, element, names, named, |scope| execute(then, scope, output))?;
                }
            }
            Node::Block { kind, operand, names, then, otherwise } => {
                let value = evaluate(operand, scope)?;
                let dot = if *kind == Kind::With { value.clone() } else { scope.dot.clone() };
                let branch = if is_true(&value) { then } else { otherwise };
                let dot = if is_true(&value) { dot } else { scope.dot.clone() };
                within(scope, dot, names, vec![value], |scope| execute(branch, scope, output))?;
            }
        }
        if output.len() > LONGEST {
            return Err(format!("the text would be longer than {LONGEST} bytes"));
        }
    }
    Ok(())
}

/// Runs `run` with another dot and more variables.
fn within(
    scope: &mut Scope,
    dot: Item,
    names: &[String],
    values: Vec<Item>,
    run: impl FnOnce(&mut Scope) -> Result<(), String>,
) -> Result<(), String> {
    let outer = std::mem::replace(&mut scope.dot, dot);
    let known = scope.variables.len();
    scope.variables.extend(names.iter().cloned().zip(values));
    let result = run(scope);
    scope.variables.truncate(known);
    scope.dot = outer;
    result
}

/// The value of an operand: `.`, a variable, members of either, or a literal.
fn evaluate(operand: &str, scope: &Scope) -> Result<Item, String> {
    let refuse = || Err(unsupported(operand));
    let root_end = operand.find('.').unwrap_or(operand.len());
    let (root, members) = operand.split_at(root_end);
    let mut item = match root {
        "" if operand.starts_with('.') => scope.dot.clone(),
        name if name.starts_with('$') => {
            let known = scope.variables.iter().rfind(|(known, _)| known == name);
            let Some((_, item)) = known else { return refuse() };
            item.clone()
        }
        "true" | "false" if members.is_empty() => {
            return Ok(Item::Data(Value::from(root == "true")));
        }
        _ => {
            let inner = operand.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
            return match inner {
                Some(text) if !text.contains(['"', '\\']) => Ok(Item::Data(Value::from(text))),
                _ => refuse(),
            };
        }
    };
    if members == "." {
        return Ok(item);
    }
    for member in members.split('.').skip(1) {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        if member.is_empty() || !member.chars().all(is_word) {
            return refuse();
        }
        let Item::Data(Value::Object(object)) = &item else {
            return Err(format!("`{operand}`: there is no member `{member}`"));
        };
        let Some(value) = object.get(&Value::from(member)) else {
            return Err(format!("`{operand}`: there is no member `{member}`"));
        };
        item = Item::Data(value.clone());
    }
    Ok(item)
}

/// What `range` goes through: indexes or keys, and elements.
fn elements(item: &Item) -> Result<Vec<(Item, Item)>, String> {
    let data = |value: &Value| Item::Data(value.clone());
    match item {
        Item::Data(Value::Array(elements)) => {
            Ok(elements.iter().enumerate().map(|(at, e)| (Item::Index(at), data(e))).collect())
        }
        Item::Data(Value::Set(elements)) => {
            Ok(elements.iter().enumerate().map(|(at, e)| (Item::Index(at), data(e))).collect())
        }
        Item::Data(Value::Object(members)) => {
            Ok(members.iter().map(|(key, value)| (data(key), data(value))).collect())
        }
        Item::Data(Value::Null) => Ok(Vec::new()),
        _ => Err("`range` goes through arrays and objects alone".to_owned()),
    }
}

/// Empty things are false. Numbers of the data are none of them: Go gets them as texts.
fn is_true(item: &Item) -> bool {
    match item {
        Item::Index(number) => *number != 0,
        Item::Data(value) => match value {
            Value::Null | Value::Undefined => false,
            Value::Bool(truth) => *truth,
            Value::String(text) => !text.is_empty(),
            Value::Array(elements) => !elements.is_empty(),
            Value::Set(elements) => !elements.is_empty(),
            Value::Object(members) => !members.is_empty(),
            Value::Number(_) => true,
        },
    }
}

/// A value as Go prints it.
fn shown(item: &Item) -> String {
    let value = match item {
        Item::Index(number) => return number.to_string(),
        Item::Data(value) => value,
    };
    let inner = |value: &Value| match value {
        Value::Null => "<nil>".to_owned(),
        value => shown(&Item::Data(value.clone())),
    };
    match value {
        Value::Null => "<no value>".to_owned(),
        Value::String(text) => text.to_string(),
        Value::Array(elements) => {
            format!("[{}]", elements.iter().map(inner).collect::<Vec<_>>().join(" "))
        }
        Value::Set(elements) => {
            format!("[{}]", elements.iter().map(inner).collect::<Vec<_>>().join(" "))
        }
        Value::Object(members) => {
            let members =
                members.iter().map(|(key, value)| format!("{}:{}", inner(key), inner(value)));
            format!("map[{}]", members.collect::<Vec<_>>().join(" "))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::run;

    fn rendered(template: &str, variables: &str) -> Result<String, String> {
        let template = regorus::Value::from(template).to_string();
        let text = run("strings.render_template", &[&template, variables])?;
        Ok(regorus::Value::from_json_str(&text).unwrap().as_string().unwrap().to_string())
    }

    #[test]
    fn values_are_placed() {
        let variables =
            r#"{"a":"x","n":2023,"o":{"p":{"q":true}},"l":["u","v"],"e":[],"z":0,"nil":null}"#;
        for (template, text) in [
            ("plain", "plain"),
            ("{{.a}}-{{ .n }}-{{.o.p.q}}", "x-2023-true"),
            ("{{range $i, $e := .l}}{{if $i}},{{end}}{{$e}}{{end}}", "u,v"),
            ("{{range .l}}<{{.}}>{{end}}", "<u><v>"),
            ("{{range .e}}x{{else}}none{{end}}", "none"),
            ("{{if .e}}a{{else if .a}}b{{else}}c{{end}}", "b"),
            ("{{with .o}}{{.p.q}}{{$.a}}{{end}}", "truex"),
            ("{{with $x := .a}}{{$x}}{{end}}", "x"),
            ("a  {{- .a -}}  b{{/* a comment */}}", "axb"),
            ("{{if .z}}set{{end}}", "set"),
            ("{{.l}} {{.o}} {{.nil}}", "[u v] map[p:map[q:true]] <no value>"),
            ("{{\"}\"}}", "}"),
        ] {
            assert_eq!(rendered(template, variables).as_deref(), Ok(text), "{template}");
        }
    }

    #[test]
    fn what_is_not_understood_is_an_error() {
        for template in [
            "{{.missing}}",
            "{{.a",
            "{{end}}",
            "{{if .a}}",
            "{{len .a}}",
            "{{.a | printf}}",
            "{{$x}}",
            "{{range .a}}{{end}}",
            "{{template \"x\"}}",
            "{{.a.b}}",
            "{{}}",
            "{{3.5}}",
            "{{range $a, $b, $c := .l}}{{end}}",
            "{{.l.0}}",
            "{{if .a}}{{else x}}{{end}}",
        ] {
            assert!(rendered(template, r#"{"a":"x","l":[1]}"#).is_err(), "{template}");
        }
    }
}
