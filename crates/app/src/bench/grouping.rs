//! Grouping alone: records in memory, one core.

use std::hash::{BuildHasher as _, RandomState};
use std::hint::black_box;
use std::time::Duration;

use biaochi_grouper::{Scheme, Stay};
use biaochi_records::{CompactString, FrontPage};
use biaochi_synth::{Options, Population};

use super::{Bar, Baseline, BenchError, BenchOptions, Figure, Localised, memory, rate, timed};
use crate::synthesise::SynthesiseError;
use crate::{Content, stay_of};

/// Different records in memory; they are gone through again until the count is reached.
const DIFFERENT: u64 = 50_000;

const SCHEME: &str = "chs_drg_11";

pub(super) fn measure(
    content: &Content,
    options: &BenchOptions,
    show: &mut impl FnMut(Figure),
) -> Result<(), BenchError> {
    let (loaded, loading) = timed(|| content.scheme(SCHEME));
    let loaded = loaded?;
    show(Figure {
        what: Localised::new(
            format!("加载并编译方案 {SCHEME}"),
            format!("load and compile scheme {SCHEME}"),
        ),
        value: loading.as_secs_f64() * 1000.0,
        unit: "ms",
        bar: Some(Bar::AtMost(150.0)),
        baseline: None,
    });
    all_schemes(content, show)?;

    let population = Population::new(Options {
        discharges: DIFFERENT,
        ..Options::default()
    })
    .map_err(SynthesiseError::from)?;
    let pages: Vec<FrontPage> = population.map(|stay| stay.page).collect();
    let codes: Vec<Codes> = pages.iter().map(Codes::of).collect();
    let stays: Vec<CompactStay<'_>> = pages
        .iter()
        .zip(&codes)
        .map(|(page, codes)| stay_of(page, false).with_codes(&codes.diagnoses, &codes.procedures))
        .collect();
    let records = options.records.max(DIFFERENT);
    let baseline = hashing(&stays, records);
    let plain = one_core(&stays, records, |stay| {
        black_box(loaded.scheme.group(stay));
    });
    let what = Localised::new(
        format!("分组，单核，内存中，{records} 条"),
        format!("grouping, one core, in memory, {records} records"),
    );
    show(figure(what, records, plain, 1_000_000.0, records, baseline));
    let explained = records / 5;
    let reasons = one_core(&stays, explained, |stay| {
        black_box(loaded.scheme.explain(stay));
    });
    let what = Localised::new(
        format!("分组并留下完整理由，单核，{explained} 条"),
        format!("grouping with the full trace, one core, {explained} records"),
    );
    show(figure(
        what, explained, reasons, 150_000.0, records, baseline,
    ));
    Ok(())
}

/// Memory of every scheme at once.
fn all_schemes(content: &Content, show: &mut impl FnMut(Figure)) -> Result<(), BenchError> {
    let published: Vec<String> = content
        .library()
        .scheme_ids()
        .filter(|id| !id.ends_with("-mended"))
        .map(str::to_owned)
        .collect();
    let mut bytes = 0;
    let mut slowest = Duration::ZERO;
    for id in &published {
        let (loaded, time) = timed(|| content.scheme(id));
        bytes += Scheme::memory(&loaded?.scheme);
        slowest = slowest.max(time);
    }
    let count = published.len();
    show(Figure {
        what: Localised::new(
            format!("{count} 套方案中加载最慢的一套"),
            format!("the slowest of {count} schemes to load"),
        ),
        value: slowest.as_secs_f64() * 1000.0,
        unit: "ms",
        bar: Some(Bar::AtMost(150.0)),
        baseline: None,
    });
    show(Figure {
        what: Localised::new(
            format!("{count} 套方案同时在内存中"),
            format!("{count} schemes in memory at once"),
        ),
        value: bytes as f64 / (1 << 20) as f64,
        unit: "MiB",
        bar: Some(Bar::AtMost(250.0)),
        baseline: None,
    });
    if let Some(peak) = memory::peak_mib() {
        show(Figure {
            what: Localised::new("此时进程的峰值内存", "peak memory of the process so far"),
            value: peak,
            unit: "MiB",
            bar: None,
            baseline: None,
        });
    }
    Ok(())
}

/// A record's codes without the names and flags beside them, as an embedding program keeps them.
struct Codes {
    diagnoses: Vec<CompactString>,
    procedures: Vec<CompactString>,
}

impl Codes {
    fn of(page: &FrontPage) -> Self {
        Self {
            diagnoses: page
                .diagnoses
                .iter()
                .map(|diagnosis| diagnosis.code.clone())
                .collect(),
            procedures: page
                .procedures
                .iter()
                .map(|procedure| procedure.code.clone())
                .collect(),
        }
    }
}

type CompactStay<'a> = Stay<'a, CompactString, CompactString>;

fn one_core(
    stays: &[CompactStay<'_>],
    records: u64,
    mut work: impl FnMut(&CompactStay<'_>),
) -> Duration {
    let repeated = stays.iter().cycle().take(records as usize);
    timed(|| repeated.for_each(&mut work)).1
}

/// The least that any grouper does: look at every code once.
fn hashing(stays: &[CompactStay<'_>], records: u64) -> Duration {
    let hasher = RandomState::new();
    one_core(stays, records, |stay| {
        for code in stay.diagnoses.iter().chain(stay.procedures) {
            black_box(hasher.hash_one(code.as_str()));
        }
    })
}

fn figure(
    what: Localised,
    records: u64,
    time: Duration,
    bar: f64,
    baseline_records: u64,
    baseline: Duration,
) -> Figure {
    Figure {
        what,
        value: rate(records, time),
        unit: "records/s",
        bar: Some(Bar::AtLeast(bar)),
        baseline: Some(Baseline {
            what: Localised::new(
                "仅用标准库散列每个编码一次",
                "hashing every code once with the standard library",
            ),
            value: rate(baseline_records, baseline),
        }),
    }
}
