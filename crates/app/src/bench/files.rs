//! `biaochi group` from file to file.

use std::fs::{self, File};
use std::io::{BufWriter, Read as _, Write as _};
use std::path::Path;

use biaochi_domain::Language;
use biaochi_ingest::{LayoutWriter, OutputFormat};
use biaochi_records::Layout;
use biaochi_synth::{Options, Population};

use super::{Baseline, BenchError, BenchOptions, Figure, Localised, io_error, rate, timed};
use crate::Content;
use crate::group::{GroupFormat, GroupOptions, group_file};
use crate::synthesise::SynthesiseError;

/// Rows of the file.
const ROWS: u64 = 1_000_000;

/// Different records; the file repeats them.
const DIFFERENT: u64 = 20_000;

pub(super) fn measure(
    content: &Content,
    options: &BenchOptions,
    show: &mut impl FnMut(Figure),
) -> Result<(), BenchError> {
    let loaded = content.scheme("chs_drg_11")?;
    let cases = options.scratch.join("bench-cases.csv");
    let results = options.scratch.join("bench-results.csv");
    write_cases(&cases)?;
    let (newlines, counting) = timed(|| count_newlines(&cases));
    let lines = newlines?;
    let group_options = GroupOptions {
        scheme: &loaded.scheme,
        weights: None,
        translate: false,
        reasons: false,
        format: GroupFormat::Csv,
        language: Language::Zh,
        disarm: false,
    };
    let file = File::create(&results).map_err(|source| io_error(&results, source))?;
    let mut out = BufWriter::new(file);
    let (summary, grouping) = timed(|| group_file(&cases, &mut out, &group_options, &|_| ()));
    let records = summary?.records;
    show(Figure {
        what: Localised::new(
            format!("group：{records} 行的文件，从头到尾"),
            format!("group: a file of {records} rows, start to end"),
        ),
        value: rate(records, grouping),
        unit: "records/s",
        bar: None,
        baseline: Some(Baseline {
            what: Localised::new("只数换行（wc -l）", "counting line ends (wc -l)"),
            value: rate(lines, counting),
        }),
    });
    for path in [&cases, &results] {
        fs::remove_file(path).map_err(|source| io_error(path, source))?;
    }
    Ok(())
}

fn write_cases(path: &Path) -> Result<(), BenchError> {
    let population = Population::new(Options {
        discharges: DIFFERENT,
        ..Options::default()
    })
    .map_err(SynthesiseError::from)?;
    let mut writer = LayoutWriter::new(Layout::Cases, OutputFormat::default());
    let mut header = Vec::new();
    writer.header(&mut header);
    let mut rows = Vec::new();
    for stay in population.take(DIFFERENT as usize) {
        writer.row(&stay.page, &mut rows);
    }
    let file = File::create(path).map_err(|source| io_error(path, source))?;
    let mut out = BufWriter::new(file);
    let mut write = || {
        out.write_all(&header)?;
        for _ in 0..ROWS / DIFFERENT {
            out.write_all(&rows)?;
        }
        out.flush()
    };
    write().map_err(|source| io_error(path, source))
}

fn count_newlines(path: &Path) -> Result<u64, BenchError> {
    let failed = |source| io_error(path, source);
    let mut file = File::open(path).map_err(failed)?;
    let mut buffer = vec![0; 1 << 18];
    let mut lines = 0;
    loop {
        let read = file.read(&mut buffer).map_err(failed)?;
        if read == 0 {
            return Ok(lines);
        }
        lines += buffer[..read].iter().filter(|&&byte| byte == b'\n').count() as u64;
    }
}
