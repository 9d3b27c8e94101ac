//! Small changes to the text of a module before the interpreter gets it, where it would do other
//! things than OPA does; and the way back from its places to those of the file.

use regorus::unstable::{Expr, Literal, LiteralStmt, Module, Query};

use super::builtin::COLLECTION;
use super::guard::{KEYWORDS, ours};
use super::syntax;
use crate::base::{Place, Source, Span};

/// One change: what stands at `span` becomes `text`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Edit {
    span: Span,
    text: String,
}

/// A module as the interpreter gets it.
#[derive(Debug, Clone)]
pub(super) struct Rewritten {
    /// The file as it is.
    pub(super) source: Source,
    /// What the interpreter reads.
    pub(super) text: Source,
    edits: Vec<Edit>,
}

impl Rewritten {
    /// `source`, of which `text` was parsed, every byte at its place, with the syntax tree `module`.
    /// `annotation` gives the place in `data` of what `rego.metadata.rule()` yields on a line.
    pub(super) fn new(
        source: &Source,
        text: &Source,
        module: &Module,
        annotation: &dyn Fn(usize) -> String,
    ) -> Self {
        let mut edits = Vec::new();
        for rule in &module.policy {
            let line = rule.span().line as usize;
            syntax::rule_queries(rule, &mut |query| each_collection(query, &mut edits));
            syntax::rule_expressions(rule, &mut |expr| {
                if is_metadata_call(expr) {
                    edits.push(Edit { span: ours(expr.span()), text: annotation(line) });
                }
            });
        }
        Rewritten::with(source, text, edits)
    }

    fn with(source: &Source, parsed: &Source, mut edits: Vec<Edit>) -> Self {
        edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
        edits.dedup();
        let parsed = parsed.text();
        let mut text = String::with_capacity(parsed.len() + 64);
        let mut at = 0;
        for edit in &edits {
            text.push_str(parsed.get(at..edit.span.start).unwrap_or_default());
            text.push_str(&edit.text);
            at = edit.span.end;
        }
        text.push_str(parsed.get(at..).unwrap_or_default());
        Rewritten { source: source.clone(), text: Source::new(source.name(), text), edits }
    }

    /// Where `place`, of what the interpreter reads, stands in the file.
    pub(super) fn original(&self, place: Place) -> Place {
        let wanted = self.text.offset(place);
        let (mut ours, mut theirs) = (0, 0);
        for edit in &self.edits {
            let kept = edit.span.start - ours;
            if theirs + kept + edit.text.len() > wanted {
                let before = wanted.min(theirs + kept);
                return self.source.place(ours + (before - theirs));
            }
            theirs += kept + edit.text.len();
            ours = edit.span.end;
        }
        self.source.place(ours + (wanted - theirs))
    }
}

/// The keywords need no import in the current version of Rego, where importing one of them twice,
/// by name and with all others, is an error of the interpreter. The same text with such imports
/// blanked out, every other byte at its place.
pub(super) fn without_future_imports(text: &str) -> String {
    let is_head = |line: &&str| {
        let line = line.trim();
        line.is_empty() || ["#", "package ", "import "].iter().any(|start| line.starts_with(start))
    };
    let head = text.split_inclusive('\n').take_while(is_head);
    let mut result = String::with_capacity(text.len());
    for line in head {
        let path = line.trim().strip_prefix("import ").map(str::trim_start);
        let after = path.and_then(|path| path.strip_prefix("future.keywords"));
        // Other keywords are younger than the interpreter, and refused later.
        let after = after.map(|after| after.split('#').next().unwrap_or_default().trim());
        let is_future = after.is_some_and(|keyword| {
            keyword.is_empty()
                || KEYWORDS.iter().any(|known| keyword.strip_prefix('.') == Some(*known))
        });
        match is_future {
            true => result.extend(line.chars().map(|c| if c == '\n' { '\n' } else { ' ' })),
            false => result.push_str(line),
        }
    }
    result.push_str(text.get(result.len()..).unwrap_or_default());
    result
}

/// `some x in null` is nothing to OPA and an error to the interpreter.
fn each_collection(query: &Query, edits: &mut Vec<Edit>) {
    for LiteralStmt { literal, .. } in &query.stmts {
        let collection = match literal {
            Literal::SomeIn { collection, .. } => collection,
            Literal::Every { domain, query, .. } => {
                each_collection(query, edits);
                domain
            }
            _ => continue,
        };
        if is_written_out(collection) {
            continue;
        }
        let span = ours(collection.span());
        let insert = |at: usize, text: String| Edit { span: Span { start: at, end: at }, text };
        edits.push(insert(span.start, format!("{COLLECTION}(")));
        edits.push(insert(span.end, ")".to_owned()));
    }
}

/// True for what is a collection by the way it is written.
fn is_written_out(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::Array { .. }
            | Expr::Set { .. }
            | Expr::Object { .. }
            | Expr::ArrayCompr { .. }
            | Expr::SetCompr { .. }
            | Expr::ObjectCompr { .. }
    )
}

/// True for `rego.metadata.rule()`.
fn is_metadata_call(expr: &Expr) -> bool {
    let Expr::Call { fcn, .. } = expr else { return false };
    syntax::path(fcn) == ["rego", "metadata", "rule"]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_lead_back() {
        let source = Source::new("a.rego", "package a\nx if some y in input.z\n");
        let text = source.text();
        let start = text.find("input").unwrap();
        let end = start + "input.z".len();
        let insert = |at: usize, text: &str| Edit {
            span: Span { start: at, end: at },
            text: text.to_owned(),
        };
        let rewritten =
            Rewritten::with(&source, &source, vec![insert(start, "f("), insert(end, ")")]);
        assert_eq!(rewritten.text.text(), "package a\nx if some y in f(input.z)\n");
        for (theirs, ours) in
            [((2, 1), (2, 1)), ((2, 18), (2, 16)), ((2, 16), (2, 16)), ((3, 1), (3, 1))]
        {
            let place = |(line, column)| Place { line, column };
            assert_eq!(rewritten.original(place(theirs)), place(ours));
        }
    }

    #[test]
    fn imports_of_keywords_are_blanked_out_in_the_head_alone() {
        let text = "package a\n\nimport future.keywords.in\nimport data.b\nx := `\nimport future.keywords\n`\n";
        let blanked = without_future_imports(text);
        assert_eq!(blanked.len(), text.len());
        assert_eq!(blanked.matches("future").count(), 1);
    }
}
