//! Embeds the built-in policies: every `.rego` file below `policies/`, the tests in
//! a table of their own.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use walkdir::WalkDir;

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("policies");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut policies = String::from("&[\n");
    let mut tests = policies.clone();
    for entry in WalkDir::new(&root).sort_by_file_name() {
        let entry = entry?;
        let path = entry.path();
        let name = path.strip_prefix(&root)?.to_string_lossy().replace('\\', "/");
        if entry.file_type().is_file() && name.ends_with(".rego") {
            let table = if name.ends_with("_test.rego") { &mut tests } else { &mut policies };
            writeln!(table, "    ({name:?}, include_str!({:?})),", path.display().to_string())?;
        }
    }
    let out = env::var("OUT_DIR")?;
    for (name, mut table) in [("policies.rs", policies), ("policy_tests.rs", tests)] {
        table.push_str("]\n");
        fs::write(Path::new(&out).join(name), table)?;
    }
    Ok(())
}
