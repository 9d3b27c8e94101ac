//! `plangate explain`: everything that a policy says of itself, on one page.

use std::fmt::{self, Display, Write as _};

use clap::Args;
use clap::builder::styling::{AnsiColor, Style};
use textwrap::{WordSeparator, WordSplitter};

use super::pool;
use super::settings::ConfigArguments;
use super::sink;
use super::supply::{PolicyArguments, Supply};
use super::terminal::Color;
use super::{BAD_POLICY, NOT_WRITTEN, USAGE};
use crate::base::likeness::{self, folded};
use crate::base::secret::Syntax;
use crate::base::{Action, Severity, neutralise};
use crate::check::Policies;
use crate::config::Config;
use crate::policy::{Metadata, Origin, Policy, Scope};
use crate::report::{self, Look};

const EXAMPLES: &str = "\
Examples:
  plangate explain aws-s3-unencrypted-bucket
  plangate explain CKV_AWS_19";

/// The arguments of `explain`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ExplainArguments {
    /// The id of a policy, as reports show it, or another tool's code for the same fault
    #[arg(value_name = "POLICY")]
    name: String,

    #[command(flatten)]
    policies: PolicyArguments,

    #[command(flatten)]
    config: ConfigArguments,

    /// Use colour
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = Color::Auto)]
    color: Color,
}

/// Runs the command and returns the exit code.
pub(super) fn run(arguments: &ExplainArguments) -> u8 {
    match arguments.config.load(|layers| arguments.policies.flags(layers)) {
        Ok(config) => pool::run(0, || explain(arguments, &config)),
        Err(code) => code,
    }
}

fn explain(arguments: &ExplainArguments, config: &Config) -> u8 {
    let Supply { files, errors, .. } = match Supply::read(config) {
        Ok(supply) => supply,
        Err(code) => return code,
    };
    let policies = Policies::all(files, errors);
    let look = sink::look_of_errors(arguments.color);
    for error in &policies.errors {
        sink::say(&report::render(error, look));
    }
    let code = if policies.errors.is_empty() { 0 } else { BAD_POLICY };
    let meant = find(&policies, &arguments.name);
    if meant.is_empty() {
        refuse(&policies, &arguments.name);
        return code.max(USAGE);
    }
    let look = sink::look(arguments.color);
    let pages: Vec<String> = meant.into_iter().map(|policy| page(policy, look)).collect();
    match sink::print(Syntax::Text, |out| out.write_all(pages.join("\n").as_bytes())) {
        Ok(()) => code,
        Err(error) => {
            sink::say(&format!("error: standard output cannot be written: {error}"));
            code.max(NOT_WRITTEN)
        }
    }
}

/// The policy of that id, or else all that have it as an alias.
pub(super) fn find<'a>(policies: &'a Policies, name: &str) -> Vec<&'a Policy> {
    let name = folded(name);
    let by_id = |policy: &&Policy| folded(policy.id.as_str()) == name;
    let by_alias =
        |policy: &&Policy| policy.metadata.aliases.iter().any(|alias| folded(alias) == name);
    match policies.iter().find(by_id) {
        Some(policy) => vec![policy],
        None => policies.iter().filter(by_alias).collect(),
    }
}

/// Says that there is no such policy, and which may be meant.
pub(super) fn refuse(policies: &Policies, name: &str) {
    sink::say(&format!("error: there is no policy `{}`", neutralise(name)));
    let offers = likeness::meant(policies.iter().map(|policy| policy.id.as_str()), name);
    let question = likeness::question(&offers).unwrap_or_else(|| {
        "give the id that a report shows, such as `aws-s3-unencrypted-bucket`, or an alias such \
         as `CKV_AWS_19`; `--policy DIR` adds your own policies"
            .to_owned()
    });
    sink::say(&format!("  help: {question}"));
}

/// What `policy` says of itself.
fn page(policy: &Policy, look: Look) -> String {
    let metadata = &policy.metadata;
    let mut page = Page::new(look);
    page.head(policy);
    page.section("Judges", |page| page.subjects(metadata));
    if !metadata.description.is_empty() {
        page.section("Why", |page| {
            paragraphs(&metadata.description).iter().for_each(|text| page.wrapped(text, "  "));
        });
    }
    if !metadata.remediation.is_empty() {
        page.section("Remedy", |page| page.wrapped(&metadata.remediation, "  "));
    }
    if !metadata.params.is_empty() {
        page.section("Parameters", |page| {
            for (name, parameter) in &metadata.params {
                let line = match parameter.required {
                    true => format!("{name}: the policy does not judge until it is set"),
                    false => format!("{name} = {}", parameter.default.to_json()),
                };
                page.wrapped(&line, "  ");
                page.wrapped(&parameter.description, "      ");
            }
        });
    }
    if !metadata.assumptions.is_empty() {
        page.section("Assumptions", |page| {
            for (name, assumption) in &metadata.assumptions {
                page.wrapped(name, "  ");
                page.wrapped(&assumption.description, "      ");
            }
        });
    }
    if !metadata.controls.is_empty() {
        page.section("Controls", |page| {
            let rows = metadata.controls.iter();
            page.table(rows.map(|(framework, numbers)| (framework.as_str(), numbers.join(", "))));
        });
    }
    if !metadata.aliases.is_empty() {
        page.section("Aliases", |page| page.wrapped(&metadata.aliases.join(", "), "  "));
    }
    if !metadata.references.is_empty() {
        page.section("Read more", |page| {
            metadata.references.iter().for_each(|link| page.wrapped(link, "  "));
        });
    }
    if let Some(examples) = &metadata.examples {
        page.section("Fails", |page| page.verbatim(&examples.fails));
        page.section("Passes", |page| page.verbatim(&examples.passes));
    }
    page.text
}

