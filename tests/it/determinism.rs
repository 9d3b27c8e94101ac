//! The same bytes come out, whatever the number of threads and the order of the input.

use plangate::input::Document;

use crate::support;

const PLANS: [&str; 4] = [
    "fixtures/scenarios/s3-static-website/violating/plan.json",
    "fixtures/scenarios/vpc-alb-asg-rds/violating/plan.json",
    "fixtures/scenarios/eks-gke/violating/plan.json",
    "fixtures/scenarios/state-and-secrets/violating/plan.json",
];

fn with_threads(threads: usize, format: &str) -> String {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| {
        let documents = PLANS.iter().map(|name| support::document(name)).collect();
        support::render(&support::check(documents), format)
    })
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    for format in ["json", "sarif", "pretty"] {
        let one = with_threads(1, format);
        for threads in [2, 8] {
            assert_eq!(one, with_threads(threads, format), "{format} with {threads} threads");
        }
    }
}

/// `text` with the elements of `resource_changes` in another order.
fn shuffled(text: &str, seed: usize) -> String {
    let mut plan: serde_json::Value = serde_json::from_str(text).unwrap();
    let changes = plan["resource_changes"].as_array_mut().unwrap();
    let length = changes.len();
    for index in 0..length {
        changes.swap(index, (index * 7 + seed) % length);
    }
    serde_json::to_string_pretty(&plan).unwrap()
}

/// A report without the digest of the bytes that were read.
fn without_digest(report: &str) -> String {
    let lines = report.lines().filter(|line| !line.trim_start().starts_with("\"sha256\""));
    lines.collect::<Vec<_>>().join("\n")
}

/// The places in a document are those of its own lines; all others stay.
fn without_places(report: &str) -> String {
    let places = ["\"line\"", "\"column\"", "\"end_line\"", "\"end_column\""];
    let regions = ["\"startLine\"", "\"startColumn\"", "\"endLine\"", "\"endColumn\""];
    let is_place =
        |line: &&str| places.iter().chain(&regions).any(|name| line.trim_start().starts_with(name));
    report.lines().filter(|line| !is_place(line)).collect::<Vec<_>>().join("\n")
}

fn report(name: &str, text: String, format: &str) -> String {
    let document = Document { label: name.to_owned(), bytes: text.into_bytes() };
    without_digest(&support::render(&support::check(vec![document]), format))
}

/// A bucket that is destroyed is in no source any more: the last plan is left out.
#[test]
fn any_order_of_resources_gives_the_same_bytes() {
    for name in &PLANS[..3] {
        let text = String::from_utf8(support::document(name).bytes).unwrap();
        for format in ["json", "sarif"] {
            let original = report(name, text.clone(), format);
            for seed in 1..4 {
                let shuffled = report(name, shuffled(&text, seed), format);
                assert!(original == shuffled, "{name} as {format}");
            }
        }
    }
}

#[test]
fn without_source_only_the_lines_of_the_document_differ() {
    for name in PLANS {
        let text = String::from_utf8(support::document(name).bytes).unwrap();
        for format in ["json", "sarif"] {
            let places = |text: String| without_places(&report("plan.json", text, format));
            assert!(places(text.clone()) == places(shuffled(&text, 5)), "{name} as {format}");
        }
    }
}
