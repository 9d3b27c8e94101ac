//! Prints a plan of a given size: `cargo run --release --example generate-plan -- 10000 > plan.json`.

#[path = "generate.rs"]
mod generate;

use std::io::{self, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let resources = match (arguments.next().map(|count| count.parse()), arguments.next()) {
        (Some(Ok(resources)), None) => resources,
        _ => return usage(),
    };
    match writeln!(io::stdout().lock(), "{}", generate::plan(resources)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Reports the usage on standard error; the exit code is the one of a usage error.
fn usage() -> ExitCode {
    let text = b"usage: generate-plan RESOURCES\n";
    io::stderr().write_all(text).map_or(ExitCode::FAILURE, |()| ExitCode::from(2))
}

#[cfg(test)]
mod tests {
    use super::generate;

    #[test]
    fn a_plan_has_the_resources_asked_for() {
        for resources in [0, 1, 39, 40, 41, 1_000] {
            let plan: serde_json::Value =
                serde_json::from_str(&generate::plan(resources)).expect("JSON");
            let changes = plan["resource_changes"].as_array().expect("changes");
            let addresses: std::collections::BTreeSet<_> =
                changes.iter().map(|change| change["address"].as_str()).collect();
            assert_eq!((changes.len(), addresses.len()), (resources, resources));
        }
    }

    #[test]
    fn a_plan_grows_with_its_resources() {
        let [small, large] = [1_000, 10_000].map(|resources| generate::plan(resources).len());
        assert!((2_000_000..2_500_000).contains(&small), "{small}");
        assert!((9 * small..11 * small).contains(&large), "{large}");
    }
}
