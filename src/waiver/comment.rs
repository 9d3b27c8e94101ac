//! A comment in source that asks for a policy to be passed over, and whether it counts.

use super::directive::{self, Directive, Reach, Tool};
use super::{Names, Subject, Terms};
use crate::base::{Place, Source, Span};
use crate::finding::{Acceptance, AcceptanceKind, Finding, Outcome};
use crate::input::terraform::source::Comment;
use crate::policy::Policy;

/// A comment, and whether a finding needed it.
#[derive(Debug, Clone)]
pub(super) struct Note {
    directive: Directive,
    source: Source,
    /// Where the comment is.
    span: Span,
    /// Where it holds; None when it stands at nothing.
    reach: Option<Span>,
    /// Why it does not count, whatever it says.
    refusal: Option<String>,
    pub(super) is_used: bool,
}

impl Note {
    /// What a comment asks for; `refusal` says why it does not count.
    ///
    /// # Errors
    /// The file, and what is wrong with a comment of our own.
    pub(super) fn read(
        comment: Comment,
        refusal: Option<String>,
        names: &Names,
    ) -> Result<Vec<Self>, (String, String)> {
        let path = || comment.source.name().to_owned();
        let directives = directive::read(&comment.text).map_err(|reason| (path(), reason))?;
        for directive in directives.iter().filter(|directive| directive.tool == Tool::Plangate) {
            let unknown = directive.names.iter().find(|name| !names.is_known(name));
            if let Some(name) = unknown {
                return Err((path(), format!("there is no policy `{name}`; {}", names.help(name))));
            }
        }
        let note = |directive: Directive| Note {
            reach: reach(&comment, directive.reach),
            refusal: refusal.clone(),
            directive,
            source: comment.source.clone(),
            span: comment.span,
            is_used: false,
        };
        Ok(directives.into_iter().map(note).collect())
    }

    /// True when the comment asks for this finding to be passed over.
    pub(super) fn covers(&self, subject: &Subject<'_>, finding: &Finding) -> bool {
        let Some(reach) = self.reach else { return false };
        let holds = |source: &Source, span: Span| {
            reach.start <= span.start && span.end <= reach.end && source.is_same(&self.source)
        };
        let is_there = holds(&finding.location.source, finding.location.span)
            || subject.calls.iter().any(|(source, span)| holds(source, *span));
        is_there && self.names(subject.policy)
    }

    /// True when it names the policy, or all of them.
    fn names(&self, policy: &Policy) -> bool {
        let is_meant = |name: &String| {
            policy.is_called(name)
                || self.directive.tool == Tool::Trivy && policy.is_called(&format!("AVD-{name}"))
        };
        let names = &self.directive.names;
        names.iter().any(is_meant) || names.is_empty() && self.directive.tool == Tool::Kics
    }

    /// Why the comment does not count, if so.
    pub(super) fn refusal(&self, tools: &[Tool], terms: Terms) -> Option<String> {
        let tool = self.directive.tool;
        if tools.is_empty() {
            return Some("comments are turned off by the configuration".to_owned());
        }
        if !tools.contains(&tool) {
            let tool = tool.as_str();
            return Some(format!("the configuration does not count comments for {tool}"));
        }
        self.refusal.clone().or_else(|| terms.refusal(self.directive.until?))
    }

    pub(super) fn acceptance(&self, outcome: Outcome) -> Acceptance {
        let directive = &self.directive;
        let unexplained = || format!("a comment for {} gives no reason", directive.tool.as_str());
        let (path, place) = self.place();
        Acceptance {
            kind: AcceptanceKind::Comment,
            outcome,
            reason: directive.reason.clone().unwrap_or_else(unexplained),
            owner: directive.owner.clone(),
            ticket: directive.ticket.clone(),
            until: directive.until,
            path,
            place,
        }
    }

    pub(super) fn place(&self) -> (String, Place) {
        (self.source.name().to_owned(), self.source.place(self.span.start))
    }

    /// What is to be said of the comment whether or not a finding needed it. Those of other tools
    /// may be there for what only they look at.
    pub(super) fn remark(&self, tools: &[Tool], terms: Terms, names: &Names) -> Option<String> {
        if self.directive.tool != Tool::Plangate || tools.is_empty() {
            return None;
        }
        if self.reach.is_none() {
            let wanted = "put it on the line of a block or attribute, or directly above";
            return Some(format!("this comment does not count: it stands at nothing; {wanted}"));
        }
        if let Some(reason) = self.refusal(tools, terms) {
            return Some(format!("this comment does not count: {reason}"));
        }
        let is_judged = self.directive.names.iter().any(|name| names.is_judging(name));
        (!self.is_used && is_judged)
            .then(|| "this comment is not needed: nothing was found there".to_owned())
    }
}

/// The part of the file in which a comment holds.
fn reach(comment: &Comment, reach: Reach) -> Option<Span> {
    let target = comment.target.as_ref().map(|target| target.span);
    match reach {
        Reach::Target => target,
        Reach::Enclosing => comment.enclosing.as_ref().map(|target| target.span).or(target),
        Reach::NextLine => {
            let line = comment.source.place(comment.span.start).line + 1;
            let start = comment.source.offset(Place { line, column: 1 });
            Some(Span { start, end: start + comment.source.line(line).len() })
        }
        Reach::File => Some(Span { start: 0, end: comment.source.text().len() }),
    }
}
