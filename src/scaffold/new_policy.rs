//! A new policy and its test, from templates that pass.

use crate::base::PolicyId;
use crate::policy;

const POLICY: &str = include_str!("templates/new/policy.rego");
const TEST: &str = include_str!("templates/new/policy_test.rego");

/// What the types of resources begin with, by the first directory of a policy.
const PROVIDERS: [(&str, &str); 4] =
    [("aws", "aws"), ("azure", "azurerm"), ("azurerm", "azurerm"), ("google", "google")];

/// A policy to begin with.
#[derive(Debug)]
pub struct NewPolicy {
    /// What it will be called.
    pub id: PolicyId,
    /// The type that it judges.
    pub resource_type: String,
    /// The type was guessed from the name.
    pub is_guessed: bool,
    /// Paths below the directory of policies, and texts.
    pub files: [(String, String); 2],
}

/// Why there can be no such policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct NewPolicyError {
    /// What is wrong.
    pub reason: String,
    /// What to do.
    pub help: String,
}

/// The policy called `name`, such as `aws/s3/unlogged_bucket`, which judges resources of a type by
/// one of their attributes.
///
/// # Errors
/// When the name is none for a policy, or belongs to one already, and what would be right.
pub fn new_policy(
    name: &str,
    resource_type: Option<&str>,
    attribute: &str,
) -> Result<NewPolicy, NewPolicyError> {
    let stem = name.strip_suffix(".rego").unwrap_or(name);
    let path = format!("{stem}.rego");
    let id = PolicyId::from_path(&path).ok().filter(|_| stem.contains('/'));
    let Some(id) = id.filter(|_| !stem.starts_with("lib/") && !stem.ends_with("_test")) else {
        return Err(bad_name(stem));
    };
    if let Some(built_in) = policy::built_in()
        .into_iter()
        .find(|file| PolicyId::from_path(&file.path).is_ok_and(|known| known == id))
    {
        return Err(NewPolicyError {
            reason: format!("there is a built-in policy {id} already"),
            help: format!(
                "`plangate explain {id}` says what it judges; a policy of your own needs another name \
                 than {}",
                built_in.path
            ),
        });
    }
    let guess = guessed_type(stem);
    let is_guessed = resource_type.is_none();
    let resource_type =
        resource_type.map(str::to_owned).or(guess).ok_or_else(|| NewPolicyError {
            reason: format!("nobody can tell from `{stem}` which resources the policy judges"),
            help: "name their type: `--type aws_s3_bucket`".to_owned(),
        })?;
    for (what, word) in [("type", resource_type.as_str()), ("attribute", attribute)] {
        if !is_word(word) {
            return Err(NewPolicyError {
                reason: format!("`{word}` is no {what}"),
                help: format!(
                    "write the {what} as Terraform does, such as {}",
                    match what {
                        "type" => "`aws_s3_bucket`",
                        _ => "`tags`",
                    }
                ),
            });
        }
    }
    let package = PolicyId::package_of(&path);
    let last = stem.rsplit('/').next().unwrap_or_default();
    let fill = |template: &str| {
        template
            .replace("{title}", &title(last))
            .replace("{type}", &resource_type)
            .replace("{attribute}", attribute)
            .replace("{package}", &package)
            .replace("{data}", &format!("data.{package}"))
    };
    let files = [(path, fill(POLICY)), (format!("{stem}_test.rego"), fill(TEST))];
    Ok(NewPolicy { id, resource_type, is_guessed, files })
}

fn bad_name(stem: &str) -> NewPolicyError {
    let reason = format!("`{stem}` cannot name a policy");
    let words = stem.to_lowercase();
    let words: Vec<String> = words
        .split('/')
        .map(|word| {
            let word = word.trim_start_matches(|c: char| !c.is_ascii_lowercase());
            word.replace(|c: char| !c.is_ascii_lowercase() && !c.is_ascii_digit(), "_")
        })
        .filter(|word| !word.is_empty() && word != "lib")
        .collect();
    let words = words.join("/");
    let words = words.trim_end_matches("_test");
    let offer = match words.contains('/') && PolicyId::from_path(&format!("{words}.rego")).is_ok() {
        true => words.to_owned(),
        false => "aws/s3/unlogged_bucket".to_owned(),
    };
    let help = format!(
        "a policy is called after its path: directories, then the fault, in lower-case words, such as \
         `{offer}`"
    );
    NewPolicyError { reason, help }
}

/// `aws_s3_bucket` for `aws/s3/unlogged_bucket`.
fn guessed_type(stem: &str) -> Option<String> {
    let mut words = stem.split('/');
    let (provider, service, fault) = (words.next()?, words.next()?, words.next()?);
    let (_, prefix) = PROVIDERS.iter().find(|(name, _)| *name == provider)?;
    Some(format!("{prefix}_{service}_{}", fault.rsplit('_').next()?))
}

/// `unlogged_bucket` as the beginning of a sentence.
fn title(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut characters = words.chars();
    characters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_guessed_from_names() {
        for (name, expected) in [
            ("aws/s3/unlogged_bucket", Some("aws_s3_bucket")),
            ("azure/storage/open_account", Some("azurerm_storage_account")),
            ("google/sql/unencrypted_database", Some("google_sql_database")),
            ("team/storage/unnamed_bucket", None),
        ] {
            assert_eq!(guessed_type(name).as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn what_cannot_be_a_name_is_answered_with_one_that_can() {
        for (name, offer) in [
            ("AWS/S3/Unlogged-Bucket", "`aws/s3/unlogged_bucket`"),
            ("unlogged_bucket", "`aws/s3/unlogged_bucket`"),
            ("team/no bucket", "`team/no_bucket`"),
            ("lib/network/x", "`network/x`"),
            ("team/a_test", "`team/a`"),
            ("", "`aws/s3/unlogged_bucket`"),
        ] {
            let error = new_policy(name, Some("aws_s3_bucket"), "tags").unwrap_err();
            assert!(error.help.contains(offer), "{name}: {}", error.help);
        }
    }
}
