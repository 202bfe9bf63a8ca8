//! How long the code packs take to load and to search:
//! `cargo run --release -p biaochi-packs --example codes_speed`.
#![expect(
    clippy::print_stdout,
    reason = "a program that prints its measurements"
)]

use std::time::{Duration, Instant};

use biaochi_packs::codes::{Codes, DIAGNOSES};

/// What a coder types, of every kind that the search knows.
const QUERIES: [&str; 12] = [
    "I21",
    "a",
    "e11.9",
    "急性阑尾炎",
    "癌",
    "糖尿病 肾病",
    "2型糖尿病伴有视网膜病变的",
    "jxlwy",
    "tnb",
    "ca",
    "患者三年前因胆囊结石在外院行腹腔镜下胆囊切除术后出现的慢性腹泻待查",
    "𬌗",
];

/// The shortest of five, since other programs disturb.
fn best(mut run: impl FnMut()) -> Duration {
    let once = || {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    std::iter::repeat_with(once)
        .take(5)
        .min()
        .unwrap_or_default()
}

fn main() {
    let before = resident();
    let start = Instant::now();
    let codes = Codes::embedded();
    println!("load all code packs, first time  {:?}", start.elapsed());
    println!(
        "load all code packs              {:?}",
        best(|| drop(Codes::load(&[])))
    );
    println!(
        "memory after loading             {} KiB",
        resident().saturating_sub(before)
    );
    let Some(system) = codes.system(DIAGNOSES) else {
        return;
    };
    let start = Instant::now();
    system.search("jx", 1);
    println!(
        "index of {} diagnoses         {:?}",
        system.len(),
        start.elapsed()
    );
    println!(
        "memory with the index            {} KiB",
        resident().saturating_sub(before)
    );
    for query in QUERIES {
        let hits = system.search(query, 20);
        let time = best(|| drop(system.search(query, 20)));
        println!("{time:>10.1?}  {query}  ({} hits)", hits.len());
        for hit in hits.iter().take(4) {
            println!(
                "            {} {:?} {:?}",
                hit.concept.code(),
                hit.matched,
                hit.reason
            );
        }
    }
    let start = Instant::now();
    let found = system
        .concepts()
        .iter()
        .filter(|c| system.get(c.code()).is_some())
        .count();
    println!("{found} codes looked up in {:?}", start.elapsed());
}

/// Memory of the process in KiB, zero where the system does not tell.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .unwrap_or_default();
    line.split_whitespace()
        .next()
        .and_then(|number| number.parse().ok())
        .unwrap_or(0)
}
