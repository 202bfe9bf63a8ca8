//! From a front-page file to committed tables, and questions to them.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use biaochi_domain::{Language, Month};
use biaochi_ingest::OutputEncoding;
use biaochi_synth::{DefectRates, Options};
use biaochi_warehouse::WhenLocked;
use biaochi_warehouse::lake::Mode;

use super::{
    Bar, Baseline, BenchError, BenchOptions, Figure, Localised, io_error, memory, rate, timed,
};
use crate::check::NATIONAL;
use crate::demo::{SCHEME, WEIGHTS};
use crate::import::{ImportRequest, ImportWeights, Places, Progress, import as run_import};
use crate::query::{OutputFormat, Query, Selected, run_query};
use crate::synthesise::{Files, SINGLE_FILE, synthesise};
use crate::{Config, Content, Workspace};

/// Folder of the workspace that the last import left for the questions.
pub(super) const WORKSPACE: &str = "bench-workspace";
pub(super) const DATA: &str = "bench-data";

pub(super) fn import(
    content: &Content,
    options: &BenchOptions,
    show: &mut impl FnMut(Figure),
) -> Result<(), BenchError> {
    let file = front_pages(options, options.records)?;
    let (split, splitting) = timed(|| read_and_split(&file));
    let rows = split?;
    for (with, bar) in [(Checked::No, 40_000.0), (Checked::Yes, 30_000.0)] {
        let measured = measure(content, options, &file, with)?;
        let records = measured.rows;
        let (zh, en) = match with {
            Checked::No => ("分组", "grouped"),
            Checked::Yes => ("分组 → 质控", "grouped to checked"),
        };
        show(Figure {
            what: Localised::new(
                format!("hqms811 CSV → 类型化 → {zh} → 提交，{records} 行"),
                format!("hqms811 CSV to typed to {en} to committed, {records} rows"),
            ),
            value: rate(records, measured.time),
            unit: "records/s",
            bar: Some(Bar::AtLeast(bar)),
            baseline: Some(Baseline {
                what: Localised::new(
                    "用 csv 库读完并拆分同一文件",
                    "reading and splitting the same file with the csv crate",
                ),
                value: rate(rows, splitting),
            }),
        });
        show_peak(measured.peak, records, show);
    }
    remove(&options.scratch.join(DATA))
}

pub(super) fn scaling(
    content: &Content,
    options: &BenchOptions,
    show: &mut impl FnMut(Figure),
) -> Result<(), BenchError> {
    let mut points: Vec<(f64, f64)> = Vec::new();
    for times in [1, 2, 5, 10] {
        let file = front_pages(options, options.records * times)?;
        let measured = measure(content, options, &file, Checked::No)?;
        remove(&options.scratch.join(DATA))?;
        points.push((measured.rows as f64, measured.time.as_secs_f64()));
        let first = points[0];
        show(Figure {
            what: Localised::new(
                format!("导入 {} 行", measured.rows),
                format!("import of {} rows", measured.rows),
            ),
            value: rate(measured.rows, measured.time),
            unit: "records/s",
            bar: None,
            baseline: (times > 1).then(|| Baseline {
                what: Localised::new(
                    format!("导入 {} 行", first.0),
                    format!("import of {} rows", first.0),
                ),
                value: first.0 / first.1,
            }),
        });
        show_peak(measured.peak, measured.rows, show);
    }
    show(Figure {
        what: Localised::new(
            "时间随行数增长的指数（1 为线性）",
            "exponent of time over rows (1 is linear)",
        ),
        value: slope(&points),
        unit: "",
        bar: Some(Bar::AtMost(1.1)),
        baseline: None,
    });
    Ok(())
}

pub(super) fn query(
    content: &Content,
    options: &BenchOptions,
    show: &mut impl FnMut(Figure),
) -> Result<(), BenchError> {
    let root = options.scratch.join(WORKSPACE);
    let workspace = match Workspace::open(&root) {
        Ok(workspace) => workspace,
        Err(_) => {
            let file = front_pages(options, options.records)?;
            measure(content, options, &file, Checked::No)?;
            remove(&options.scratch.join(DATA))?;
            Workspace::open(&root)?
        }
    };
    let ask = |sql: &str| {
        let query = Query {
            sql,
            selected: Selected::Newest,
            format: OutputFormat::Json,
            table_rows: 0,
        };
        let mut answer = Vec::new();
        timed(|| run_query(&workspace, content, &query, &mut answer).map(|_| answer.len()))
    };
    let (counted, counting) = ask("select count(*) as n, sum(total_charges) as c from grouping");
    counted?;
    let (answered, answering) = ask("select * from hospital_month");
    answered?;
    show(Figure {
        what: Localised::new(
            "CMI、时间和费用消耗指数，按医院和月份（已导入的全部记录）",
            "CMI, time and cost index by hospital and month (all imported records)",
        ),
        value: answering.as_secs_f64(),
        unit: "s",
        bar: Some(Bar::AtMost(2.0)),
        baseline: Some(Baseline {
            what: Localised::new("只数记录、加总费用", "counting records and adding charges"),
            value: counting.as_secs_f64(),
        }),
    });
    remove(&root)
}

/// Whether the import runs the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Checked {
    Yes,
    No,
}

pub(super) struct Measured {
    rows: u64,
    time: Duration,
    peak: Option<f64>,
}

