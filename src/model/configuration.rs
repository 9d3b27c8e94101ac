//! How resources were written: the blocks of every module and what they refer to.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::Value;
use crate::base::{Mode, ModuleAddress};

/// The configuration that a plan was made from.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Configuration {
    /// Provider configurations by key, such as `aws` or `module.m:aws.eu`.
    pub providers: BTreeMap<String, Provider>,
    /// The root module, which holds the others.
    pub root: Module,
    /// What its `terraform` blocks say; None where only the source would tell and is not at hand.
    pub settings: Option<Settings>,
}

/// What the `terraform` blocks of the root module say.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Settings {
    /// The versions of Terraform that are allowed, as written.
    pub required_version: Option<String>,
    /// The versions of providers that are allowed, by local name.
    pub required_providers: BTreeMap<String, RequiredProvider>,
    /// Where state is kept; None without a `backend` and a `cloud` block.
    pub backend: Option<Backend>,
    /// A dependency lock file stands beside them; None where nobody can tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub has_lock_file: Option<bool>,
}

/// An entry of `required_providers`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RequiredProvider {
    /// The full source address.
    pub source: Option<String>,
    /// The constraints, as written.
    pub version: Option<String>,
}

/// A `backend` or `cloud` block.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Backend {
    /// The kind, such as `s3`; `cloud` for a `cloud` block.
    pub kind: String,
    /// Its arguments.
    pub arguments: BlockArguments,
    /// Arguments may be given outside of the source, when it is initialised.
    pub is_partial: bool,
}

/// Arguments of a block, as they are written.
#[derive(Debug, Clone, Default, Serialize)]
pub struct BlockArguments {
    /// Those that are constants, and the constant members of others.
    pub constants: Value,
    /// What the others refer to, by the path of the argument.
    pub references: Vec<(Arc<str>, References)>,
}

/// A provider configuration.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Provider {
    /// The local name.
    pub name: String,
    /// The source address, where the document says it.
    pub source: Option<String>,
    /// The alias.
    pub alias: Option<String>,
    /// The required version, as written.
    pub version_constraint: Option<String>,
    /// The module that holds the block; empty for the root.
    pub module: String,
    /// What its block says.
    pub arguments: BlockArguments,
}

/// A module as written.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Module {
    /// Its resource blocks by `[data.]TYPE.NAME`.
    pub declarations: BTreeMap<Arc<str>, Arc<Declaration>>,
    /// Its module calls by name.
    pub calls: BTreeMap<Arc<str>, ModuleCall>,
    /// What each output refers to.
    pub outputs: BTreeMap<Arc<str>, References>,
    /// Its variables by name.
    pub variables: BTreeMap<Arc<str>, VariableDeclaration>,
    /// How each output is written: known where the source is at hand.
    #[serde(skip)]
    pub written: BTreeMap<Arc<str>, Written>,
}

/// A `variable` block.
#[derive(Debug, Clone, Default, Serialize)]
pub struct VariableDeclaration {
    /// The default, where it is a constant.
    pub default: Option<Value>,
    /// Declared `sensitive`.
    pub sensitive: bool,
    /// Declared `ephemeral`.
    pub ephemeral: bool,
}

impl VariableDeclaration {
    /// True when no value of it may be shown.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        self.sensitive || self.ephemeral
    }
}

/// A `module` block.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ModuleCall {
    /// The source, as written.
    pub source: String,
    /// The required version, as written.
    pub version_constraint: Option<String>,
    /// What each argument refers to.
    pub arguments: BTreeMap<Arc<str>, References>,
    /// What `count` or `for_each` refers to.
    pub repetition: References,
    /// Whether it has instances.
    #[serde(skip)]
    pub instances: Instances,
    /// The module that is called.
    pub module: Module,
    /// How each argument is written: known where the source is at hand.
    #[serde(skip)]
    pub written: BTreeMap<Arc<str>, Written>,
    /// How `count` or `for_each` is written, likewise.
    #[serde(skip)]
    pub repeated: Option<Written>,
}

