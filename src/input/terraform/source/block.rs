//! Blocks and their attributes, whichever syntax they were written in.

use std::sync::Arc;

use super::expression::{Expression, Shape};
use crate::base::{Source, Span};

/// What stands between the braces of a block, or in a file.
#[derive(Debug, Clone, Default)]
pub struct Body {
    /// The attributes.
    pub attributes: Vec<Attribute>,
    /// The blocks, in order.
    pub blocks: Vec<Block>,
}

/// `name = value`.
#[derive(Debug, Clone)]
pub struct Attribute {
    /// The name.
    pub name: Arc<str>,
    /// Where the name stands.
    pub name_span: Span,
    /// The value.
    pub value: Expression,
    /// The file: an override may stand in another than its block.
    pub source: Source,
}

/// A block: `kind "label" … { … }`.
#[derive(Debug, Clone)]
pub struct Block {
    /// The first word.
    pub kind: Arc<str>,
    /// The labels.
    pub labels: Vec<Arc<str>>,
    /// From the first word to the last label.
    pub header: Span,
    /// All of it.
    pub span: Span,
    /// The file.
    pub source: Source,
    /// The content.
    pub body: Body,
}

impl Body {
    /// The attribute `name`; the last, where a broken file has several.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().rev().find(|attribute| *attribute.name == *name)
    }

    /// The value of attribute `name`.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&Expression> {
        self.attribute(name).map(|attribute| &attribute.value)
    }

    /// The constant string that attribute `name` has.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.value(name)?.as_text()
    }

    /// True when attribute `name` is the constant `true`.
    #[must_use]
    pub fn is_true(&self, name: &str) -> bool {
        self.value(name).is_some_and(|value| match &value.shape {
            Shape::Bool(truth) => *truth,
            Shape::Text(text) => **text == *"true",
            _ => false,
        })
    }

    /// The nested blocks of one name in order, those that a `dynamic` block makes included.
    #[must_use]
    pub fn nested(&self, name: &str) -> Vec<Nested<'_>> {
        let nested = self.blocks.iter().filter_map(Block::as_nested);
        nested.filter(|nested| nested.name() == name).collect()
    }
}

impl Attribute {
    /// From the name to the end of the value.
    #[must_use]
    pub fn span(&self) -> Span {
        Span { start: self.name_span.start, end: self.value.span.end }
    }
}

impl Block {
    /// The label at `position`.
    #[must_use]
    pub fn label(&self, position: usize) -> Option<&Arc<str>> {
        self.labels.get(position)
    }

    /// The block as a nested block; none for a `dynamic` block without a name or content.
    #[must_use]
    pub fn as_nested(&self) -> Option<Nested<'_>> {
        if &*self.kind != "dynamic" {
            return Some(Nested::Static(self));
        }
        let name = self.label(0)?;
        let content = self.body.blocks.iter().find(|block| &*block.kind == "content")?;
        Some(Nested::Dynamic { name, block: self, content: &content.body })
    }
}

/// A nested block, or a `dynamic` block that makes any number of them.
#[derive(Debug, Clone, Copy)]
pub enum Nested<'a> {
    /// Written out.
    Static(&'a Block),
    /// `dynamic "name" { content { … } }`.
    Dynamic {
        /// The name of the blocks that it makes.
        name: &'a Arc<str>,
        /// The `dynamic` block.
        block: &'a Block,
        /// What its `content` block holds.
        content: &'a Body,
    },
}

impl<'a> Nested<'a> {
    /// The name of the nested block.
    #[must_use]
    pub fn name(&self) -> &'a str {
        match *self {
            Nested::Static(block) => &block.kind,
            Nested::Dynamic { name, .. } => name,
        }
    }

    /// The block in the file.
    #[must_use]
    pub fn block(&self) -> &'a Block {
        match *self {
            Nested::Static(block) | Nested::Dynamic { block, .. } => block,
        }
    }

    /// What the nested block holds.
    #[must_use]
    pub fn body(&self) -> &'a Body {
        match *self {
            Nested::Static(block) => &block.body,
            Nested::Dynamic { content, .. } => content,
        }
    }
}
