//! Write a synthetic region as the files its institutions would deliver, with the truth beside them.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use biaochi_domain::{Language, Localized, Month, io_reason};
use biaochi_ingest::{LayoutWriter, OutputEncoding, OutputFormat, Override};
use biaochi_records::Layout;
use biaochi_synth::{Options, OptionsError, Population, SynthStay, Truth};

use crate::organisations::{OrganisationsError, write_folder};

/// Name of the file with the truth of every record.
pub const TRUTH_FILE: &str = "truth.csv";

/// Name of the only file when everything goes into one.
pub const SINGLE_FILE: &str = "front-pages.csv";

/// Folder of the region's organisations within the folder of files.
pub const ORGANISATIONS_FOLDER: &str = "组织机构";

/// Seed of the sample.
const SAMPLE_SEED: u64 = 20_260_101;
/// Discharges of the whole region in the month of the sample, of which the hospital has its part.
const SAMPLE_REGION: u64 = 400;
/// Records of the sample at most.
const SAMPLE_RECORDS: usize = 180;
/// The month after those of the demonstration, so that trying it replaces nothing.
const SAMPLE_MONTH: (i16, u8) = (2026, 1);

/// How the files are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Files {
    /// One for each institution and month, each in the institution's own layout.
    MonthByMonth,
    /// One for everything, in `hqms811`.
    Single,
}

/// What was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// Files of front pages.
    pub files: u64,
    /// Records in them, copies included.
    pub records: u64,
    /// Records with at least one planted defect.
    pub defective: u64,
    /// Bytes of the front-page files.
    pub bytes: u64,
}

