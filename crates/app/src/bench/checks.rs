//! Checks alone: records in memory on all cores, one record by itself, and the making of a set.

use std::hint::black_box;
use std::time::{Duration, Instant};

use biaochi_domain::Language;
use biaochi_records::FrontPage;
use biaochi_synth::{DefectRates, Options, Population};
use biaochi_warehouse::WorkspaceKey;
use biaochi_warehouse::checks::{CompiledChecks, RecordEncoder};
use biaochi_warehouse::query::RecordBatch;
use biaochi_warehouse::tables::{DischargeEncoder, Source};

use super::{Bar, Baseline, BenchError, BenchOptions, Figure, Localised, rate, timed};
use crate::check::{CheckOptions, NATIONAL, RecordChecker, compile};
use crate::demo::SCHEME;
use crate::grouping::Grouper;
use crate::synthesise::SynthesiseError;
use crate::{Content, LoadedScheme};

/// Different records in memory; they are gone through again until the count is reached.
const DIFFERENT: u64 = 30_000;
/// Records of a batch, about as many as a block of a file holds.
const BATCH: usize = 2_000;
/// Records checked one by one.
const SINGLE: usize = 2_000;

pub(super) fn measure(
    content: &Content,
    options: &BenchOptions,
    show: &mut impl FnMut(Figure),
) -> Result<(), BenchError> {
    let checks = content.checks(NATIONAL)?;
    let scheme = content.scheme(SCHEME)?;
    let population = Population::new(Options {
        discharges: DIFFERENT,
        defects: DefectRates::default(),
        ..Options::default()
    })
    .map_err(SynthesiseError::from)?;
    let pages: Vec<FrontPage> = population.map(|stay| stay.page).collect();
    let (batches, encoding) = timed(|| encode(&pages, &scheme));
    let encoded = rate(pages.len() as u64, encoding);
    let records = options.records.max(DIFFERENT);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let time = all_cores(&checks, &batches, records, cores)?;
    let count = checks.set().checks.len();
    show(Figure {
        what: Localised::new(
            format!("{count} 条检查，{cores} 核，内存中，{records} 份病案"),
            format!("{count} checks, {cores} cores, in memory, {records} records"),
        ),
        value: rate(records, time),
        unit: "records/s",
        bar: Some(Bar::AtLeast(100_000.0)),
        baseline: Some(Baseline {
            what: Localised::new(
                "同样的病案在一个核上转成列",
                "turning the same records into columns on one core",
            ),
            value: encoded,
        }),
    });
    one_by_one(&checks, &scheme, &pages, show)?;
    growing(content, show)
}

fn encode(pages: &[FrontPage], scheme: &LoadedScheme) -> Vec<RecordBatch> {
    let mut discharge = DischargeEncoder::new(WorkspaceKey::from_secret(&[0; 32]));
    let mut grouper = Grouper::new(scheme, false, None);
    let mut records = RecordEncoder::default();
    let source = Source {
        import_id: "",
        file: "",
        layout: "hqms811",
    };
    let batch = |pages: &[FrontPage]| {
        for page in pages {
            discharge.push_unstored(page, 1);
            grouper.push(page);
            records.push(page);
        }
        let discharge = discharge.finish(source).batch;
        let groups = grouper.encoder.finish(&discharge);
        records.finish(&discharge, &groups, 0)
    };
    pages.chunks(BATCH).map(batch).collect()
}

fn all_cores(
    checks: &CompiledChecks,
    batches: &[RecordBatch],
    records: u64,
    cores: usize,
) -> Result<Duration, BenchError> {
    let rounds = records.div_ceil(DIFFERENT);
    let next = std::sync::atomic::AtomicUsize::new(0);
    let all = batches.len() * usize::try_from(rounds).unwrap_or(1);
    let (result, time) = timed(|| {
        std::thread::scope(|scope| {
            let work = || -> Result<(), BenchError> {
                loop {
                    let number = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    if number >= all {
                        return Ok(());
                    }
                    let found = checks.run(&batches[number % batches.len()]);
                    black_box(found.map_err(crate::query::QueryError::from)?);
                }
            };
            let workers: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
            workers
                .into_iter()
                .try_for_each(|worker| match worker.join() {
                    Ok(result) => result,
                    Err(panic) => std::panic::resume_unwind(panic),
                })
        })
    });
    result.map(|()| time)
}

/// The slowest hundredth of single records.
fn one_by_one(
    checks: &CompiledChecks,
    scheme: &LoadedScheme,
    pages: &[FrontPage],
    show: &mut impl FnMut(Figure),
) -> Result<(), BenchError> {
    let options = CheckOptions {
        checks,
        scheme,
        weights: None,
        translate: false,
        language: Language::Zh,
    };
    let mut checker = RecordChecker::new(&options, "hqms811");
    let mut times = Vec::with_capacity(SINGLE);
    let warm = 50;
    for page in pages.iter().take(SINGLE + warm) {
        let start = Instant::now();
        let checked = checker.check(page);
        let time = start.elapsed();
        black_box(checked?);
        times.push(time);
    }
    let mut times = times.split_off(warm.min(times.len()));
    times.sort_unstable();
    let at = |share: usize| {
        times[(times.len() * share / 100).min(times.len() - 1)].as_secs_f64() * 1000.0
    };
    show(Figure {
        what: Localised::new(
            "一份病案，全部检查，第 99 百分位",
            "one record, all checks, 99th percentile",
        ),
        value: at(99),
        unit: "ms",
        bar: Some(Bar::AtMost(5.0)),
        baseline: Some(Baseline {
            what: Localised::new("其中位数", "its median"),
            value: at(50),
        }),
    });
    Ok(())
}

/// Sets of growing size, made of the same checks under other ids.
fn growing(content: &Content, show: &mut impl FnMut(Figure)) -> Result<(), BenchError> {
    let loaded = content
        .check_library()
        .load(NATIONAL)
        .map_err(crate::ContentError::from)?;
    let mut first = None;
    for size in [250, 500, 1_000] {
        let mut grown = loaded.clone();
        grown.set.checks = (0..size)
            .map(|number| {
                let mut check = loaded.set.checks[number % loaded.set.checks.len()].clone();
                check.id = format!("{}-{number}", check.id);
                check
            })
            .collect();
        let (compiled, time) = timed(|| compile(content, &grown));
        black_box(compiled.map_err(|problems| {
            crate::ContentError::Pack(biaochi_packs::PackError::Broken {
                id: grown.set.id.clone(),
                problems,
            })
        })?);
        let per_check = time.as_secs_f64() * 1000.0 / size as f64;
        let base = *first.get_or_insert(per_check);
        show(Figure {
            what: Localised::new(
                format!("编译 {size} 条检查"),
                format!("compiling {size} checks"),
            ),
            value: time.as_secs_f64(),
            unit: "s",
            bar: (size == 1_000).then_some(Bar::AtMost(2.0)),
            baseline: Some(Baseline {
                what: Localised::new(
                    "按 250 条的速度（1 为线性）",
                    "at the pace of 250 (1 is linear)",
                ),
                value: base * size as f64 / 1000.0,
            }),
        });
    }
    Ok(())
}
