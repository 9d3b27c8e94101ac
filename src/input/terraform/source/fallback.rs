//! Native syntax that `hcl-edit` refuses and Terraform may accept, by `tree-sitter`: a line
//! break in the value of an object `for`, a key that an object has twice.
//!
//! It is slower and never gives up. An error in the value of an attribute costs what the value
//! is.

use std::sync::Arc;

use tree_sitter::{Node, Parser};

use super::block::{Attribute, Block, Body};
use super::expression::{Expression, Member, Reference, Shape, Step};
use crate::base::{Source, Span};

/// Nesting beyond this is left out, so that hostile files cannot exhaust the stack.
const DEEPEST: usize = 512;

/// What was read of a file.
pub(super) struct Recovered {
    /// The blocks and attributes.
    pub(super) body: Body,
    /// Something could not be read.
    pub(super) is_broken: bool,
}

/// Reads a file; none when the parser could not be set up.
pub(super) fn parse(source: &Source) -> Option<Recovered> {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_hcl::LANGUAGE.into()).ok()?;
    let tree = parser.parse(source.text(), None)?;
    let root = tree.root_node();
    let mut body = Body::default();
    Reader { source }.read_body(root, 0, &mut body);
    Some(Recovered { body, is_broken: root.has_error() })
}

struct Reader<'a> {
    source: &'a Source,
}

/// What says nothing about an expression.
const TRIVIA: [&str; 5] = [
    "comment",
    "quoted_template_start",
    "quoted_template_end",
    "template_interpolation_start",
    "template_interpolation_end",
];

/// What is no more than what it holds.
const TRANSPARENT: [&str; 4] =
    ["expression", "template_expr", "quoted_template", "template_interpolation"];

const OPERATIONS: [&str; 3] = ["operation", "binary_operation", "unary_operation"];

/// What walking over a part of an expression came to.
#[derive(Default)]
struct Walked {
    /// It is one reference and nothing else.
    is_whole: bool,
    /// Steps that follow belong to the last reference.
    is_open: bool,
}

/// The names that `for` gives to elements, innermost last.
type Scope<'a> = Vec<&'a str>;

/// The named children. One walk: asking for them by index would take quadratic time.
fn children(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    node.named_children(&mut node.walk()).collect::<Vec<_>>().into_iter()
}

fn span(node: Node<'_>) -> Span {
    node.byte_range().into()
}

