//! Comments, and the block or attribute that each stands at.
//!
//! Only files that hold a wanted word are read again, by `tree-sitter`, which keeps every
//! comment and knows what is inside a string. What a comment says is none of its business.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tree_sitter::{Node, Parser};

use super::tree::{Origin, SourceTree};
use crate::base::{Source, Span};

/// A comment.
#[derive(Debug, Clone)]
pub struct Comment {
    /// The file.
    pub source: Source,
    /// All of it.
    pub span: Span,
    /// What it says, without the signs that make it a comment.
    pub text: String,
    /// What it stands at: the block or attribute on its line, that around it in the middle of a
    /// value, or else that on the line below.
    pub target: Option<Target>,
    /// The outermost block around it.
    pub enclosing: Option<Target>,
}

/// A block or an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// All of it.
    pub span: Span,
    /// What it is called from the file on, such as `resource.aws_s3_bucket.logs/tags`; the same
    /// in another version of the file.
    pub scope: String,
    /// Nothing beside it, or beside a block around it, is called the same.
    pub is_unique: bool,
}

/// The comments of some files.
#[derive(Debug, Clone, Default)]
pub struct Comments {
    /// Those that hold a wanted word, by file and place.
    pub comments: Vec<Comment>,
    /// Files with a wanted word that cannot be read wholly: their comments stand nowhere.
    pub unreadable: Vec<String>,
}

impl Comments {
    /// The comments with one of `words` in the user's own files of `tree`.
    #[must_use]
    pub fn in_tree(tree: &SourceTree, words: &[&str]) -> Self {
        let mut comments = Comments::default();
        let mut seen = BTreeSet::new();
        let own = tree.modules().filter(|(_, module)| module.origin == Origin::Own);
        for source in own.flat_map(|(_, module)| &module.module.files) {
            if seen.insert(source.name()) {
                comments.add(source, words);
            }
        }
        comments
    }

    /// Adds the comments of a file that hold one of `words`.
    pub fn add(&mut self, source: &Source, words: &[&str]) {
        let is_wanted = |text: &str| words.iter().any(|word| text.contains(word));
        if source.name().ends_with(".json") || !is_wanted(source.text()) {
            return;
        }
        match Layout::read(source) {
            Some(layout) => {
                let comments = (0..layout.comments.len()).filter_map(|at| layout.comment(at));
                self.comments.extend(comments.filter(|comment| is_wanted(&comment.text)));
            }
            None => self.unreadable.push(source.name().to_owned()),
        }
    }
}

/// Where the blocks, attributes and comments of a file are.
struct Layout<'a> {
    source: &'a Source,
    /// In the order of their beginnings.
    items: Vec<Item>,
    comments: Vec<Span>,
    /// The lines on which nothing but a comment begins.
    comment_lines: BTreeMap<usize, usize>,
}

/// A block or an attribute.
struct Item {
    span: Span,
    first_line: usize,
    last_line: usize,
    is_attribute: bool,
    scope: Arc<str>,
    is_unique: bool,
}

impl<'a> Layout<'a> {
    fn read(source: &'a Source) -> Option<Self> {
        let mut parser = Parser::new();
        parser.set_language(&tree_sitter_hcl::LANGUAGE.into()).ok()?;
        let tree = parser.parse(source.text(), None)?;
        if tree.root_node().has_error() {
            return None;
        }
        let mut layout = Layout {
            source,
            items: Vec::new(),
            comments: Vec::new(),
            comment_lines: BTreeMap::new(),
        };
        layout.walk(tree.root_node());
        layout.comments.sort_unstable();
        for span in &layout.comments {
            if layout.is_alone(*span) && layout.after(*span).is_none() {
                let lines = (layout.line(span.start), layout.line(last_byte(*span)));
                layout.comment_lines.insert(lines.0, lines.1);
            }
        }
        Some(layout)
    }

