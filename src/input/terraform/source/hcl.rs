//! Native syntax, by `hcl-edit`.

use std::ops::Range;
use std::sync::Arc;

use hcl_edit::expr::{self, TraversalOperator};
use hcl_edit::structure::{self, BlockLabel, Structure};
use hcl_edit::template::{self, Directive, Element, Strip};
use hcl_edit::{Span as _, parser};

use super::block::{Attribute, Block, Body};
use super::expression::{Expression, Member, Reference, Shape, Step};
use crate::base::{Source, Span};

/// Reads a file.
///
/// # Errors
/// What `hcl-edit` does not take; that is not always an error for Terraform.
pub(super) fn parse(source: &Source) -> Result<Body, parser::Error> {
    Ok(body(source, &parser::parse_body(source.text())?))
}

/// What a template refers to: a string of the JSON syntax. None when it is broken.
pub(super) fn template_shape(text: &str) -> Option<Shape> {
    let template = parser::parse_template(text).ok()?;
    Some(shape_of_template(&template, &Scope::Top))
}

fn body(source: &Source, body: &structure::Body) -> Body {
    let mut read = Body::default();
    for structure in body {
        match structure {
            Structure::Attribute(attribute) => read.attributes.push(Attribute {
                name: Arc::from(attribute.key.as_str()),
                name_span: span(attribute.key.span()),
                value: expression(&attribute.value, &Scope::Top),
                source: source.clone(),
            }),
            Structure::Block(block) => read.blocks.push(self::block(source, block)),
        }
    }
    read
}

fn block(source: &Source, block: &structure::Block) -> Block {
    let ident = span(block.ident.span());
    let last = block.labels.last().map_or(ident, |label| span(label.span()));
    let label = |label: &BlockLabel| Arc::from(label.as_str());
    Block {
        kind: Arc::from(block.ident.as_str()),
        labels: block.labels.iter().map(label).collect(),
        header: Span { start: ident.start, end: last.end },
        span: span(block.span()),
        source: source.clone(),
        body: body(source, &block.body),
    }
}

fn span(range: Option<Range<usize>>) -> Span {
    range.unwrap_or_default().into()
}

/// The names that `for` gives to elements: they refer to nothing outside.
enum Scope<'a> {
    Top,
    For { key: Option<&'a str>, value: &'a str, outer: &'a Scope<'a> },
}

impl Scope<'_> {
    fn has(&self, name: &str) -> bool {
        match self {
            Scope::Top => false,
            Scope::For { key, value, outer } => {
                *key == Some(name) || *value == name || outer.has(name)
            }
        }
    }
}

fn expression(expression: &expr::Expression, scope: &Scope<'_>) -> Expression {
    Expression { span: span(expression.span()), shape: shape(expression, scope) }
}

fn shape(expression: &expr::Expression, scope: &Scope<'_>) -> Shape {
    use expr::Expression as E;
    match expression {
        E::Null(_) => Shape::Null,
        E::Bool(truth) => Shape::Bool(**truth),
        E::Number(number) => Shape::Number(number.value().to_string().into()),
        E::String(text) => Shape::Text(Arc::from(text.as_str())),
        E::Array(array) => {
            Shape::List(array.iter().map(|element| self::expression(element, scope)).collect())
        }
        E::Object(object) => Shape::Object(
            object.iter().map(|(key, value)| member(key, value.expr(), scope)).collect(),
        ),
        E::Parenthesis(inner) => shape(inner.inner(), scope),
        E::StringTemplate(string) => shape_of_elements(string.iter(), scope),
        E::HeredocTemplate(heredoc) => parts(heredoc.template.iter(), scope)
            .map_or_else(|| computed(expression, scope), Shape::Template),
        E::FuncCall(call) if !call.args.expand_final() => Shape::Call {
            name: function(&call.name),
            arguments: call.args.iter().map(|argument| self::expression(argument, scope)).collect(),
        },
        E::Conditional(choice) => {
            let parts = [&choice.cond_expr, &choice.true_expr, &choice.false_expr];
            Shape::Choice(parts.map(|part| self::expression(part, scope)).into())
        }
        E::Variable(_) | E::Traversal(_) => {
            let mut found = Vec::new();
            let is_whole = references(expression, scope, &mut found);
            match (is_whole, found.pop(), expression) {
                (true, Some(reference), _) => Shape::Reference(reference),
                (_, last, E::Traversal(whole)) => part(whole, scope)
                    .unwrap_or_else(|| Shape::Computed(found.into_iter().chain(last).collect())),
                (_, last, _) => Shape::Computed(found.into_iter().chain(last).collect()),
            }
        }
        E::ForExpr(each) => for_shape(each, scope),
        _ => computed(expression, scope),
    }
}

