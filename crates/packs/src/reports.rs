//! Packs of documents: `kind = "reports"`. A document is a template and what it is about.

use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::error::PackError;
use crate::files::PackFiles;
use crate::problem::{Noun, PackProblem, Problem, ProblemList, Problems};
use crate::reading::text_of;
use crate::shelf::{Kind, Pack, Shelf};
use crate::text::toml_reader::TomlReader;

/// The packs of documents that can be used.
#[derive(Debug, Clone, Default)]
pub struct ReportLibrary {
    packs: Shelf<Manifest>,
}

/// A document that can be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportTemplate {
    /// Its id.
    pub id: String,
    /// Its title, as it stands above it.
    pub title: String,
    /// What its data are about, such as `quality`.
    pub subject: String,
    /// The indicators that it shows, in their order, where it shows some.
    pub indicators: Vec<String>,
    /// The pack that it is from.
    pub pack: String,
    /// Version of the pack.
    pub pack_version: String,
    /// SHA-256 over the template and the other files that it may use.
    pub content_hash: String,
    /// The template, in Typst's language.
    pub template: String,
    /// The other files of the pack's `templates`, by name.
    pub assets: Vec<(String, Vec<u8>)>,
}

/// There is nothing else to say of such a pack.
#[derive(Debug, Clone)]
struct Manifest;

impl Kind for Manifest {
    const WORD: &'static str = "reports";
    const NOUN: Noun = Noun::Report;

    fn read(_: &mut TomlReader<'_, '_>, _: &mut Problems<'_>) -> Self {
        Self
    }
}

impl ReportLibrary {
    /// The packs compiled into the program.
    pub fn embedded() -> Self {
        Self {
            packs: Shelf::embedded(),
        }
    }

    /// Adds the packs of a folder; one with a known id takes the place of the other.
    pub fn with_folder(self, folder: &Path) -> Result<Self, PackError> {
        let packs = self.packs.with_folder(folder)?;
        Ok(Self { packs })
    }

    /// The document with this id.
    ///
    /// # Errors
    /// No pack has it, or the packs have mistakes.
    pub fn report(&self, id: &str) -> Result<ReportTemplate, PackError> {
        let mut found = self.all()?;
        match found.iter().position(|report| report.id == id) {
            Some(at) => Ok(found.swap_remove(at)),
            None => Err(PackError::Unknown {
                what: Noun::Report,
                id: id.to_owned(),
                known: found.into_iter().map(|report| report.id).collect(),
            }),
        }
    }

    /// The document about a subject: one from a folder goes before those of the program.
    ///
    /// # Errors
    /// No pack has one, or the packs have mistakes.
    pub fn about(&self, subject: &str) -> Result<ReportTemplate, PackError> {
        let mut found = self.all()?;
        found.retain(|report| report.subject == subject);
        let own = found
            .iter()
            .position(|report| !self.is_embedded(&report.pack));
        match found.len() {
            0 => Err(PackError::Unknown {
                what: Noun::Report,
                id: subject.to_owned(),
                known: self.all()?.into_iter().map(|report| report.id).collect(),
            }),
            _ => Ok(found.swap_remove(own.unwrap_or(0))),
        }
    }

    /// Reads the pack of a folder while a person edits it: every mistake. `None` when the folder holds no
    /// pack of documents.
    pub fn check_folder(&self, folder: &Path) -> Option<Vec<PackProblem>> {
        let mut problems = ProblemList::default();
        let (shelf, id) = self.packs.with_pack(folder, &mut problems)?;
        if let Ok(pack) = shelf.pack(&id) {
            read(pack, &mut problems);
        }
        Some(problems.into_vec())
    }

    fn is_embedded(&self, pack: &str) -> bool {
        let pack = self.packs.pack(pack);
        pack.is_ok_and(|pack| matches!(pack.files, PackFiles::Embedded(_)))
    }

    fn all(&self) -> Result<Vec<ReportTemplate>, PackError> {
        let mut all = Vec::new();
        for pack in self.packs.packs() {
            let mut problems = ProblemList::default();
            all.extend(read(pack, &mut problems));
            if problems.has_errors() {
                return Err(PackError::Broken {
                    id: pack.head.id.clone(),
                    problems: problems.into_vec(),
                });
            }
        }
        Ok(all)
    }
}

fn read(pack: &Pack<Manifest>, problems: &mut ProblemList) -> Vec<ReportTemplate> {
    let mut reports: Vec<ReportTemplate> = Vec::new();
    let assets = assets(&pack.files, problems);
    let names = pack.files.list("reports").unwrap_or_default();
    for name in names.iter().filter(|name| name.ends_with(".toml")) {
        let file = format!("reports/{name}");
        let Some(text) = text_of(&pack.files, &file, problems) else {
            continue;
        };
        let shown = pack.files.display(&file);
        let mut found = problems.file(&shown);
        let Some(table) = TomlReader::parse(&text, &mut found) else {
            continue;
        };
        let mut top = TomlReader::new(&text, table.get_ref());
        let Some(mut report) = top.table("report", &mut found) else {
            let key = "report".to_owned();
            found.add(1, 1, Problem::MissingKey { key });
            continue;
        };
        let id = report.required("id", &mut found);
        let title = report.required("title", &mut found);
        let subject = report.required("subject", &mut found);
        let template = report.required("template", &mut found);
        if reports.iter().any(|other| other.id == id) {
            let (what, name) = (Noun::Report, id.clone());
            report.at("id", Problem::Duplicate { what, name }, &mut found);
        }
        let source = assets.iter().find(|(name, _)| *name == template);
        let source = source.and_then(|(_, bytes)| String::from_utf8(bytes.clone()).ok());
        let Some(source) = source else {
            let (what, name) = (Noun::Template, template);
            report.at("template", Problem::NotThere { what, name }, &mut found);
            continue;
        };
        let indicators = report.texts("indicators", &mut found).unwrap_or_default();
        report.finish(&mut found);
        top.finish(&mut found);
        let content_hash = hash(&text, &source, &assets);
        let others = assets.iter().filter(|(name, _)| *name != template);
        reports.push(ReportTemplate {
            id,
            title,
            subject,
            indicators,
            pack: pack.head.id.clone(),
            pack_version: pack.head.version.clone(),
            content_hash,
            template: source,
            assets: others.cloned().collect(),
        });
    }
    reports
}

/// SHA-256 over what makes a document: its definition, its template, and the files beside it.
fn hash(definition: &str, template: &str, assets: &[(String, Vec<u8>)]) -> String {
    let mut hash = Sha256::new();
    let files = assets
        .iter()
        .flat_map(|(name, bytes)| [name.as_bytes(), bytes.as_slice()]);
    for part in [definition.as_bytes(), template.as_bytes()]
        .into_iter()
        .chain(files)
    {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    let digest = hash.finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The files of `templates`, by name.
fn assets(files: &PackFiles, problems: &mut ProblemList) -> Vec<(String, Vec<u8>)> {
    let mut assets = Vec::new();
    for name in files.list("templates").unwrap_or_default() {
        let path = format!("templates/{name}");
        match files.read(&path) {
            Ok(Some(bytes)) => assets.push((name, bytes.into_owned())),
            Ok(None) => {}
            Err(error) => {
                let reason = error.to_string();
                let shown = files.display(&path);
                problems
                    .file(&shown)
                    .add(0, 0, Problem::Unreadable { reason });
            }
        }
    }
    assets
}
