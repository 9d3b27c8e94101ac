//! What `check` costs beside the floor: reading the same plan into `serde_json::Value`.
//!
//! `cargo bench --bench check` prints both for plans of 1,000, 10,000 and 100,000 resources;
//! the ratio is what counts. `cargo run --release --example generate-plan -- 10000` writes the
//! same plans to files, for measuring whole processes.

mod generate;

use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput};
use plangate::check::{self, Options, Policies, Progress};
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
                let bytes = plan.clone().into_bytes();
                let document = Document { label: "plan.json".to_owned(), bytes };
                black_box(check::check(vec![document], Vec::new(), &policies, &options, &Silent))
            });
        });
    }
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    benchmark(&mut criterion);
    criterion.final_summary();
}
