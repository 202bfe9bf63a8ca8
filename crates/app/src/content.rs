//! The packs a command works with: those in the program and those in folders.

use std::ops::Deref;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use biaochi_domain::{Language, Localized};
use biaochi_grouper::{CompileProblem, Scheme};
use biaochi_packs::assessment::AssessmentLibrary;
use biaochi_packs::checks::CheckLibrary;
use biaochi_packs::codes::Codes;
use biaochi_packs::datasets::{DataSetLibrary, DataSets};
use biaochi_packs::indicators::IndicatorLibrary;
use biaochi_packs::plans::PlanLibrary;
use biaochi_packs::{Library, PackError, PackProblem, ReportLibrary, RoleLibrary, SchemeInfo};

/// Schemes, weights and codes from the program's own packs and from folders over them.
#[derive(Debug)]
pub struct Content {
    library: Library,
    checks: CheckLibrary,
    reports: ReportLibrary,
    assessments: AssessmentLibrary,
    plans: PlanLibrary,
    indicators: IndicatorLibrary,
    data_sets: DataSetLibrary,
    loaded_data_sets: OnceLock<DataSets>,
    roles: RoleLibrary,
    codes: LoadedCodes,
    folders: Vec<PathBuf>,
}

/// Code packs are read once for the program, when they are first asked; folders with packs of codes make a content of
/// their own. Clones share them.
#[derive(Debug, Clone)]
pub(crate) enum LoadedCodes {
    Embedded,
    Own(Arc<Codes>),
}

impl Deref for LoadedCodes {
    type Target = Codes;

    fn deref(&self) -> &Codes {
        match self {
            Self::Embedded => Codes::embedded(),
            Self::Own(codes) => codes,
        }
    }
}

/// A scheme ready to group with.
#[derive(Debug)]
pub struct LoadedScheme {
    /// What is known about it.
    pub info: SchemeInfo,
    /// The compiled tables.
    pub scheme: Scheme,
}

/// Why content could not be loaded.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the fields say what they hold")]
pub enum ContentError {
    #[error(transparent)]
    Pack(#[from] PackError),
    #[error("code packs have {} mistakes", problems.len())]
    Codes { problems: Vec<PackProblem> },
    #[error("the scheme {id} does not compile")]
    Compile {
        id: String,
        problems: Vec<CompileProblem>,
    },
}

impl Localized for ContentError {
    fn text(&self, language: Language) -> String {
        match self {
            Self::Pack(error) => error.text(language),
            Self::Codes { problems } => {
                let head = match language {
                    Language::Zh => format!("编码内容包有 {} 处错误：", problems.len()),
                    Language::En => format!("code packs have {} mistakes:", problems.len()),
                };
                lines(head, problems.iter().map(|problem| problem.text(language)))
            }
            Self::Compile { id, problems } => {
                let head = match language {
                    Language::Zh => format!("分组方案“{id}”有 {} 处错误：", problems.len()),
                    Language::En => format!("the scheme {id:?} has {} mistakes:", problems.len()),
                };
                lines(head, problems.iter().map(|problem| problem.text(language)))
            }
        }
    }
}

fn lines(head: String, rest: impl Iterator<Item = String>) -> String {
    rest.fold(head, |text, line| text + "\n" + &line)
}

impl Content {
    /// The program's packs with those below the folders over them, later folders last.
    pub fn load(folders: &[PathBuf]) -> Result<Self, ContentError> {
        let mut library = Library::embedded();
        let mut checks = CheckLibrary::embedded();
        let mut reports = ReportLibrary::embedded();
        let mut assessments = AssessmentLibrary::embedded();
        let mut plans = PlanLibrary::embedded();
        let mut indicators = IndicatorLibrary::embedded();
        let mut data_sets = DataSetLibrary::embedded();
        let mut roles = RoleLibrary::embedded();
        for folder in folders {
            library = library.with_folder(folder)?;
            checks = checks.with_folder(folder)?;
            reports = reports.with_folder(folder)?;
            assessments = assessments.with_folder(folder)?;
            plans = plans.with_folder(folder)?;
            indicators = indicators.with_folder(folder)?;
            data_sets = data_sets.with_folder(folder)?;
            roles = roles.with_folder(folder)?;
        }
        let codes = match Codes::are_below(folders) {
            false => LoadedCodes::Embedded,
            true => {
                let codes = Codes::load(folders);
                let codes = codes.map_err(|problems| ContentError::Codes { problems })?;
                LoadedCodes::Own(Arc::new(codes))
            }
        };
        Ok(Self {
            library,
            checks,
            reports,
            assessments,
            plans,
            indicators,
            data_sets,
            loaded_data_sets: OnceLock::new(),
            roles,
            codes,
            folders: folders.to_vec(),
        })
    }

    /// Schemes and weight tables.
    pub fn library(&self) -> &Library {
        &self.library
    }

    /// Packs of checks.
    pub fn check_library(&self) -> &CheckLibrary {
        &self.checks
    }

    /// Documents that can be made.
    pub fn reports(&self) -> &ReportLibrary {
        &self.reports
    }

    /// Packs of assessment schemes and indexes.
    pub fn assessment_library(&self) -> &AssessmentLibrary {
        &self.assessments
    }

    /// Packs of plans.
    pub fn plan_library(&self) -> &PlanLibrary {
        &self.plans
    }

    /// Packs of indicators.
    pub fn indicator_library(&self) -> &IndicatorLibrary {
        &self.indicators
    }

    /// Packs of data sets.
    pub fn data_set_library(&self) -> &DataSetLibrary {
        &self.data_sets
    }

    /// The data sets in force, read when they are first asked for.
    pub fn data_sets(&self) -> Result<&DataSets, ContentError> {
        if let Some(loaded) = self.loaded_data_sets.get() {
            return Ok(loaded);
        }
        let loaded = self.data_sets.load()?;
        Ok(self.loaded_data_sets.get_or_init(|| loaded))
    }

    /// Packs of roles.
    pub fn role_library(&self) -> &RoleLibrary {
        &self.roles
    }

    /// Code systems, value sets and maps.
    pub fn codes(&self) -> &Codes {
        &self.codes
    }

    /// The same for what outlives the content.
    pub(crate) fn shared_codes(&self) -> LoadedCodes {
        self.codes.clone()
    }

    /// The folders that lie over the program's packs.
    pub fn folders(&self) -> &[PathBuf] {
        &self.folders
    }

    /// Reads and compiles a scheme.
    pub fn scheme(&self, id: &str) -> Result<LoadedScheme, ContentError> {
        let info = self.library.scheme(id)?;
        let definition = self.library.load_scheme(id)?;
        let scheme = Scheme::compile(&definition).map_err(|problems| ContentError::Compile {
            id: id.to_owned(),
            problems,
        })?;
        Ok(LoadedScheme { info, scheme })
    }
}

impl LoadedScheme {
    /// What a person must be told before records are grouped with these tables, if anything.
    pub fn warning(&self, language: Language) -> Option<String> {
        self.info.warning().map(|warning| warning.text(language))
    }
}
