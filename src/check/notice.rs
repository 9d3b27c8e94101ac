//! What the reader of a report should know of a plan besides its findings.

use std::collections::BTreeSet;

use crate::base::{Action, Mode};
use crate::model::{Model, Resource};

/// How many addresses a notice names.
const MOST_NAMED: usize = 3;

/// Providers that policies for the types of a prefix are written for.
const HOMES: [(&str, &[&str]); 3] = [
    ("aws_", &["hashicorp/aws"]),
    ("azurerm_", &["hashicorp/azurerm"]),
    ("google_", &["hashicorp/google", "hashicorp/google-beta"]),
];

/// The notices about `model`.
pub(super) fn notices(model: &Model) -> Vec<String> {
    let mut notices = Vec::new();
    notices.extend(forgotten(model));
    let failed = model.checks.iter().filter(|check| matches!(&*check.status, "fail" | "error"));
    notices.extend(
        failed.map(|check| {
            format!("the plan says that a condition of {} does not hold", check.address)
        }),
    );
    notices.extend(forks(model));
    notices
}

/// What leaves management stays alive, and nobody judges it any more.
fn forgotten(model: &Model) -> Option<String> {
    let is_forgotten = |resource: &&Resource| match resource.action {
        Action::Forget => true,
        // An object is made anew, and the old one is not destroyed.
        Action::Create => resource.before.is_some(),
        _ => false,
    };
    let addresses = model.resources.iter().filter(is_forgotten).map(Resource::label);
    let named = named(addresses.collect());
    (!named.is_empty()).then(|| {
        format!("objects stay alive that are managed no more, and were not judged: {named}")
    })
}

/// A provider that calls its types as another does is judged as that one.
fn forks(model: &Model) -> Vec<String> {
    let mut forks = BTreeSet::new();
    for resource in model.resources.iter().filter(|r| r.address.mode == Mode::Managed) {
        let resource_type = &resource.address.resource_type;
        let home = HOMES.iter().find(|(prefix, _)| resource_type.starts_with(prefix));
        let Some((prefix, homes)) = home else { continue };
        let provider = &*resource.provider;
        let is_home = homes.iter().any(|home| {
            ["", "registry.terraform.io/", "registry.opentofu.org/"]
                .iter()
                .any(|host| provider.strip_prefix(host) == Some(home))
        });
        // Terraform 0.12 says the local name alone.
        if !is_home && provider.contains('/') {
            forks.insert((provider, *prefix, homes.join(" and ")));
        }
    }
    let notice = |(provider, prefix, homes): (&str, &str, String)| {
        format!(
            "{provider} is judged by the policies for {homes}, whose types begin with {prefix} too"
        )
    };
    forks.into_iter().map(notice).collect()
}

/// The first of `addresses`, and how many more there are.
pub(super) fn named(mut addresses: Vec<String>) -> String {
    let more = addresses.len().saturating_sub(MOST_NAMED);
    addresses.truncate(MOST_NAMED);
    let named = addresses.join(", ");
    if more > 0 { format!("{named} and {more} more") } else { named }
}
