//! The `# METADATA` block of a policy, read with places.
//!
//! The form is that of OPA's documentation, "Annotations": YAML in the comments directly
//! before `package`. Members of ours stand below `custom`. An unknown member is an error.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{PolicyError, PolicyFault};
use crate::base::{Action, Place, Profile, Severity, Source, Span};
use crate::model::Value;

/// What a policy says of itself.
#[derive(Debug, Clone)]
pub struct Metadata {
    /// The fault in a few words.
    pub title: String,
    /// Why it matters, and when it may be waived.
    pub description: String,
    /// How bad a violation is.
    pub severity: Severity,
    /// What the policy judges.
    pub scope: Scope,
    /// The resource types that the policy judges; `*` for every type. None for a whole plan.
    pub resource_types: Vec<String>,
    /// The actions on which it judges.
    pub actions: Vec<Action>,
    /// What an input must have, or the policy does not apply to it.
    pub needs: Vec<Need>,
    /// What is known only after apply counts as absent: the fault is what somebody wrote.
    pub known_only: bool,
    /// What stands at the attributes that it names is never shown.
    pub withholds_values: bool,
    /// Types whose every instance is linked to the subjects of the same provider.
    pub provider_wide: Vec<String>,
    /// Types of linked resources, and the types of those that it looks for behind them.
    pub links_of: BTreeMap<String, Vec<String>>,
    /// The profiles that it belongs to.
    pub profiles: Vec<Profile>,
    /// The codes of other tools for the same fault.
    pub aliases: Vec<String>,
    /// Numbers of controls by framework.
    pub controls: BTreeMap<String, Vec<String>>,
    /// What a user may set.
    pub params: BTreeMap<String, Parameter>,
    /// Facts outside of inputs that would satisfy it, by name.
    pub assumptions: BTreeMap<String, Assumption>,
    /// What to do about a violation.
    pub remediation: String,
    /// Where to read more.
    pub references: Vec<String>,
    /// Configurations that show the fault and its remedy; the built-in policies all have them.
    pub examples: Option<Examples>,
}

/// What a policy judges.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// One resource after the other.
    #[default]
    Resource,
    /// The plan as a whole.
    Plan,
    /// The document itself, as other tools show it to policies: see [`super::raw`]. No metadata
    /// block says so.
    #[serde(skip)]
    Document,
}

/// What an input must have for a policy to judge it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Need {
    /// It is a plan, no state.
    Plan,
    /// It holds its configuration, or the source is at hand.
    Configuration,
    /// The Terraform source is at hand: in the saved plan, or in a directory.
    Source,
}

impl Need {
    /// The need as it is written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Need::Plan => "plan",
            Need::Configuration => "configuration",
            Need::Source => "source",
        }
    }
}

/// Two short pieces of Terraform that differ by the fault.
#[derive(Debug, Clone)]
pub struct Examples {
    /// One that the policy denies.
    pub fails: String,
    /// The same with the remedy.
    pub passes: String,
}

/// A fact outside of inputs, such as a setting of the account, that satisfies a policy where
/// somebody answers for it.
#[derive(Debug, Clone)]
pub struct Assumption {
    /// What is then the case.
    pub description: String,
    /// Somebody answers for it.
    pub holds: bool,
}

/// A parameter of a policy.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// What its values are.
    pub kind: ParameterType,
    /// The value when nobody sets it.
    pub default: Value,
    /// What somebody set it to.
    pub set: Option<Value>,
    /// The policy means nothing until somebody sets it.
    pub required: bool,
    /// What it does.
    pub description: String,
}

/// Reads the block of a policy.
///
/// # Errors
/// A missing or wrong member, at its line.
pub(super) fn read_policy(source: &Source) -> Result<Metadata, Box<PolicyError>> {
    let block = Block::find(source)?;
    let raw: RawMetadata = block.parse()?;
    let title = block.require(raw.title, "title", "name the fault: `# title: …`")?;
    let custom = raw.custom.unwrap_or_default();
    let severity = block.require(
        custom.severity,
        "custom.severity",
        "say how bad a violation is: critical, high, medium, low or info",
    )?;
    let resource_types = match custom.scope {
        Scope::Resource => block.require(
            custom.resource_types.filter(|types| !types.is_empty()),
            "custom.resource_types",
            "say which resources the policy judges: `resource_types: [aws_s3_bucket]`",
        )?,
        Scope::Plan | Scope::Document => {
            let is_of_resources = custom.resource_types.is_some()
                || custom.actions.is_some()
                || !custom.provider_wide.is_empty()
                || !custom.links_of.is_empty();
            block.refuse_for_plan(is_of_resources)?;
            Vec::new()
        }
    };
    let params = custom.params.into_iter().map(|(name, raw)| block.parameter(name, raw));
    Ok(Metadata {
        title,
        description: raw.description.unwrap_or_default().trim().to_owned(),
        severity: severity.0,
        scope: custom.scope,
        resource_types,
        needs: custom.needs,
        known_only: custom.known_only,
        withholds_values: custom.withholds_values,
        actions: match custom.actions {
            Some(actions) => actions.into_iter().map(|action| action.0).collect(),
            None => Action::ALL.into_iter().filter(|action| action.leaves_it_managed()).collect(),
        },
        provider_wide: custom.provider_wide,
        links_of: custom.links_of,
        profiles: match custom.profiles {
            Some(profiles) => profiles.into_iter().map(|profile| profile.0).collect(),
            None => Profile::ALL.to_vec(),
        },
        aliases: custom.aliases,
        controls: custom.controls,
        params: params.collect::<Result<_, _>>()?,
        assumptions: custom
            .assumptions
            .into_iter()
            .map(|(name, description)| (name, Assumption { description, holds: false }))
            .collect(),
        remediation: custom.remediation.unwrap_or_default().trim().to_owned(),
        references: raw.related_resources.into_iter().map(Reference::url).collect(),
        examples: custom.examples.map(|raw| Examples {
            fails: raw.fails.trim_end().to_owned(),
            passes: raw.passes.trim_end().to_owned(),
        }),
    })
}