/// Why nothing, or not everything, was written.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the fields say what they hold")]
pub enum SynthesiseError {
    #[error(transparent)]
    Options(#[from] OptionsError),
    #[error("cannot write {path}")]
    Write { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Organisations(#[from] OrganisationsError),
}

impl Localized for SynthesiseError {
    fn text(&self, language: Language) -> String {
        match (self, language) {
            (Self::Options(error), _) => error.text(language),
            (Self::Organisations(error), _) => error.text(language),
            (Self::Write { path, source }, Language::Zh) => {
                format!(
                    "写不了“{}”：{}。请检查路径、权限和磁盘空间",
                    path.display(),
                    io_reason(source, language)
                )
            }
            (Self::Write { path, source }, Language::En) => {
                format!(
                    "cannot write {}: {}",
                    path.display(),
                    io_reason(source, language)
                )
            }
        }
    }
}

/// Writes the region's files into a folder, which is made if needed, and its organisations beside them. Files of an earlier run with
/// the same names are replaced.
pub fn synthesise(
    options: Options,
    folder: &Path,
    files: Files,
    encoding: OutputEncoding,
    progress: &dyn Fn(u64),
) -> Result<Written, SynthesiseError> {
    let options = match files {
        // Defects that the layout of the file cannot show are not planted.
        Files::Single => Options {
            layout: Some(Layout::Hqms811),
            ..options
        },
        Files::MonthByMonth => options,
    };
    let organisations = biaochi_synth::organisations(&options);
    let population = Population::new(options)?;
    fs::create_dir_all(folder).map_err(|source| write_error(folder, source))?;
    let truth_path = folder.join(TRUTH_FILE);
    let mut truth = Truths::create(&truth_path)?;
    let mut written = Written::default();
    let format = OutputFormat {
        encoding,
        ..OutputFormat::default()
    };
    match files {
        Files::Single => {
            let mut file = PageFile::create(folder.join(SINGLE_FILE), Layout::Hqms811, format)?;
            for stay in population {
                file.stay(&stay)?;
                truth.record(&stay.truth)?;
                count(&mut written, &stay);
                progress(1);
            }
            written.bytes += file.finish()?;
            written.files = 1;
        }
        Files::MonthByMonth => {
            for month_file in population.month_files() {
                let path = folder.join(format!("{}.csv", month_file.file_stem()));
                let mut file = PageFile::create(path, month_file.layout(), format)?;
                for stay in month_file {
                    file.stay(&stay)?;
                    truth.record(&stay.truth)?;
                    count(&mut written, &stay);
                    progress(1);
                }
                written.bytes += file.finish()?;
                written.files += 1;
            }
        }
    }
    truth.finish()?;
    write_folder(&organisations, &folder.join(ORGANISATIONS_FOLDER))?;
    Ok(written)
}

/// A small file of made-up front pages to try an import with: one month of the county's hospital after those of the
/// demonstration, always the same, with the mistakes that front pages have, one record twice and one that does not say
/// whose it is.
///
/// # Errors
/// The month lies outside of the calendar of the generator.
pub fn sample_front_pages() -> Result<Vec<u8>, SynthesiseError> {
    let usual = Options::default();
    let month = Month::new(SAMPLE_MONTH.0, SAMPLE_MONTH.1).unwrap_or(usual.to);
    let options = Options {
        seed: SAMPLE_SEED,
        discharges: SAMPLE_REGION,
        from: month,
        to: month,
        layout: Some(Layout::Hqms811),
        ..usual
    };
    let mut files = Population::new(options)?.month_files();
    let own = files.find(|file| file.organisation_code() == crate::demo::HOSPITAL);
    let mut stays: Vec<SynthStay> = own.into_iter().flatten().take(SAMPLE_RECORDS).collect();
    if let Some(first) = stays.first().cloned() {
        let mut nameless = first.clone();
        nameless.page.medical_record_number = Default::default();
        stays.extend([nameless, first]);
    }
    let mut writer =
        LayoutWriter::new(Layout::Hqms811, OutputFormat::default()).with_organisation();
    let mut text = Vec::new();
    writer.header(&mut text);
    for stay in &stays {
        writer.row_with(&stay.page, &overrides(stay), &mut text);
    }
    Ok(text)
}

fn overrides(stay: &SynthStay) -> Vec<Override<'_>> {
    let raw = stay.raw_overrides.iter();
    raw.map(|raw| Override {
        field: raw.field,
        index: raw.index,
        text: &raw.text,
    })
    .collect()
}

fn count(written: &mut Written, stay: &SynthStay) {
    written.records += 1;
    written.defective += u64::from(!stay.truth.defects.is_empty());
}

fn write_error(path: &Path, source: io::Error) -> SynthesiseError {
    SynthesiseError::Write {
        path: path.to_owned(),
        source,
    }
}

/// One front-page file being written.
struct PageFile {
    path: PathBuf,
    out: BufWriter<File>,
    writer: LayoutWriter,
    line: Vec<u8>,
    bytes: u64,
}

impl PageFile {
    fn create(
        path: PathBuf,
        layout: Layout,
        format: OutputFormat,
    ) -> Result<Self, SynthesiseError> {
        let file = File::create(&path).map_err(|source| write_error(&path, source))?;
        // N041 names no organisation; without it several institutions could not be imported together.
        let writer = LayoutWriter::new(layout, format).with_organisation();
        let mut page_file = Self {
            path,
            out: BufWriter::with_capacity(1 << 20, file),
            writer,
            line: Vec::new(),
            bytes: 0,
        };
        page_file.writer.header(&mut page_file.line);
        page_file.flush_line()?;
        Ok(page_file)
    }

    fn stay(&mut self, stay: &SynthStay) -> Result<(), SynthesiseError> {
        let overrides = overrides(stay);
        self.writer.row_with(&stay.page, &overrides, &mut self.line);
        self.flush_line()
    }

    fn flush_line(&mut self) -> Result<(), SynthesiseError> {
        self.bytes += self.line.len() as u64;
        let written = self.out.write_all(&self.line);
        self.line.clear();
        written.map_err(|source| write_error(&self.path, source))
    }

    fn finish(mut self) -> Result<u64, SynthesiseError> {
        self.out
            .flush()
            .map_err(|source| write_error(&self.path, source))?;
        Ok(self.bytes)
    }
}

/// The file of truths.
struct Truths {
    path: PathBuf,
    out: csv::Writer<File>,
}

impl Truths {
    fn create(path: &Path) -> Result<Self, SynthesiseError> {
        let file = File::create(path).map_err(|source| write_error(path, source))?;
        let mut truths = Self {
            path: path.to_owned(),
            out: csv::Writer::from_writer(file),
        };
        truths.line(&Truth::COLUMNS)?;
        Ok(truths)
    }

    fn record(&mut self, truth: &Truth) -> Result<(), SynthesiseError> {
        self.line(&truth.cells())
    }

    fn line<T: AsRef<[u8]>>(&mut self, cells: &[T]) -> Result<(), SynthesiseError> {
        self.out
            .write_record(cells)
            .map_err(|error| write_error(&self.path, error.into()))
    }

    fn finish(mut self) -> Result<(), SynthesiseError> {
        self.out
            .flush()
            .map_err(|source| write_error(&self.path, source))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_is_small_always_the_same_and_of_one_hospital() {
        let sample = sample_front_pages().expect("a sample");
        assert_eq!(sample, sample_front_pages().expect("a sample"));
        let text = String::from_utf8(sample).expect("text");
        let rows: Vec<&str> = text.lines().skip(1).collect();
        assert!((50..=200).contains(&rows.len()), "{}", rows.len());
        assert!(rows.iter().all(|row| row.contains(crate::demo::HOSPITAL)));
        // The record that is there twice, whose second copy is rejected.
        assert_eq!(rows.first(), rows.last());
    }
}