impl<'a> Reader<'a> {
    fn text(&self, node: Node<'_>) -> &'a str {
        self.source.text().get(node.byte_range()).unwrap_or_default()
    }

    fn read_body(&self, node: Node<'_>, depth: usize, body: &mut Body) {
        if depth > DEEPEST {
            return;
        }
        for child in children(node) {
            match child.kind() {
                "body" => self.read_body(child, depth + 1, body),
                "attribute" => body.attributes.extend(self.attribute(child)),
                "block" => body.blocks.extend(self.block(child, depth)),
                _ => {}
            }
        }
    }

    fn attribute(&self, node: Node<'_>) -> Option<Attribute> {
        let name = node.named_child(0)?;
        let value = children(node).find(|child| child.kind() == "expression")?;
        Some(Attribute {
            name: Arc::from(self.text(name)),
            name_span: span(name),
            value: self.expression(value, &mut Vec::new(), 0),
            source: self.source.clone(),
        })
    }

    fn block(&self, node: Node<'_>, depth: usize) -> Option<Block> {
        let parts = || children(node).filter(|child| child.kind() != "comment");
        let words: Vec<Node<'_>> =
            parts().take_while(|part| part.kind() != "block_start").collect();
        let is_whole = parts().any(|part| part.kind() == "block_end");
        let is_word = |word: &Node<'_>| matches!(word.kind(), "identifier" | "string_lit");
        let (first, last) = (words.first()?, words.last()?);
        if !is_whole || !words.iter().all(is_word) {
            return None;
        }
        let label = |word: &Node<'_>| Arc::from(self.text(*word).trim_matches('"'));
        let mut body = Body::default();
        self.read_body(node, depth + 1, &mut body);
        Some(Block {
            kind: Arc::from(self.text(*first)),
            labels: words.iter().skip(1).map(label).collect(),
            header: Span { start: span(*first).start, end: span(*last).end },
            span: span(node),
            source: self.source.clone(),
            body,
        })
    }

    fn expression(&self, node: Node<'_>, scope: &mut Scope<'a>, depth: usize) -> Expression {
        let mut span = span(node);
        let after = self.source.text().get(span.end..).unwrap_or_default();
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        if after.starts_with(is_word) {
            // The grammar tears numbers such as `1e400`: this is not what is written.
            let is_number = |c: char| is_word(c) || matches!(c, '.' | '+' | '-');
            span.end += after.len() - after.trim_start_matches(is_number).len();
            return Expression::computed(span, Vec::new());
        }
        let shape = self.constant(node, scope, depth).unwrap_or_else(|| {
            let mut found = Vec::new();
            let walked = self.references(node, scope, depth, &mut found);
            match (walked.is_whole, found.pop()) {
                (true, Some(reference)) if found.is_empty() => Shape::Reference(reference),
                (_, last) => Shape::Computed(found.into_iter().chain(last).collect()),
            }
        });
        Expression { span, shape }
    }

    /// Literals, lists and objects.
    fn constant(&self, node: Node<'_>, scope: &mut Scope<'a>, depth: usize) -> Option<Shape> {
        let mut parts = children(node).filter(|child| child.kind() != "comment");
        let (only, None) = (parts.next()?, parts.next()) else { return None };
        if depth > DEEPEST {
            return None;
        }
        match only.kind() {
            "expression" | "collection_value" | "literal_value" => {
                self.constant(only, scope, depth + 1).or_else(|| self.literal(only))
            }
            "tuple" => {
                let elements = children(only).filter(|child| child.kind() == "expression");
                let read = |element| self.expression(element, scope, depth + 1);
                Some(Shape::List(elements.map(read).collect()))
            }
            "object" => {
                let members = children(only).filter(|child| child.kind() == "object_elem");
                let read = |member| self.member(member, scope, depth + 1);
                Some(Shape::Object(members.filter_map(read).collect()))
            }
            _ => self.literal(only),
        }
    }

    fn literal(&self, node: Node<'_>) -> Option<Shape> {
        let text = self.text(node);
        match node.kind() {
            "null_lit" => Some(Shape::Null),
            "bool_lit" => Some(Shape::Bool(text == "true")),
            "numeric_lit" => Some(Shape::Number(Arc::from(text))),
            "string_lit" if text.contains('\\') => None,
            "string_lit" => Some(Shape::Text(Arc::from(text.trim_matches('"')))),
            _ => None,
        }
    }

    fn member(&self, node: Node<'_>, scope: &mut Scope<'a>, depth: usize) -> Option<Member> {
        let key = node.child_by_field_name("key")?;
        let value = node.child_by_field_name("val")?;
        let mut key_references = Vec::new();
        let name = self.key(key);
        if name.is_none() {
            self.references(key, scope, depth, &mut key_references);
        }
        let value = self.expression(value, scope, depth);
        Some(Member { key: name, key_span: span(key), key_references, value })
    }

    /// A key that is a word or a constant.
    fn key(&self, node: Node<'_>) -> Option<Arc<str>> {
        let (only, None) = (node.named_child(0)?, node.named_child(1)) else { return None };
        let is_word = only.kind() == "variable_expr" && span(only) == span(node);
        if is_word {
            return Some(Arc::from(self.text(only)));
        }
        match self.constant(node, &mut Vec::new(), 0)? {
            Shape::Text(text) | Shape::Number(text) => Some(text),
            _ => None,
        }
    }

    /// Collects the references below `node`.
    ///
    /// The grammar lists a name and its steps side by side, and those after the last name of
    /// an operation beside the operation.
    fn references(
        &self,
        node: Node<'_>,
        scope: &mut Scope<'a>,
        depth: usize,
        found: &mut Vec<Reference>,
    ) -> Walked {
        let mut walked = Walked { is_whole: depth <= DEEPEST, is_open: false };
        if depth > DEEPEST {
            return walked;
        }
        let names = scope.len();
        for child in children(node) {
            let kind = child.kind();
            let step = if walked.is_open { self.step(child) } else { None };
            if let (Some(step), Some(reference)) = (step, found.last_mut()) {
                reference.steps.push(step);
            } else if kind == "variable_expr" {
                let root = self.text(child);
                walked.is_open = !scope.contains(&root);
                walked.is_whole &= walked.is_open;
                if walked.is_open {
                    found.push(Reference { root: Arc::from(root), steps: Vec::new() });
                }
            } else if kind == "object_elem" {
                let member = self.member(child, scope, depth + 1);
                let shape = Shape::Object(member.into_iter().collect());
                let value = Expression { span: span(child), shape };
                found.extend(value.references().into_iter().cloned());
                walked = Walked::default();
            } else if !TRIVIA.contains(&kind) {
                let inner = self.references(child, scope, depth + 1, found);
                walked.is_whole &= inner.is_whole && TRANSPARENT.contains(&kind);
                walked.is_open = inner.is_open && OPERATIONS.contains(&kind);
            }
            if matches!(kind, "for_intro" | "template_for_start") {
                let words = children(child).filter(|word| word.kind() == "identifier");
                scope.extend(words.map(|word| self.text(word)));
            }
        }
        scope.truncate(names);
        walked
    }

    /// The constant step that `node` is.
    fn step(&self, node: Node<'_>) -> Option<Step> {
        match node.kind() {
            "get_attr" => Some(Step::Attribute(Arc::from(self.text(node.named_child(0)?)))),
            "index" => {
                let inner = node.named_child(0)?;
                if inner.kind() == "legacy_index" {
                    return self.text(inner).trim_start_matches('.').parse().ok().map(Step::Index);
                }
                match self.constant(inner.named_child(0)?, &mut Vec::new(), 0)? {
                    Shape::Text(key) => Some(Step::Key(key)),
                    Shape::Number(index) => index.parse().ok().map(Step::Index),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::hcl;
    use super::*;

    /// Places, names and references, a line each.
    fn summary(body: &Body, lines: &mut Vec<String>) {
        for attribute in &body.attributes {
            let forms: Vec<_> =
                attribute.value.references().into_iter().flat_map(Reference::forms).collect();
            let is_reference = matches!(attribute.value.shape, Shape::Reference(_));
            let (name, span) = (&attribute.name, attribute.span());
            lines.push(format!("{name} {span:?} {is_reference} {}", forms.join(" ")));
        }
        for block in &body.blocks {
            let Block { kind, labels, header, span, .. } = block;
            lines.push(format!("{kind} {labels:?} {header:?} {span:?}"));
            summary(&block.body, lines);
        }
    }

    #[test]
    fn both_parsers_read_the_same() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
        let mut compared = 0;
        for entry in walkdir::WalkDir::new(folder) {
            let path = entry.unwrap().into_path();
            if path.extension().is_none_or(|ending| ending != "tf") {
                continue;
            }
            let text = String::from_utf8(std::fs::read(&path).unwrap()).unwrap_or_default();
            let source = Source::new(path.display().to_string(), text);
            let Ok(first) = hcl::parse(&source) else { continue };
            let second = parse(&source).unwrap();
            assert!(!second.is_broken, "{source:?}");
            let (mut a, mut b) = (Vec::new(), Vec::new());
            summary(&first, &mut a);
            summary(&second.body, &mut b);
            assert_eq!(a, b, "{source:?}");
            compared += 1;
        }
        assert!(compared > 30, "{compared}");
    }
}