    /// Visits every node without calling itself: hostile files nest deeply.
    fn walk(&mut self, root: Node<'_>) {
        let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
        let mut waiting: Vec<(Node<'_>, Arc<str>)> = vec![(root, Arc::from(""))];
        while let Some((node, outer)) = waiting.pop() {
            let scope = match node.kind() {
                "comment" => {
                    self.comments.push(node.byte_range().into());
                    continue;
                }
                kind @ ("block" | "attribute") => {
                    let name = format!("{outer}{}", self.name(node));
                    let number = numbers.entry(name.clone()).or_default();
                    *number += 1;
                    let scope = if *number > 1 { format!("{name}#{number}") } else { name };
                    let scope: Arc<str> = Arc::from(scope);
                    self.add_item(node, kind == "attribute", &scope);
                    Arc::from(format!("{scope}/"))
                }
                _ => outer,
            };
            let mut children: Vec<Node<'_>> = node.named_children(&mut node.walk()).collect();
            children.reverse();
            waiting.extend(children.into_iter().map(|child| (child, scope.clone())));
        }
        for item in &mut self.items {
            let ends = item.scope.match_indices('/').map(|(end, _)| end);
            item.is_unique = ends.chain([item.scope.len()]).all(|end| {
                let part = item.scope.get(..end).unwrap_or_default();
                let name = part.rsplit_once('#').map_or(part, |(name, _)| name);
                numbers.get(name).is_none_or(|number| *number == 1)
            });
        }
    }

    fn add_item(&mut self, node: Node<'_>, is_attribute: bool, scope: &Arc<str>) {
        let span: Span = node.byte_range().into();
        self.items.push(Item {
            span,
            first_line: self.line(span.start),
            last_line: self.line(last_byte(span)),
            is_attribute,
            scope: scope.clone(),
            is_unique: true,
        });
    }

    /// The words before the braces of a block, or the name of an attribute.
    fn name(&self, node: Node<'_>) -> String {
        let mut walk = node.walk();
        let words = node.named_children(&mut walk);
        let words = words.take_while(|word| matches!(word.kind(), "identifier" | "string_lit"));
        let texts = words.map(|word| self.source.slice(word.byte_range().into()));
        let texts: Vec<&str> = texts.map(|text| text.trim_matches('"')).collect();
        texts.join(".")
    }

    fn line(&self, offset: usize) -> usize {
        self.source.place(offset).line
    }

    /// True for a comment that has its line for itself.
    fn is_alone(&self, span: Span) -> bool {
        let start = self.source.line_start(span.start);
        self.source.slice(Span { start, end: span.start }).trim().is_empty()
    }

    fn comment(&self, at: usize) -> Option<Comment> {
        let span = *self.comments.get(at)?;
        let enclosing = self.items.iter().find(|item| !item.is_attribute && item.holds(span));
        Some(Comment {
            source: self.source.clone(),
            span,
            text: said(self.source.slice(span)),
            target: self.target(span).map(Item::target),
            enclosing: enclosing.map(Item::target),
        })
    }

    fn target(&self, comment: Span) -> Option<&Item> {
        let line = self.line(comment.start);
        let around = || self.items.iter().rfind(|item| item.is_attribute && item.holds(comment));
        if self.is_alone(comment) {
            return around().or_else(|| self.after(comment)).or_else(|| self.below(line));
        }
        let here = |item: &&Item| item.first_line == line && item.span.start < comment.start;
        let mut over = self.items.iter().filter(here);
        over.find(|item| item.span.end <= comment.start)
            .or_else(|| self.items.iter().filter(here).rfind(|item| item.holds(comment)))
            .or_else(around)
            .or_else(|| {
                let ends = |item: &&Item| {
                    item.is_attribute && item.last_line == line && item.span.end <= comment.start
                };
                self.items.iter().rfind(ends)
            })
    }

    /// What begins behind a comment, on the line on which it ends.
    fn after(&self, comment: Span) -> Option<&Item> {
        let line = self.line(last_byte(comment));
        self.items.iter().find(|item| item.first_line == line && item.span.start >= comment.end)
    }

    /// What begins on the line below a comment, other comments aside.
    fn below(&self, line: usize) -> Option<&Item> {
        let mut line = line;
        while let Some(last) = self.comment_lines.get(&line) {
            line = last + 1;
        }
        self.items.iter().find(|item| item.first_line == line)
    }
}

impl Item {
    fn holds(&self, span: Span) -> bool {
        self.span.start <= span.start && span.end <= self.span.end
    }

    fn target(&self) -> Target {
        Target { span: self.span, scope: self.scope.to_string(), is_unique: self.is_unique }
    }
}

/// The last byte of a span, where the parser lets a comment end with its line break.
fn last_byte(span: Span) -> usize {
    span.end.saturating_sub(1).max(span.start)
}

/// What a comment says.
fn said(comment: &str) -> String {
    let comment = comment.trim();
    let inner = comment.strip_prefix("/*").map(|rest| rest.strip_suffix("*/").unwrap_or(rest));
    let inner = inner.or_else(|| comment.strip_prefix("//"));
    let inner = inner.unwrap_or_else(|| comment.trim_start_matches('#'));
    inner.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"# mark a
resource "aws_s3_bucket" "logs" { # mark b
  bucket = "logs" # mark c
  # mark d
  // another word
  tags = { # mark e
    # mark f
    Team = "web"
  } # mark g

  # mark h

  versioning {
    enabled = true // mark i
  }
  versioning { enabled = false } # mark j
  note = <<-EOT
    # mark in a text
  EOT
  /* mark k */ acl = "private"
} # mark l
"#;

    fn comments(text: &str) -> Comments {
        let mut comments = Comments::default();
        comments.add(&Source::new("main.tf", text), &["mark"]);
        comments
    }

    #[test]
    fn a_comment_stands_at_what_is_on_its_line_or_below() {
        let bucket = "resource.aws_s3_bucket.logs";
        let found: Vec<(String, Option<String>)> = comments(FILE)
            .comments
            .into_iter()
            .map(|comment| (comment.text, comment.target.map(|target| target.scope)))
            .collect();
        let expected = [
            ("a", ""),
            ("b", ""),
            ("c", "/bucket"),
            ("d", "/tags"),
            ("e", "/tags"),
            ("f", "/tags"),
            ("g", "/tags"),
            ("h", "none"),
            ("i", "/versioning/enabled"),
            ("j", "/versioning#2"),
            ("k", "/acl"),
            ("l", "none"),
        ];
        let expected: Vec<(String, Option<String>)> = expected
            .map(|(mark, scope)| {
                let scope = (scope != "none").then(|| format!("{bucket}{scope}"));
                (format!("mark {mark}"), scope)
            })
            .to_vec();
        assert_eq!(found, expected);
    }

    #[test]
    fn comments_of_broken_files_stand_nowhere() {
        let broken = comments("resource \"a\" \"b\" { # mark\n  x = [1,\n");
        assert!(broken.comments.is_empty());
        assert_eq!(broken.unreadable, ["main.tf"]);
        assert!(comments("x = \"mark\"\n").comments.is_empty());
    }
}
