//! Floor 4: what a new user begins with. Texts for `plangate init` and `plangate new`; writing them is
//! `cli/`.

mod new_policy;

pub use new_policy::{NewPolicy, NewPolicyError, new_policy};

/// A file to begin with.
#[derive(Debug, Clone, Copy)]
pub struct Template {
    /// Its path below the directory that is set up.
    pub path: &'static str,
    /// Its text.
    pub text: &'static str,
}

/// A service that runs plangate before `apply`, and how.
#[derive(Debug, Clone, Copy)]
pub struct Service {
    /// What it is called on the command line.
    pub name: &'static str,
    /// What it reads.
    pub template: Template,
    /// What is left to do by hand.
    pub next: &'static str,
}

/// What every project begins with.
pub const TEMPLATES: &[Template] = &[
    Template { path: "plangate.toml", text: include_str!("templates/plangate.toml") },
    Template {
        path: "policies/team/storage/unnamed_bucket.rego",
        text: include_str!("templates/policies/team/storage/unnamed_bucket.rego"),
    },
    Template {
        path: "policies/team/storage/unnamed_bucket_test.rego",
        text: include_str!("templates/policies/team/storage/unnamed_bucket_test.rego"),
    },
];

/// The services that there is a template for.
pub const SERVICES: &[Service] = &[
    Service {
        name: "github",
        template: Template {
            path: ".github/workflows/plangate.yml",
            text: include_str!("templates/github.yml"),
        },
        next: "say in it where plangate is hosted, and give the job credentials to plan with",
    },
    Service {
        name: "gitlab",
        template: Template {
            path: ".gitlab/plangate.yml",
            text: include_str!("templates/gitlab.yml"),
        },
        next: "add `include: .gitlab/plangate.yml` to `.gitlab-ci.yml`",
    },
    Service {
        name: "atlantis",
        template: Template { path: "atlantis.yaml", text: include_str!("templates/atlantis.yaml") },
        next: "let the server's configuration allow custom workflows for this repository, or move \
               the workflow there, where a pull request cannot change it",
    },
];
