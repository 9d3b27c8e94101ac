//! What reading Terraform source costs beside the floor: hcl-edit alone on the same files.
//!
//! The files are those of `fixtures/`, and of the directory in `PLANGATE_CORPUS` where it is set.
//! The first line says how many of them hcl-edit takes, and how many the fallback.

use std::hint::black_box;
use std::path::{Path, PathBuf};

use criterion::{Criterion, Throughput};
use plangate::input::terraform::source::{FileNotice, SourceFile};
use walkdir::WalkDir;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn files() -> Vec<(String, Vec<u8>)> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let corpus = std::env::var_os("PLANGATE_CORPUS").map(PathBuf::from);
    let mut files = Vec::new();
    for root in [Some(fixtures), corpus].into_iter().flatten() {
        for entry in WalkDir::new(root).sort_by_file_name().into_iter().flatten() {
            let path = entry.path();
            if path.extension().is_some_and(|extension| extension == "tf")
                && let Ok(bytes) = std::fs::read(path)
            {
                files.push((path.display().to_string(), bytes));
            }
        }
    }
    files
}

#[expect(clippy::print_stdout, reason = "the rate is what a reader of the benchmark looks for")]
fn say(files: &[(String, Vec<u8>)]) {
    let parse = |(name, bytes): &(String, Vec<u8>)| SourceFile::parse(name, bytes.clone()).notice;
    let notices: Vec<Option<FileNotice>> = files.iter().map(parse).collect();
    let fallen = notices.iter().flatten().count();
    println!("{} files: {} by hcl-edit, {fallen} with a notice", files.len(), files.len() - fallen);
}

fn benchmark(criterion: &mut Criterion) {
    let files = files();
    say(&files);
    let bytes = files.iter().map(|(_, bytes)| bytes.len() as u64).sum();
    let mut group = criterion.benchmark_group("source");
    group.sample_size(20).throughput(Throughput::Bytes(bytes));
    group.bench_function("hcl-edit", |bencher| {
        bencher.iter(|| {
            for (_, bytes) in &files {
                let text = String::from_utf8_lossy(bytes);
                let _ = black_box(hcl_edit::parser::parse_body(&text));
            }
        });
    });
    group.bench_function("plangate", |bencher| {
        bencher.iter(|| {
            for (name, bytes) in &files {
                black_box(SourceFile::parse(name, bytes.clone()));
            }
        });
    });
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    benchmark(&mut criterion);
    criterion.final_summary();
}