/// Imports into a fresh workspace, which stays for the questions.
pub(super) fn measure(
    content: &Content,
    options: &BenchOptions,
    file: &Path,
    checked: Checked,
) -> Result<Measured, BenchError> {
    let root = options.scratch.join(WORKSPACE);
    remove(&root)?;
    let config = Config {
        scheme: SCHEME.to_owned(),
        weights: Some(WEIGHTS.to_owned()),
        ..Config::default()
    };
    let workspace = Workspace::init(&root, config)?;
    import_into(content, &workspace, file, checked)
}

/// Imports a file into a workspace.
pub(super) fn import_into(
    content: &Content,
    workspace: &Workspace,
    file: &Path,
    checked: Checked,
) -> Result<Measured, BenchError> {
    let scheme = content.scheme(SCHEME)?;
    let table = content.weights(WEIGHTS, SCHEME)?;
    let weight = |drg: &str| table.get(drg);
    let checks = match checked {
        Checked::Yes => Some(content.checks(NATIONAL)?),
        Checked::No => None,
    };
    let request = ImportRequest {
        paths: &[file.to_owned()],
        scheme: &scheme,
        weights: Some(ImportWeights {
            id: &table.provenance.id,
            content_hash: &table.provenance.content_hash,
            weight: &weight,
        }),
        translate: false,
        organisation: None,
        mode: Mode::ReplaceMonth,
        allow_fewer: false,
        when_locked: WhenLocked::Refuse,
        known_code: Some(std::sync::Arc::new(content.known_codes())),
        checks: checks.as_ref(),
        language: Language::Zh,
    };
    let (lake, rejects, key_file) = (workspace.lake(), workspace.rejects(), workspace.key_file());
    let places = Places {
        lake: &lake,
        rejects: &rejects,
        key_file: &key_file,
    };
    memory::reset_peak();
    let quiet = |_: Progress| ();
    let (imported, time) = timed(|| run_import(places, &request, &quiet, &AtomicBool::new(false)));
    let peak = memory::peak_mib();
    Ok(Measured {
        rows: imported?.record.counts.read,
        time,
        peak,
    })
}

/// A generated file without defects, so that every row goes the whole way. One year of the region:
/// the same months whatever the size.
pub(super) fn front_pages(options: &BenchOptions, records: u64) -> Result<PathBuf, BenchError> {
    let year_end = Options::default().to;
    let population = Options {
        discharges: records,
        from: Month::new(year_end.year(), 1).unwrap_or(year_end),
        ..Options::default()
    };
    generated(options, population)
}

/// The first month of that year of one hospital, as many records as it has in a file of the whole year.
pub(super) fn one_month(options: &BenchOptions, hospital: &str) -> Result<PathBuf, BenchError> {
    let year_end = Options::default().to;
    let first = Month::new(year_end.year(), 1).unwrap_or(year_end);
    let population = Options {
        seed: 2,
        discharges: options.records.div_ceil(12),
        from: first,
        to: first,
        institutions: [hospital.to_owned()].into(),
        ..Options::default()
    };
    generated(options, population)
}

fn generated(options: &BenchOptions, population: Options) -> Result<PathBuf, BenchError> {
    let folder = options.scratch.join(DATA);
    let population = Options {
        defects: DefectRates::none(),
        ..population
    };
    synthesise(
        population,
        &folder,
        Files::Single,
        OutputEncoding::Utf8,
        &|_| (),
    )?;
    Ok(folder.join(SINGLE_FILE))
}

fn read_and_split(path: &Path) -> Result<u64, BenchError> {
    let file = File::open(path).map_err(|source| io_error(path, source))?;
    let mut reader = csv::ReaderBuilder::new()
        .buffer_capacity(1 << 20)
        .from_reader(file);
    let mut record = csv::ByteRecord::new();
    let mut rows = 0;
    while reader
        .read_byte_record(&mut record)
        .map_err(|error| io_error(path, error.into()))?
    {
        rows += 1;
    }
    Ok(rows)
}

fn show_peak(peak: Option<f64>, records: u64, show: &mut impl FnMut(Figure)) {
    if let Some(peak) = peak {
        show(Figure {
            what: Localised::new(
                format!("导入 {records} 行的峰值内存"),
                format!("peak memory of importing {records} rows"),
            ),
            value: peak,
            unit: "MiB",
            bar: Some(Bar::AtMost(1024.0)),
            baseline: None,
        });
    }
}

/// Least-squares slope of log time over log rows.
fn slope(points: &[(f64, f64)]) -> f64 {
    let logs: Vec<(f64, f64)> = points.iter().map(|(x, y)| (x.ln(), y.ln())).collect();
    let count = logs.len() as f64;
    let mean_x = logs.iter().map(|(x, _)| x).sum::<f64>() / count;
    let mean_y = logs.iter().map(|(_, y)| y).sum::<f64>() / count;
    let covariance: f64 = logs.iter().map(|(x, y)| (x - mean_x) * (y - mean_y)).sum();
    let variance: f64 = logs.iter().map(|(x, _)| (x - mean_x).powi(2)).sum();
    covariance / variance
}

pub(super) fn remove(folder: &Path) -> Result<(), BenchError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(io_error(folder, error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::slope;

    #[test]
    fn proportional_time_has_slope_one() {
        let linear: Vec<(f64, f64)> = [1.0, 2.0, 5.0, 10.0].map(|x| (x, 3.0 * x)).to_vec();
        assert!((slope(&linear) - 1.0).abs() < 1e-12);
        let square: Vec<(f64, f64)> = [1.0, 2.0, 5.0].map(|x| (x, x * x)).to_vec();
        assert!((slope(&square) - 2.0).abs() < 1e-12);
    }
}
