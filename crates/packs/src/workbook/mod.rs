//! Imports the official configuration workbook of DRG 3.0 (and later editions in its form), the
//! `.xlsx` file that the user downloads from the National Healthcare Security Administration.

mod amendment;
mod build;
mod report;
mod sheets;

use std::fs;
use std::io;
use std::path::Path;

use biaochi_grouper::definition::SchemeDefinition;
use sha2::{Digest as _, Sha256};

use crate::scheme::manifest::{Document, Manifest, Parameters, Remark};
use crate::scheme::save::save_scheme;
use report::Findings;
pub use report::{ImportCounts, ImportFinding, ImportReport, ImportSeverity, WorkbookProblem};

/// What to make of a workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportOptions {
    /// Id of the new scheme, such as `chs-drg-3.0`.
    pub id: String,
    /// Chinese title.
    pub title: String,
    /// Version as its makers name it.
    pub version: String,
    /// Name of the workbook's file, for the provenance.
    pub file_name: String,
    /// Add the seven codes that the published PDF has in its exclusion tables and the workbook
    /// lacks.
    pub amend_exclusions: bool,
}

impl ImportOptions {
    /// Options for a scheme of this id from a file of this name, without the amendment.
    pub fn new(id: impl Into<String>, file_name: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            title: "国家 DRG 3.0".to_owned(),
            version: "3.0".to_owned(),
            file_name: file_name.into(),
            amend_exclusions: false,
        }
    }
}

/// A workbook that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkbookImport {
    /// The scheme.
    pub definition: SchemeDefinition,
    /// Its `pack.toml`.
    pub manifest: Manifest,
    /// What was found, row by row; nothing in it is an error.
    pub report: ImportReport,
}

/// Reads a workbook. Fails, with the whole report, when it has an error: a scheme with a hole would
/// group records wrongly without a sign of it.
pub fn import_workbook(
    bytes: &[u8],
    options: &ImportOptions,
) -> Result<WorkbookImport, ImportReport> {
    let sha256: String = Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let mut findings = Findings::default();
    let mut definition = sheets::read(bytes, &mut findings)
        .map(|sheets| build::build(&sheets, &mut findings))
        .unwrap_or_default();
    let amended = amendment::apply(&mut definition, options.amend_exclusions, &mut findings);
    let report = findings.into_report(sha256, &definition);
    if report.has_errors() {
        return Err(report);
    }
    definition.id.clone_from(&options.id);
    definition.title.clone_from(&options.title);
    let manifest = manifest(options, &definition, amended);
    Ok(WorkbookImport {
        definition,
        manifest,
        report,
    })
}

fn manifest(options: &ImportOptions, definition: &SchemeDefinition, amended: usize) -> Manifest {
    let mut notes = Vec::new();
    if amended > 0 {
        notes.push(Remark {
            what: format!("排除表补入 {amended} 个编码"),
            why: "公布的 PDF 有而配置表没有，导入时选择补入".to_owned(),
            effect: "主要诊断为这些编码时，相应排除表中的并发症不计".to_owned(),
        });
    }
    Manifest {
        id: options.id.clone(),
        title: options.title.clone(),
        version: options.version.clone(),
        place: "全国".to_owned(),
        licence: "国家医疗保障局公布，由使用者自行下载导入".to_owned(),
        document: Document {
            title: format!("DRG 分组方案配置表（{}）", options.file_name),
            number: "未核对".to_owned(),
            issuer: "国家医疗保障局".to_owned(),
            issued: None,
        },
        parameters: Parameters {
            checks: Some(definition.checks.clone()),
            walk: Some(definition.walk),
            columns: Some(definition.columns),
            age_days_only_under_one: Some(definition.age_days_only_under_one),
            fallback_to_adrg: Some(false),
            ..Parameters::default()
        },
        notes,
        ..Manifest::default()
    }
}

impl WorkbookImport {
    /// Writes the scheme as a pack into a folder, which is created.
    pub fn save(&self, folder: &Path) -> io::Result<()> {
        save_scheme(folder, &self.manifest, &self.definition, None)?;
        let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
        let sources = format!(
            "[[source]]\nid = \"workbook\"\ntitle = {}\nissuer = {}\nsha256 = \"{}\"\n\
             used_for = \"全部分组条件、编码集合、并发症表和排除表\"\n",
            quoted(&self.manifest.document.title),
            quoted(&self.manifest.document.issuer),
            self.report.sha256,
        );
        fs::write(folder.join("sources.toml"), sources)?;
        let readme = format!(
            "# {}\n\n方案标识：`{}`。由“{}”导入，文件 SHA-256：`{}`。\n\n\
             配置表不含权重、费率、编码字典、编码转换表，也不含不得作为主要诊断的编码表。\n",
            self.manifest.title, self.manifest.id, self.manifest.document.title, self.report.sha256,
        );
        fs::write(folder.join("README.md"), readme)
    }
}