/// `of[key]…` and `of[*]…`, where nothing but constant steps follows.
fn part(traversal: &expr::Traversal, scope: &Scope<'_>) -> Option<Shape> {
    let mut operators = traversal.operators.iter().map(|operator| operator.value());
    let mut of = match &traversal.expr {
        expr::Expression::Variable(name) if scope.has(name.as_str()) => return None,
        inner => expression(inner, scope),
    };
    let mut turn = operators.next()?;
    while let (Shape::Reference(reference), Some(step)) = (&mut of.shape, constant_step(turn)) {
        reference.steps.push(step);
        turn = operators.next()?;
    }
    let rest = |operators: &mut dyn Iterator<Item = &TraversalOperator>| -> Option<Vec<Step>> {
        operators.map(constant_step).collect()
    };
    match (turn, constant_step(turn)) {
        (TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_), _) => {
            Some(Shape::Each { of: Box::new(of), rest: rest(&mut operators)? })
        }
        (_, Some(step)) => {
            let shape = match step {
                Step::Attribute(name) | Step::Key(name) => Shape::Text(name),
                Step::Index(index) => Shape::Number(Arc::from(index.to_string())),
            };
            let key = Expression { span: of.span, shape };
            Some(Shape::Item { parts: Box::new([of, key]), rest: rest(&mut operators)? })
        }
        (TraversalOperator::Index(key), None) => {
            let key = expression(key, scope);
            Some(Shape::Item { parts: Box::new([of, key]), rest: rest(&mut operators)? })
        }
        _ => None,
    }
}

/// A `for` expression, and what it keeps of each value.
fn for_shape(each: &expr::ForExpr, scope: &Scope<'_>) -> Shape {
    let intro = &each.intro;
    let key_name = intro.key_var.as_ref().map(|name| name.as_str());
    let inner = Scope::For { key: key_name, value: intro.value_var.as_str(), outer: scope };
    let condition = each.cond.as_ref().map(|condition| &condition.expr);
    let named = each.key_expr.iter().chain([&each.value_expr]).chain(condition);
    let collection = expression(&intro.collection_expr, scope);
    let parts = std::iter::once(collection).chain(
        named.map(|part| Expression { span: span(part.span()), shape: computed(part, &inner) }),
    );
    let is_value = |name: &expr::Expression| matches!(name, expr::Expression::Variable(name) if name.as_str() == intro.value_var.as_str());
    let keeps_key = each.key_expr.as_ref().is_none_or(
        |key| matches!(key, expr::Expression::Variable(name) if Some(name.as_str()) == key_name),
    );
    let rest = match &each.value_expr {
        whole if is_value(whole) => Some(Vec::new()),
        expr::Expression::Traversal(part) if is_value(&part.expr) => {
            part.operators.iter().map(|operator| constant_step(operator.value())).collect()
        }
        _ => None,
    };
    Shape::For {
        parts: parts.collect(),
        rest: rest.filter(|_| keeps_key && !each.grouping),
        is_filtered: condition.is_some(),
    }
}

/// The name of a function, with its namespace.
fn function(name: &expr::FuncName) -> Arc<str> {
    let words = name.namespace.iter().chain([&name.name]).map(|word| word.as_str());
    Arc::from(words.collect::<Vec<_>>().join("::"))
}

fn computed(expression: &expr::Expression, scope: &Scope<'_>) -> Shape {
    let mut found = Vec::new();
    references(expression, scope, &mut found);
    Shape::Computed(found)
}

fn member(key: &expr::ObjectKey, value: &expr::Expression, scope: &Scope<'_>) -> Member {
    let mut key_references = Vec::new();
    let text = match key {
        expr::ObjectKey::Ident(ident) => Some(Arc::from(ident.as_str())),
        expr::ObjectKey::Expression(key) => match shape(key, &Scope::Top) {
            Shape::Text(text) | Shape::Number(text) => Some(text),
            _ => {
                references(key, scope, &mut key_references);
                None
            }
        },
    };
    Member {
        key: text,
        key_span: span(key.span()),
        key_references,
        value: expression(value, scope),
    }
}

fn shape_of_template(template: &template::Template, scope: &Scope<'_>) -> Shape {
    shape_of_elements(template.iter(), scope)
}

/// A template of one interpolation is what it interpolates, and one literal is a text.
fn shape_of_elements<'a>(elements: impl Iterator<Item = &'a Element>, scope: &Scope<'_>) -> Shape {
    let elements: Vec<&Element> = elements.collect();
    match elements.as_slice() {
        [] => Shape::Text(Arc::from("")),
        [Element::Literal(text)] => Shape::Text(Arc::from(text.as_str())),
        [Element::Interpolation(only)] => shape(&only.expr, scope),
        _ => parts(elements.iter().copied(), scope).map_or_else(
            || {
                let mut found = Vec::new();
                elements.iter().for_each(|part| element(part, scope, &mut found));
                Shape::Computed(found)
            },
            Shape::Template,
        ),
    }
}

