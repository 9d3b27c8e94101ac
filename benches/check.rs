//! What `check` costs beside the floor: reading the same plan into `serde_json::Value`.
//!
//! `cargo bench --bench check` prints both for plans of 1,000, 10,000 and 100,000 resources;
//! the ratio is what counts. It also prints what the whole catalogue costs beside the twelve policies that
//! plangate began with, on 10,000 resources: the cost must grow with the pairs that match, and not
//! with the number of policies. `cargo run --release --example generate-plan -- 10000` writes the
//! same plans to files, for measuring whole processes.

mod generate;

use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput};
use plangate::base::Pattern;
use plangate::check::{self, Options, Policies, Progress};
use plangate::config::{Origin, Sourced};
use plangate::input::Document;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

struct Silent;

impl Progress for Silent {
    fn more(&self, _judgements: usize) {}
    fn done(&self, _judgements: usize) {}
}

fn benchmark(criterion: &mut Criterion) {
    let options = Options::default();
    let none: &[&Path] = &[];
    let policies = Policies::load(none, &options);
    let mut group = criterion.benchmark_group("plan");
    group.sample_size(10).measurement_time(Duration::from_secs(5));
    for resources in [1_000, 10_000, 100_000] {
        let plan = generate::plan(resources);
        group.throughput(Throughput::Bytes(plan.len() as u64));
        group.bench_function(BenchmarkId::new("serde_json::Value", resources), |bencher| {
            bencher.iter(|| black_box(serde_json::from_str::<serde_json::Value>(&plan)).is_ok());
        });
        group.bench_function(BenchmarkId::new("check", resources), |bencher| {
            bencher.iter(|| {
                let documents = vec![document(&plan)];
                black_box(check::check(documents, Vec::new(), &policies, &options, &Silent))
            });
        });
    }
    group.finish();
}

/// The policies that plangate began with.
const FIRST: [&str; 12] = [
    "aws-ec2-public-ip",
    "aws-eks-open-endpoint",
    "aws-eks-public-nodes",
    "aws-iam-wildcard-policy",
    "aws-rds-public-database",
    "aws-rds-unencrypted-storage",
    "aws-s3-unblocked-public-access",
    "aws-s3-unencrypted-bucket",
    "aws-vpc-open-admin-port",
    "google-gke-public-nodes",
    "google-network-open-admin-port",
    "terraform-operations-stateful-destruction",
];

fn policies(criterion: &mut Criterion) {
    let plan = generate::plan(10_000);
    let mut first = Options::default();
    let patterns = FIRST.iter().map(|id| Pattern::new(id));
    let patterns = patterns.map(|value| Sourced { value, origin: Origin::Default });
    first.config.policies.only = patterns.collect();
    let mut group = criterion.benchmark_group("policies");
    group.sample_size(10).measurement_time(Duration::from_secs(5));
    for (name, options) in [("first twelve", first), ("all", Options::default())] {
        let none: &[&Path] = &[];
        let policies = Policies::load(none, &options);
        let judged = check::check(vec![document(&plan)], Vec::new(), &policies, &options, &Silent);
        group.throughput(Throughput::Elements(judged.0.counts.total() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let documents = vec![document(&plan)];
                black_box(check::check(documents, Vec::new(), &policies, &options, &Silent))
            });
        });
    }
    group.finish();
}

fn document(plan: &str) -> Document {
    Document { label: "plan.json".to_owned(), bytes: plan.as_bytes().to_vec() }
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    benchmark(&mut criterion);
    policies(&mut criterion);
    criterion.final_summary();
}
