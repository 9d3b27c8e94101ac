//! Floor 2: policies as files with metadata.
//!
//! Finds them (built in, or below a directory of the user's), reads their `# METADATA` and
//! checks what can be checked on the text alone. Compiling and evaluating is `engine/`.

mod annotation;
pub mod bundle;
mod case_file;
mod error;
mod framework;
mod lint;
mod metadata;
mod nesting;
pub mod policy_set;
pub mod raw;
mod source;

use std::collections::BTreeMap;

use crate::base::likeness::folded;
use crate::base::{Enforcement, Pattern, PolicyId, Source};
pub use annotation::{Annotation, annotations};
pub use case_file::read_cases;
pub use error::{PolicyError, PolicyFault};
pub use framework::{Control, Coverage, numbers};
pub use lint::{Lint, LintRule};
pub use metadata::{Assumption, Examples, Metadata, Need, Parameter, ParameterType, Scope};
pub use source::{
    Origin, PolicyFile, bad_bundle, built_in, built_in_tests, files_below, from_bundle,
    from_contents, read_archive, read_directory, read_files, texts, unreadable_directory,
};

/// A policy: what it is called, what it says of itself, and its source.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Its identity, from its path.
    pub id: PolicyId,
    /// Its package, such as `policies.aws.s3.unencrypted_bucket`.
    pub package: String,
    /// What its metadata block says.
    pub metadata: Metadata,
    /// How strictly it asks to be enforced where the configuration does not name it.
    pub level: Option<Enforcement>,
    /// Where it came from.
    pub origin: Origin,
    /// Its text.
    pub source: Source,
}

impl Policy {
    /// True for a policy that sees a document as other tools show it, where what is known only
    /// after apply is absent: its verdicts are never undetermined.
    #[must_use]
    pub fn is_two_valued(&self) -> bool {
        self.metadata.scope == Scope::Document
    }

    /// True when `name` is its id or an alias of it. Names are the same in either case, and
    /// however their words are joined.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        let name = folded(name);
        self.names().any(|own| folded(own) == name)
    }

    /// True when `pattern` stands for its id or an alias of it.
    #[must_use]
    pub fn matches(&self, pattern: &Pattern) -> bool {
        let folded_pattern = Pattern::new(&folded(pattern.as_str()));
        self.names().any(|own| folded_pattern.matches(&folded(own)))
    }

    /// The first parameter that the policy cannot do without and that nobody set.
    #[must_use]
    pub fn unset_parameter(&self) -> Option<&str> {
        let mut params = self.metadata.params.iter();
        let unset = params.find(|(_, parameter)| parameter.required && parameter.set.is_none());
        unset.map(|(name, _)| name.as_str())
    }

    /// Its id and its aliases.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let aliases = self.metadata.aliases.iter().map(String::as_str);
        std::iter::once(self.id.as_str()).chain(aliases)
    }

    /// True for a text that the policy holds as it is: no value was put into it.
    #[must_use]
    pub fn says(&self, text: &str) -> bool {
        self.source.text().contains(text)
    }
}

/// Refuses a text on which the interpreter would spend hours.
///
/// # Errors
/// The place.
pub fn check_text(source: &Source) -> Result<(), Box<PolicyError>> {
    nesting::check(source)
}

/// A library: rules that policies import.
#[derive(Debug, Clone)]
pub struct Library {
    /// Its package, such as `policies.lib.network`.
    pub package: String,
    /// Its text.
    pub source: Source,
}

/// Everything that was loaded, and what could not be.
#[derive(Debug, Default)]
pub struct PolicySet {
    /// The policies by id.
    pub policies: BTreeMap<PolicyId, Policy>,
    /// The libraries by package.
    pub libraries: BTreeMap<String, Library>,
    /// The files of tests.
    pub tests: Vec<PolicyFile>,
    /// Files that could not be loaded. The others stand.
    pub errors: Vec<PolicyError>,
}

impl PolicySet {
    /// Sorts `files` into policies and libraries, by their paths, and sets tests aside.
    #[must_use]
    pub fn load(files: Vec<PolicyFile>) -> Self {
        let mut set = PolicySet::default();
        for file in files {
            let is_test = file.is_test();
            let added = if is_test { nesting::check(&file.source) } else { set.add(&file) };
            match added {
                Ok(()) if is_test => set.tests.push(file),
                Ok(()) => {}
                Err(error) => set.errors.push(*error),
            }
        }
        set
    }

    fn add(&mut self, file: &PolicyFile) -> Result<(), Box<PolicyError>> {
        nesting::check(&file.source)?;
        let id = PolicyId::from_path(&file.path)
            .map_err(|error| PolicyError::whole_file(&file.source, error.into()))?;
        let package = PolicyId::package_of(&file.path);
        self.refuse_twin(&package, &file.source)?;
        let source = file.source.clone();
        if file.is_library() {
            metadata::read_library(&source)?;
            self.libraries.insert(package.clone(), Library { package, source });
        } else {
            let metadata = metadata::read_policy(&source)?;
            let (id, level, origin) = (id.clone(), None, file.origin);
            let policy = Policy { id: id.clone(), package, metadata, level, origin, source };
            self.policies.insert(id, policy);
        }
        Ok(())
    }

    /// Two files of one package would be merged into one policy, silently.
    fn refuse_twin(&self, package: &str, source: &Source) -> Result<(), Box<PolicyError>> {
        let libraries = self.libraries.values().map(|library| (&library.package, &library.source));
        let policies = self.policies.values().map(|policy| (&policy.package, &policy.source));
        match policies.chain(libraries).find(|(other, _)| *other == package) {
            None => Ok(()),
            Some((_, other)) => {
                let fault = PolicyFault::DuplicatePackage {
                    package: package.to_owned(),
                    other: other.name().to_owned(),
                };
                Err(PolicyError::whole_file(source, fault))
            }
        }
    }
}