/// Text that is written top-down. Whatever comes out of a policy is made harmless here.
pub(super) struct Page {
    /// What was written.
    pub(super) text: String,
    look: Look,
}

impl Page {
    /// An empty page.
    pub(super) fn new(look: Look) -> Self {
        Page { text: String::new(), look }
    }

    fn head(&mut self, policy: &Policy) {
        let metadata = &policy.metadata;
        let title = self.styled(Style::new().bold(), &metadata.title);
        let severity = self.styled(style(metadata.severity), metadata.severity.as_str());
        let origin = match policy.origin {
            Origin::BuiltIn => "built in".into(),
            Origin::User => neutralise(policy.source.name()),
        };
        self.line(format_args!("{title}"));
        self.line(format_args!("{} · {severity} · {origin}", policy.id));
    }

    fn section(&mut self, name: &str, body: impl FnOnce(&mut Page)) {
        let name = self.styled(Style::new().bold(), name);
        self.line(format_args!("\n{name}"));
        body(self);
    }

    fn subjects(&mut self, metadata: &Metadata) {
        let actions = metadata.actions.iter().map(|action| match action {
            Action::None => "none (in a state)",
            action => action.as_str(),
        });
        let mut rows = match metadata.scope {
            Scope::Plan | Scope::Document => {
                vec![("whole", "the plan, or the state, as a whole".to_owned())]
            }
            Scope::Resource => vec![
                ("types", metadata.resource_types.join(", ")),
                ("actions", actions.collect::<Vec<_>>().join(", ")),
            ],
        };
        if !metadata.needs.is_empty() {
            let needs = metadata.needs.iter().map(|need| need.as_str());
            rows.push(("needs", needs.collect::<Vec<_>>().join(", ")));
        }
        if !metadata.provider_wide.is_empty() {
            let types = metadata.provider_wide.join(", ");
            rows.push(("beside", format!("{types} of the same provider")));
        }
        self.table(rows.into_iter());
    }

    /// Names, and beside them what belongs to each.
    pub(super) fn table<'a>(&mut self, rows: impl Iterator<Item = (&'a str, String)> + Clone) {
        let width = rows.clone().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
        let indent = " ".repeat(width + 4);
        for (name, text) in rows {
            let first = format!("  {:width$}  ", neutralise(name));
            self.fill(&text, &first, &indent);
        }
    }

    /// `text` in as many lines as it takes.
    pub(super) fn wrapped(&mut self, text: &str, indent: &str) {
        self.fill(text, indent, indent);
    }

    fn fill(&mut self, text: &str, first: &str, indent: &str) {
        let options = textwrap::Options::new(self.look.width)
            .initial_indent(first)
            .subsequent_indent(indent)
            .break_words(false)
            .word_separator(WordSeparator::AsciiSpace)
            .word_splitter(WordSplitter::NoHyphenation);
        let filled = textwrap::fill(&neutralise(text), options);
        self.line(format_args!("{filled}"));
    }

    /// `text` line by line as it is written.
    fn verbatim(&mut self, text: &str) {
        for line in text.lines() {
            let line = format!("  {}", line.replace('\t', "  "));
            self.line(format_args!("{}", neutralise(line.trim_end())));
        }
    }

    fn line(&mut self, text: fmt::Arguments<'_>) {
        let _ = writeln!(self.text, "{text}");
    }

    fn styled(&self, style: Style, text: &str) -> impl Display + use<> {
        let style = if self.look.color { style } else { Style::new() };
        format!("{style}{}{style:#}", neutralise(text))
    }
}

fn style(severity: Severity) -> Style {
    let color = match severity {
        Severity::Critical | Severity::High => AnsiColor::Red,
        Severity::Medium => AnsiColor::Yellow,
        Severity::Low | Severity::Info => AnsiColor::Cyan,
    };
    color.on_default().bold()
}

/// The paragraphs of `text`: what stands between empty lines, and each item of a list.
fn paragraphs(text: &str) -> Vec<String> {
    let mut paragraphs: Vec<String> = Vec::new();
    let mut is_open = false;
    for line in text.lines() {
        let words = line.split_whitespace().collect::<Vec<_>>().join(" ");
        match paragraphs.last_mut() {
            Some(paragraph) if is_open && !words.is_empty() && !words.starts_with("- ") => {
                paragraph.push(' ');
                paragraph.push_str(&words);
            }
            _ if words.is_empty() => {}
            _ => paragraphs.push(words.clone()),
        }
        is_open = !words.is_empty();
    }
    paragraphs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_paragraph_are_joined() {
        let text = "One  line\nand more.\n\nAnother.\n- an item\n  that goes on\n- a second";
        assert_eq!(
            paragraphs(text),
            ["One line and more.", "Another.", "- an item that goes on", "- a second"]
        );
    }
}