/// A `resource`, `data` or `ephemeral` block.
#[derive(Debug, Clone, Serialize)]
pub struct Declaration {
    /// Which kind of block it is.
    pub mode: Mode,
    /// The resource type.
    pub resource_type: Arc<str>,
    /// The name.
    pub name: Arc<str>,
    /// The provider configuration it uses.
    pub provider_key: Option<Arc<str>>,
    /// The arguments that the author wrote, as a tree whose leaves are `true`.
    pub arguments: Value,
    /// What each argument refers to, by the path of the argument without indexes.
    pub references: Vec<(Arc<str>, References)>,
    /// The arguments whose values come from constants alone, by their paths without indexes: see
    /// [`constant`](super::constant).
    #[serde(skip)]
    pub constants: Vec<Arc<str>>,
    /// What `count` or `for_each` refers to.
    pub repetition: References,
    /// Whether it has instances.
    #[serde(skip)]
    pub instances: Instances,
    /// How arguments are put together that are more than a reference, by their paths without
    /// indexes: known where the source is at hand.
    #[serde(skip)]
    pub written: Vec<(Arc<str>, Written)>,
    /// What is written out of the text of an argument that its provider shows as a hash.
    #[serde(skip)]
    pub hashed: Option<Arc<str>>,
    /// Its `lifecycle` block says `prevent_destroy`; None where only the source would tell.
    pub prevent_destroy: Option<bool>,
    /// How `count` or `for_each` is written, likewise.
    #[serde(skip)]
    pub repeated: Option<Written>,
}

/// Whether a block has instances, as far as `count` and `for_each` say it by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Instances {
    /// At least one.
    #[default]
    Sure,
    /// None at all.
    Never,
    /// That depends.
    Maybe,
}

impl Instances {
    /// The same for a block in each instance of this one.
    #[must_use]
    pub fn of_each(self, inner: Instances) -> Instances {
        match (self, inner) {
            (Instances::Never, _) | (_, Instances::Never) => Instances::Never,
            (Instances::Maybe, _) | (_, Instances::Maybe) => Instances::Maybe,
            (Instances::Sure, Instances::Sure) => Instances::Sure,
        }
    }
}

/// An expression, as far as it can be told what it comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// A constant.
    Constant(Value),
    /// Nothing but a reference, as Terraform lists it.
    Reference(References),
    /// A list.
    List(Vec<Written>),
    /// An object.
    Object(Vec<(Arc<str>, Written)>),
    /// The parts of a text, one after the other.
    Text(Vec<Written>),
    /// The JSON text of a value.
    Encoded(Box<Written>),
    /// One of these, by a condition.
    Choice(Vec<Written>),
    /// `of[key]` and what follows it, where the key is no constant.
    Item {
        /// The collection.
        of: Box<Written>,
        /// The key.
        key: Box<Written>,
        /// What follows, such as `.id`.
        rest: Arc<str>,
    },
    /// `of[*]` and what follows it: of every element.
    Each {
        /// The collection.
        of: Box<Written>,
        /// What follows, such as `.id`.
        rest: Arc<str>,
    },
    /// `{ for key, value in of : key => value… }`: the same keys with a part of each value, or a list
    /// of such parts.
    Map {
        /// The collection.
        of: Box<Written>,
        /// The part, such as `.id`.
        rest: Arc<str>,
        /// Only some elements, by a condition.
        is_filtered: bool,
    },
    /// A function of its arguments.
    Call {
        /// The name, with its namespace.
        name: Arc<str>,
        /// The arguments.
        arguments: Vec<Written>,
    },
    /// Anything else, with what it refers to.
    Other(References),
}

/// References of one expression, as Terraform lists them: the longest form first.
pub type References = Vec<Arc<str>>;