/// Reads the block of a library, which needs a title alone.
///
/// # Errors
/// A missing or wrong member, at its line.
pub(super) fn read_library(source: &Source) -> Result<(), Box<PolicyError>> {
    let block = Block::find(source)?;
    let raw: RawMetadata = block.parse()?;
    block.require(raw.title, "title", "say what the library is for: `# title: …`")?;
    Ok(())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "members of OPA's annotations that are checked, but not used")]
struct RawMetadata {
    title: Option<String>,
    description: Option<String>,
    scope: Option<BlockScope>,
    #[serde(default)]
    related_resources: Vec<Reference>,
    #[serde(default)]
    authors: Vec<Value>,
    #[serde(default)]
    organizations: Vec<String>,
    #[serde(default)]
    entrypoint: bool,
    custom: Option<RawCustom>,
}

/// The block stands before `package`, so nothing smaller can be meant.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum BlockScope {
    Package,
    Subpackages,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Reference {
    Url(String),
    Described(DescribedReference),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DescribedReference {
    r#ref: String,
    #[expect(dead_code, reason = "checked, but not used")]
    description: Option<String>,
}

impl Reference {
    fn url(self) -> String {
        match self {
            Reference::Url(url) => url,
            Reference::Described(described) => described.r#ref,
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawCustom {
    severity: Option<SeverityWord>,
    #[serde(default)]
    scope: Scope,
    #[serde(default)]
    needs: Vec<Need>,
    #[serde(default)]
    known_only: bool,
    #[serde(default)]
    withholds_values: bool,
    resource_types: Option<Vec<String>>,
    actions: Option<Vec<ActionWord>>,
    #[serde(default)]
    provider_wide: Vec<String>,
    #[serde(default)]
    links_of: BTreeMap<String, Vec<String>>,
    profiles: Option<Vec<ProfileWord>>,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    controls: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    params: BTreeMap<String, RawParameter>,
    #[serde(default)]
    assumptions: BTreeMap<String, String>,
    remediation: Option<String>,
    examples: Option<RawExamples>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawExamples {
    fails: String,
    passes: String,
}

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct SeverityWord(Severity);

impl TryFrom<String> for SeverityWord {
    type Error = crate::base::SeverityError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map(SeverityWord)
    }
}

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct ProfileWord(Profile);

impl TryFrom<String> for ProfileWord {
    type Error = crate::base::ProfileError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map(ProfileWord)
    }
}

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct ActionWord(Action);

impl TryFrom<String> for ActionWord {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let known = Action::ALL.into_iter().find(|action| action.as_str() == text);
        known.map(ActionWord).ok_or_else(|| format!("`{text}` is no action"))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawParameter {
    r#type: ParameterType,
    default: Value,
    #[serde(default)]
    description: String,
    #[serde(default)]
    required: bool,
}

impl Parameter {
    /// The value that the policy sees.
    #[must_use]
    pub fn value(&self) -> &Value {
        self.set.as_ref().unwrap_or(&self.default)
    }
}

/// What the values of a parameter are.
#[derive(Debug, Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the types of JSON")]
pub enum ParameterType {
    String,
    Number,
    Boolean,
    Array,
    Object,
}

impl ParameterType {
    /// The type as it is written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            ParameterType::String => "string",
            ParameterType::Number => "number",
            ParameterType::Boolean => "boolean",
            ParameterType::Array => "array",
            ParameterType::Object => "object",
        }
    }

    /// True for a value of this type.
    #[must_use]
    pub fn holds(self, value: &Value) -> bool {
        matches!(
            (self, value),
            (ParameterType::String, Value::String(_))
                | (ParameterType::Number, Value::Integer(_) | Value::Number(_))
                | (ParameterType::Boolean, Value::Bool(_))
                | (ParameterType::Array, Value::Array(_))
                | (ParameterType::Object, Value::Object(_))
        )
    }
}

/// The comment block: its YAML, and how to get back to the file.
struct Block<'a> {
    source: &'a Source,
    /// The line of `# METADATA`.
    first_line: usize,
    /// The comments without their marks.
    yaml: String,
    /// How many characters each line of the YAML lost at its beginning.
    indents: Vec<usize>,
}

impl<'a> Block<'a> {
    fn find(source: &'a Source) -> Result<Self, Box<PolicyError>> {
        let mut lines = source.text().lines().enumerate().map(|(index, line)| (index + 1, line));
        let is_package = |line: &str| line.trim_start().starts_with("package ");
        let start =
            lines.by_ref().find(|(_, line)| line.trim() == "# METADATA" || is_package(line));
        let Some((first_line, _)) = start.filter(|(_, line)| !is_package(line)) else {
            let line = start.map_or(1, |(line, _)| line);
            let span = line_span(source, line);
            return Err(PolicyError::at(source, span, PolicyFault::NoMetadata));
        };
        let mut block = Block { source, first_line, yaml: String::new(), indents: Vec::new() };
        for (_, line) in lines.take_while(|(_, line)| line.trim_start().starts_with('#')) {
            let text = line.trim_start().trim_start_matches('#');
            let text = text.strip_prefix(' ').unwrap_or(text);
            block.indents.push(line.chars().count() - text.chars().count());
            block.yaml.push_str(text);
            block.yaml.push('\n');
        }
        Ok(block)
    }

    fn parse<T: for<'de> Deserialize<'de>>(&self) -> Result<T, Box<PolicyError>> {
        serde_saphyr::from_str(&self.yaml).map_err(|error| {
            let location = error.location();
            let span = match &location {
                Some(location) => self.span(
                    usize::try_from(location.line()).unwrap_or(1),
                    usize::try_from(location.column()).unwrap_or(1),
                ),
                None => line_span(self.source, self.first_line),
            };
            let message = error.without_snippet().to_string();
            let reason = message.lines().next().unwrap_or_default();
            let reason = reason.split(" at line ").next().unwrap_or_default().to_owned();
            let remedy = "the members are title, description, scope, related_resources and custom; \
                          below custom: severity, scope, resource_types, actions, needs, known_only, \
                          withholds_values, provider_wide, links_of, profiles, aliases, controls, params, \
                          assumptions, remediation and examples, which are `fails` and `passes`";
            PolicyError::at(self.source, span, PolicyFault::BadMetadata { reason, remedy })
        })
    }

    /// The rest of the line from a place in the YAML.
    fn span(&self, line: usize, column: usize) -> Span {
        let line = line.clamp(1, self.indents.len().max(1));
        let indent = self.indents.get(line - 1).copied().unwrap_or(0);
        let place = Place { line: self.first_line + line, column: column + indent };
        let whole = line_span(self.source, place.line);
        let start = self.source.offset(place).clamp(whole.start, whole.end);
        Span { start, end: whole.end }
    }

    fn require<T>(
        &self,
        value: Option<T>,
        key: &'static str,
        remedy: &'static str,
    ) -> Result<T, Box<PolicyError>> {
        value.ok_or_else(|| {
            let span = line_span(self.source, self.first_line);
            PolicyError::at(self.source, span, PolicyFault::MissingKey { key, remedy })
        })
    }

    fn refuse_for_plan(&self, is_of_resources: bool) -> Result<(), Box<PolicyError>> {
        if !is_of_resources {
            return Ok(());
        }
        let fault = PolicyFault::BadMetadata {
            reason: "a policy of the whole plan judges no resources one by one".to_owned(),
            remedy: "leave out resource_types, actions, provider_wide and links_of, or leave out `scope: plan`",
        };
        Err(PolicyError::at(self.source, line_span(self.source, self.first_line), fault))
    }

    fn parameter(
        &self,
        name: String,
        raw: RawParameter,
    ) -> Result<(String, Parameter), Box<PolicyError>> {
        if raw.r#type.holds(&raw.default) {
            let RawParameter { r#type: kind, default, description, required } = raw;
            return Ok((name, Parameter { kind, default, set: None, description, required }));
        }
        let mentions = |(_, line): &(usize, &str)| line.trim_start().starts_with(&name);
        let line = self.yaml.lines().enumerate().find(mentions).map_or(1, |(index, _)| index + 1);
        let word = raw.r#type.as_str();
        let fault = PolicyFault::BadMetadata {
            reason: format!("the default of `{name}` is no {word}"),
            remedy: "give a default of the declared type",
        };
        Err(PolicyError::at(self.source, self.span(line, 1), fault))
    }
}

fn line_span(source: &Source, line: usize) -> Span {
    let start = source.offset(Place { line, column: 1 });
    Span { start, end: start + source.line(line).len() }
}
