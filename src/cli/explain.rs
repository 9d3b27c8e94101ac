//! `plangate explain`: everything that a policy says of itself, on one page.

use std::fmt::{self, Display, Write as _};
use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::Args;
use clap::builder::styling::{AnsiColor, Style};
use textwrap::{WordSeparator, WordSplitter};

use super::pool;
use super::terminal::{self, Color};
use super::{BAD_POLICY, NOT_WRITTEN, USAGE};
use crate::base::{Action, Severity, neutralise};
use crate::check::{Options, Policies};
use crate::policy::{Metadata, Origin, Policy};
use crate::report::{self, Look};

const EXAMPLES: &str = "\
Examples:
  plangate explain aws-s3-unencrypted-bucket
  plangate explain CKV_AWS_19";

/// How like a name must be to be meant, from 0 to 1.
const LIKENESS: f64 = 0.7;

/// How many names are offered for an unknown one.
const MOST_OFFERS: usize = 3;

/// The arguments of `explain`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ExplainArguments {
    /// The id of a policy, as reports show it, or another tool's code for the same fault
    #[arg(value_name = "POLICY")]
    name: String,

    /// Know the policies below DIR too; may be given several times
    #[arg(short, long = "policy", value_name = "DIR")]
    policies: Vec<PathBuf>,

    /// Use colour
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = Color::Auto)]
    color: Color,
}

/// Runs the command and returns the exit code.
pub(super) fn run(arguments: &ExplainArguments) -> u8 {
    pool::run(0, || explain(arguments))
}

fn explain(arguments: &ExplainArguments) -> u8 {
    let policies = Policies::load(&arguments.policies, &Options::default());
    let look = terminal::look(arguments.color, &io::stderr());
    for error in &policies.errors {
        terminal::say(&report::render(error, look));
    }
    let code = if policies.errors.is_empty() { 0 } else { BAD_POLICY };
    let meant = find(&policies, &arguments.name);
    if meant.is_empty() {
        refuse(&policies, &arguments.name);
        return code.max(USAGE);
    }
    let look = terminal::look(arguments.color, &io::stdout());
    let pages: Vec<String> = meant.into_iter().map(|policy| page(policy, look)).collect();
    let mut out = io::stdout().lock();
    match out.write_all(pages.join("\n").as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => code,
        Err(error) => {
            terminal::say(&format!("error: standard output cannot be written: {error}"));
            code.max(NOT_WRITTEN)
        }
    }
}

/// The policy of that id, or else all that have it as an alias.
fn find<'a>(policies: &'a Policies, name: &str) -> Vec<&'a Policy> {
    let name = folded(name);
    let by_id = |policy: &&Policy| folded(policy.id.as_str()) == name;
    let by_alias =
        |policy: &&Policy| policy.metadata.aliases.iter().any(|alias| folded(alias) == name);
    match policies.iter().find(by_id) {
        Some(policy) => vec![policy],
        None => policies.iter().filter(by_alias).collect(),
    }
}

/// Names are the same in either case, and however their words are joined.
fn folded(name: &str) -> String {
    name.to_lowercase().replace('_', "-")
}

fn refuse(policies: &Policies, name: &str) {
    terminal::say(&format!("error: there is no policy `{}`", neutralise(name)));
    let offers = offers(policies.iter().map(|policy| policy.id.as_str()), &folded(name));
    terminal::say(&match offers.as_slice() {
        [] => {
            "  help: give the id that a report shows, such as `aws-s3-unencrypted-bucket`, or an \
               alias such as `CKV_AWS_19`; `--policy DIR` adds your own policies"
                .to_owned()
        }
        offers => format!("  help: did you mean {}?", offers.join(", or ")),
    });
}

/// The ids that are most like `name`, in backticks.
fn offers<'a>(ids: impl Iterator<Item = &'a str>, name: &str) -> Vec<String> {
    let rated = ids.map(|id| (likeness(name, id), id));
    let mut rated: Vec<_> = rated.filter(|(likeness, _)| *likeness >= LIKENESS).collect();
    rated.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    rated.into_iter().take(MOST_OFFERS).map(|(_, id)| format!("`{id}`")).collect()
}

/// How like `name` is to `id`: as a whole, or word by word in any order.
fn likeness(name: &str, id: &str) -> f64 {
    let alike = strsim::normalized_damerau_levenshtein;
    let words: Vec<f64> = name
        .split('-')
        .map(|word| id.split('-').map(|other| alike(word, other)).fold(0.0, f64::max))
        .collect();
    let by_words = words.iter().sum::<f64>() / words.len() as f64;
    by_words.max(alike(name, id))
}

/// What `policy` says of itself.
fn page(policy: &Policy, look: Look) -> String {
    let metadata = &policy.metadata;
    let mut page = Page { text: String::new(), look };
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
                page.wrapped(&format!("{name} = {}", parameter.default.to_json()), "  ");
                page.wrapped(&parameter.description, "      ");
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
struct Page {
    text: String,
    look: Look,
}

impl Page {
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
        let mut rows = vec![
            ("types", metadata.resource_types.join(", ")),
            ("actions", actions.collect::<Vec<_>>().join(", ")),
        ];
        if !metadata.provider_wide.is_empty() {
            let types = metadata.provider_wide.join(", ");
            rows.push(("beside", format!("{types} of the same provider")));
        }
        self.table(rows.into_iter());
    }

    /// Names, and beside them what belongs to each.
    fn table<'a>(&mut self, rows: impl Iterator<Item = (&'a str, String)> + Clone) {
        let width = rows.clone().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
        let indent = " ".repeat(width + 4);
        for (name, text) in rows {
            let first = format!("  {:width$}  ", neutralise(name));
            self.fill(&text, &first, &indent);
        }
    }

    /// `text` in as many lines as it takes.
    fn wrapped(&mut self, text: &str, indent: &str) {
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

    const IDS: [&str; 4] = [
        "aws-rds-unencrypted-storage",
        "aws-s3-unblocked-public-access",
        "aws-s3-unencrypted-bucket",
        "google-gke-public-nodes",
    ];

    #[test]
    fn what_is_meant_is_offered() {
        for (name, first) in [
            ("aws-s3-unencripted-bucket", Some("`aws-s3-unencrypted-bucket`")),
            ("unencrypted-bucket", Some("`aws-s3-unencrypted-bucket`")),
            ("aws-s3-bucket-encryption", Some("`aws-s3-unencrypted-bucket`")),
            ("gke-public-node", Some("`google-gke-public-nodes`")),
            ("ckv-aws-999", None),
            ("azure-sql-server", None),
            ("", None),
        ] {
            let offers = offers(IDS.into_iter(), name);
            assert_eq!(offers.first().map(String::as_str), first, "{name}: {offers:?}");
        }
    }

    #[test]
    fn lines_of_a_paragraph_are_joined() {
        let text = "One  line\nand more.\n\nAnother.\n- an item\n  that goes on\n- a second";
        assert_eq!(
            paragraphs(text),
            ["One line and more.", "Another.", "- an item that goes on", "- a second"]
        );
    }
}