impl Written {
    /// Everything that it refers to.
    #[must_use]
    pub fn references(&self) -> References {
        let all = |parts: &[Written]| parts.iter().flat_map(Written::references).collect();
        match self {
            Written::Constant(_) => References::new(),
            Written::Reference(references) | Written::Other(references) => references.clone(),
            Written::List(parts) | Written::Text(parts) | Written::Choice(parts) => all(parts),
            Written::Call { arguments, .. } => all(arguments),
            Written::Object(members) => {
                members.iter().flat_map(|(_, part)| part.references()).collect()
            }
            Written::Encoded(of) | Written::Each { of, .. } | Written::Map { of, .. } => {
                of.references()
            }
            Written::Item { of, key, .. } => {
                let mut references = of.references();
                references.extend(key.references());
                references
            }
        }
    }
}

impl Configuration {
    /// The module that `address` is an instance of.
    #[must_use]
    pub fn module(&self, address: &ModuleAddress) -> Option<&Module> {
        address
            .names()
            .try_fold(&self.root, |module, name| module.calls.get(name).map(|call| &call.module))
    }

    /// What `references` in the module at `address` come to: the arguments of calls in the place
    /// of `var.…`, and the outputs of modules in that of `module.…`. What cannot be followed stays.
    #[must_use]
    pub fn followed<'a>(
        &'a self,
        address: &'a ModuleAddress,
        references: &[&'a str],
    ) -> Vec<&'a str> {
        let way: Vec<&str> = address.names().collect();
        let mut followed = Vec::new();
        self.follow(&way, references, LONGEST_WAY, &mut followed);
        followed
    }

    fn follow<'a>(
        &'a self,
        module: &[&'a str],
        references: &[&'a str],
        way: usize,
        followed: &mut Vec<&'a str>,
    ) {
        for &reference in references {
            let is_form_of = |longer: &&str| is_longer_form(longer, reference);
            let next = self.step(module, reference).zip(way.checked_sub(1));
            match next {
                Some(((module, given), way)) => {
                    let given: Vec<&str> = given.iter().map(|reference| &**reference).collect();
                    self.follow(&module, &given, way, followed);
                }
                // `module.a` beside `module.a.b` says nothing more.
                None if reference.starts_with("module.") && references.iter().any(is_form_of) => {}
                None => followed.push(reference),
            }
        }
    }

    /// The references that stand behind `reference`, and the module where they are written.
    pub(super) fn step<'a>(
        &'a self,
        module: &[&'a str],
        reference: &'a str,
    ) -> Option<(Vec<&'a str>, &'a References)> {
        let (root, rest) = reference.split_once('.')?;
        let name = |text: &'a str| text.split(['.', '[']).next().unwrap_or_default();
        match root {
            "var" => {
                let (call, parent) = module.split_last()?;
                let arguments = &self.at(parent)?.calls.get(*call)?.arguments;
                Some((parent.to_vec(), arguments.get(name(rest))?))
            }
            "module" => {
                let call = name(rest);
                let rest = rest.strip_prefix(call)?;
                let output = match rest.strip_prefix('[') {
                    Some(key) => key.split_once("].")?.1,
                    None => rest.strip_prefix('.')?,
                };
                let outputs = &self.at(module)?.calls.get(call)?.module.outputs;
                let inner = module.iter().copied().chain([call]).collect();
                Some((inner, outputs.get(name(output))?))
            }
            _ => None,
        }
    }

    pub(super) fn at(&self, names: &[&str]) -> Option<&Module> {
        names
            .iter()
            .try_fold(&self.root, |module, name| module.calls.get(*name).map(|call| &call.module))
    }
}

/// How many modules a reference is followed through.
pub(super) const LONGEST_WAY: usize = 32;

/// True for a reference to a part of what `reference` names, which says more of the same.
#[must_use]
pub fn is_longer_form(longer: &str, reference: &str) -> bool {
    longer.strip_prefix(reference).is_some_and(|rest| rest.starts_with(['.', '[']))
}
