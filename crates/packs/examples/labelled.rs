//! Groups whole files of labelled cases and compares every answer.
//!
//! `cargo run --release -p biaochi-packs --example labelled -- <folder with <scheme>.csv.gz> [scheme …]`
//!
//! The columns of a case file are id, sex, age, age_days, weight, dept, los, leaving, icu_hours, dx,
//! px, trans and the expected status, mdc, adrg, drg.
#![expect(
    clippy::print_stdout,
    reason = "an example talks to the person who runs it"
)]

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::time::Instant;

use biaochi_grouper::{Scheme, Stay};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments
        .next()
        .ok_or("usage: labelled <folder> [scheme …]")?;
    let wanted: Vec<String> = arguments.collect();
    let (mut all, mut agreeing) = (0, 0);
    for entry in biaochi_packs::library().scheme_ids() {
        let path = Path::new(&folder).join(format!("{entry}.csv.gz"));
        if !path.is_file() || !wanted.is_empty() && !wanted.iter().any(|id| id == entry) {
            continue;
        }
        let start = Instant::now();
        let definition = biaochi_packs::load_scheme(entry)?;
        let loaded = start.elapsed();
        let scheme = Scheme::compile(&definition).map_err(|problems| {
            format!(
                "{entry}: {} problems: {:?}",
                problems.len(),
                problems.first()
            )
        })?;
        let compiled = start.elapsed();
        let mut text = Vec::new();
        flate2::read::GzDecoder::new(fs::File::open(path)?).read_to_end(&mut text)?;
        let (cases, good) = run(&scheme, &text)?;
        println!(
            "{entry:<16} {good}/{cases} agree   load {loaded:.1?}, with compile {compiled:.1?}"
        );
        all += cases;
        agreeing += good;
    }
    println!("{agreeing}/{all} agree");
    if agreeing == all {
        Ok(())
    } else {
        Err("not all cases agree".into())
    }
}

fn run(scheme: &Scheme, text: &[u8]) -> Result<(usize, usize), Box<dyn std::error::Error>> {
    let (mut cases, mut good) = (0, 0);
    for record in csv::Reader::from_reader(text).records() {
        let record = record?;
        let field = |index: usize| record.get(index).unwrap_or_default();
        let codes = |index: usize| -> Vec<&str> {
            field(index)
                .split('|')
                .filter(|code| !code.is_empty())
                .collect()
        };
        let (diagnoses, procedures) = (codes(9), codes(10));
        let stay = Stay {
            sex: field(1).parse().ok(),
            age: field(2).parse().ok(),
            age_days: field(3).parse().ok(),
            weight: field(4).parse().ok(),
            department: field(5),
            length_of_stay: field(6).parse().ok(),
            disposition: field(7),
            icu_hours: field(8).parse().ok(),
            translate: field(11) == "1",
            ..Stay::new(&diagnoses, &procedures)
        };
        let found = scheme.group(&stay);
        let found = [found.status.label(), found.mdc, found.adrg, found.drg];
        let expected = [field(12), field(13), field(14), field(15)];
        cases += 1;
        good += usize::from(found == expected);
        if found != expected && cases - good <= 3 {
            println!(
                "  case {}: expected {expected:?}, found {found:?}",
                field(0)
            );
        }
    }
    Ok((cases, good))
}