/// The parts of a template without directives.
fn parts<'a>(
    elements: impl Iterator<Item = &'a Element>,
    scope: &Scope<'_>,
) -> Option<Vec<Expression>> {
    let part = |element: &Element| match element {
        Element::Literal(text) => {
            let shape = Shape::Text(Arc::from(text.as_str()));
            Some(Expression { span: span(text.span()), shape })
        }
        Element::Interpolation(inner) if inner.strip == Strip::None => {
            Some(expression(&inner.expr, scope))
        }
        Element::Interpolation(_) | Element::Directive(_) => None,
    };
    elements.map(part).collect()
}

/// Collects the references of `expression`; true when it is one reference and nothing else.
fn references(
    expression: &expr::Expression,
    scope: &Scope<'_>,
    found: &mut Vec<Reference>,
) -> bool {
    use expr::Expression as E;
    let mut walk = |expression: &E| {
        references(expression, scope, found);
    };
    match expression {
        E::Null(_) | E::Bool(_) | E::Number(_) | E::String(_) => {}
        E::Array(array) => array.iter().for_each(walk),
        E::Object(object) => {
            for (key, value) in object {
                if let expr::ObjectKey::Expression(key) = key {
                    walk(key);
                }
                walk(value.expr());
            }
        }
        E::StringTemplate(string) => string.iter().for_each(|part| element(part, scope, found)),
        E::HeredocTemplate(heredoc) => template(&heredoc.template, scope, found),
        E::Parenthesis(inner) => return references(inner.inner(), scope, found),
        E::Variable(name) => return root(name.as_str(), &[], scope, found),
        E::Conditional(choice) => {
            [&choice.cond_expr, &choice.true_expr, &choice.false_expr].into_iter().for_each(walk);
        }
        E::FuncCall(call) => call.args.iter().for_each(walk),
        E::Traversal(traversal) => return self::traversal(traversal, scope, found),
        E::UnaryOp(operation) => walk(&operation.expr),
        E::BinaryOp(operation) => {
            walk(&operation.lhs_expr);
            walk(&operation.rhs_expr);
        }
        E::ForExpr(each) => {
            let intro = &each.intro;
            walk(&intro.collection_expr);
            let inner = Scope::For {
                key: intro.key_var.as_ref().map(|name| name.as_str()),
                value: intro.value_var.as_str(),
                outer: scope,
            };
            let condition = each.cond.as_ref().map(|condition| &condition.expr);
            let parts = each.key_expr.iter().chain([&each.value_expr]).chain(condition);
            parts.for_each(|part| {
                references(part, &inner, found);
            });
        }
    }
    false
}

fn root(name: &str, steps: &[Step], scope: &Scope<'_>, found: &mut Vec<Reference>) -> bool {
    if scope.has(name) {
        return false;
    }
    found.push(Reference { root: Arc::from(name), steps: steps.to_vec() });
    true
}

/// Constant steps belong to the reference; from a splat or a computed index on, it is the
/// expression that goes on.
fn traversal(traversal: &expr::Traversal, scope: &Scope<'_>, found: &mut Vec<Reference>) -> bool {
    let constant = traversal.operators.iter().map_while(|operator| constant_step(operator.value()));
    let steps: Vec<Step> = constant.collect();
    let is_whole = match &traversal.expr {
        expr::Expression::Variable(name) => root(name.as_str(), &steps, scope, found),
        inner => {
            references(inner, scope, found);
            false
        }
    };
    for operator in &traversal.operators {
        if let TraversalOperator::Index(index) = operator.value() {
            references(index, scope, found);
        }
    }
    is_whole && steps.len() == traversal.operators.len()
}

fn constant_step(operator: &TraversalOperator) -> Option<Step> {
    match operator {
        TraversalOperator::GetAttr(name) => Some(Step::Attribute(Arc::from(name.as_str()))),
        TraversalOperator::LegacyIndex(index) => Some(Step::Index(**index)),
        TraversalOperator::Index(expr::Expression::String(key)) => {
            Some(Step::Key(Arc::from(key.as_str())))
        }
        TraversalOperator::Index(expr::Expression::Number(index)) => {
            index.value().as_u64().map(Step::Index)
        }
        _ => None,
    }
}

fn template(template: &template::Template, scope: &Scope<'_>, found: &mut Vec<Reference>) {
    template.iter().for_each(|part| element(part, scope, found));
}

fn element(element: &Element, scope: &Scope<'_>, found: &mut Vec<Reference>) {
    match element {
        Element::Literal(_) => {}
        Element::Interpolation(interpolation) => {
            references(&interpolation.expr, scope, found);
        }
        Element::Directive(directive) => match &**directive {
            Directive::If(choice) => {
                references(&choice.if_expr.cond_expr, scope, found);
                template(&choice.if_expr.template, scope, found);
                if let Some(other) = &choice.else_expr {
                    template(&other.template, scope, found);
                }
            }
            Directive::For(each) => {
                let each = &each.for_expr;
                references(&each.collection_expr, scope, found);
                let inner = Scope::For {
                    key: each.key_var.as_ref().map(|name| name.as_str()),
                    value: each.value_var.as_str(),
                    outer: scope,
                };
                template(&each.template, &inner, found);
            }
        },
    }
}
