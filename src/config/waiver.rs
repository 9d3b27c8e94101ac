//! The tables `[[waiver]]`, `[waivers]`, `[ignores]` and `[baseline]`: what somebody accepts, and
//! whose word counts.

use super::error::ConfigError;
use super::node::Node;
use super::origin::{Origin, Sourced};
use super::table::Table;
use crate::base::{Date, Pattern, Source};

/// How many days ahead a waiver may end, unless somebody says otherwise.
const DEFAULT_DAYS: u64 = 90;

/// A fault that somebody accepts for some time.
#[derive(Debug, Clone)]
pub struct Waiver {
    /// The policy, by its id or an alias.
    pub policy: Sourced<String>,
    /// The address of the resource, or a pattern of addresses.
    pub address: Pattern,
    /// The attribute; without it, all of the resource.
    pub attribute: Option<String>,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// Where it is tracked.
    pub ticket: Option<String>,
    /// The last day on which it counts.
    pub until: Date,
    /// Where it stands.
    pub origin: Origin,
}

impl Waiver {
    /// Everything that it says, on a line: two that say the same are the same.
    #[must_use]
    pub fn to_line(&self) -> String {
        let Waiver { policy, address, attribute, reason, owner, ticket, until, .. } = self;
        let policy = &policy.value;
        let address = address.as_str();
        format!("{policy:?} {address:?} {attribute:?} {reason:?} {owner:?} {ticket:?} {until}")
    }
}

/// The table `[waivers]`.
#[derive(Debug, Clone)]
pub struct WaiverSettings {
    /// How many days ahead a waiver may end.
    pub max_days: u64,
    /// Files with more of them.
    pub files: Vec<Sourced<String>>,
}

impl Default for WaiverSettings {
    fn default() -> Self {
        WaiverSettings { max_days: DEFAULT_DAYS, files: Vec::new() }
    }
}

/// The table `[ignores]`.
#[derive(Debug, Clone)]
pub struct IgnoreSettings {
    /// Comments in source count.
    pub comments: bool,
    /// The other tools whose comments count too.
    pub tools: Vec<Sourced<String>>,
}

impl Default for IgnoreSettings {
    fn default() -> Self {
        IgnoreSettings { comments: true, tools: Vec::new() }
    }
}

/// Reads the tables `[[waiver]]`.
pub(super) fn read(table: &mut Table<'_>) -> Vec<Waiver> {
    table.tables("waiver", waiver).into_iter().flatten().collect()
}

/// Reads a file that holds waivers and nothing else.
///
/// # Errors
/// Everything that is wrong in it, each at its place.
pub fn read_waivers(source: &Source) -> Result<Vec<Waiver>, Vec<ConfigError>> {
    let root = Node::parse(source)?;
    let mut table = Table::new("", &root).map_err(|error| vec![error])?;
    let waivers = read(&mut table);
    let mut errors = table.finish();
    errors.sort_by_key(|error| error.origin.order());
    if errors.is_empty() { Ok(waivers) } else { Err(errors) }
}

fn waiver(table: &mut Table<'_>) -> Option<Waiver> {
    let origin = table.origin().clone();
    let policy = table.required::<String>("policy", "name the policy by its id or an alias");
    let address = table.required::<Pattern>(
        "address",
        "give the address of the resource as reports show it; `*` stands for any text",
    );
    let attribute = table.value::<String>("attribute");
    let reason = table.required::<String>("reason", "say why this is acceptable");
    let owner = table.required::<String>("owner", "say who answers for it");
    let ticket = table.value::<String>("ticket");
    let until =
        table.required::<Date>("until", "give the last day on which it counts, as `2027-01-31`");
    let policy = policy?;
    if policy.value.contains(['*', '?']) {
        let help = "name each policy in a waiver of its own";
        table.refuse(&policy.origin, "a waiver accepts the fault of one policy", help);
        return None;
    }
    Some(Waiver {
        policy,
        address: address?.value,
        attribute: attribute.map(|attribute| attribute.value),
        reason: reason?.value,
        owner: owner?.value,
        ticket: ticket.map(|ticket| ticket.value),
        until: until?.value,
        origin,
    })
}
