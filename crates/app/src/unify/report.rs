//! How much of a lake is in the unified edition: by hospital, of diagnoses and procedures, and what is
//! missing most.

use std::collections::{BTreeMap, BTreeSet};

use biaochi_domain::{Language, Localized, Month};
use biaochi_packs::codes::{DIAGNOSES, PROCEDURES};
use biaochi_store::{Choice, ChoiceFilter, Scope};
use biaochi_terminology::unify::{Answer, Candidate, Question, Source, Verdict};
use serde::Deserialize;

use super::choices::choices;
use super::{UnifyError, unifier};
use crate::lookup::quoted;
use crate::query::OneVersion;
use crate::{Content, Workspace};

/// Candidates that are told for each code without a counterpart.
const CANDIDATES: usize = 3;

/// Where one written code stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// It is a code of the insurance edition, written as the edition writes it.
    Unified,
    /// It is none yet; this is how sure its translation is.
    Translated(Verdict),
}

impl Standing {
    /// Every standing, from the best.
    pub fn all() -> Vec<Self> {
        let verdicts = Verdict::ALL.iter().copied().map(Self::Translated);
        std::iter::once(Self::Unified).chain(verdicts).collect()
    }

    /// The stable id, for programs.
    pub fn id(self) -> &'static str {
        match self {
            Self::Unified => "unified",
            Self::Translated(verdict) => verdict.code(),
        }
    }

    fn of(written: &str, answer: &Answer) -> Self {
        match answer.decided() {
            Some(code) if answer.verdict == Verdict::Exact && code.code == written => Self::Unified,
            _ => Self::Translated(answer.verdict),
        }
    }

    /// Whether a person has to look at it.
    fn is_open(self) -> bool {
        matches!(self, Self::Translated(verdict) if !verdict.is_decided())
    }
}

impl Localized for Standing {
    fn text(&self, language: Language) -> String {
        match (self, language) {
            (Self::Unified, Language::Zh) => "已是医保版".to_owned(),
            (Self::Unified, Language::En) => "unified".to_owned(),
            (Self::Translated(verdict), _) => verdict.text(language),
        }
    }
}

/// How often, and in how many different ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Places in records.
    pub occurrences: u64,
    /// Different codes, and different names where no code is written.
    pub distinct: u64,
}

/// The codes of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shares {
    /// By standing; standings that do not occur are left out.
    pub standings: BTreeMap<Standing, Tally>,
    /// Of the unified ones, those that must not be used for settlement.
    pub grey: Tally,
    /// All.
    pub total: Tally,
}

/// Diagnoses or procedures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Id of the code system.
    pub system: &'static str,
    /// Their shares.
    pub shares: Shares,
}

/// One hospital, or all together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganisationUnification {
    /// Organisation code, empty for all together.
    pub code: String,
    /// Name.
    pub name: String,
    /// Diagnoses, then procedures.
    pub parts: Vec<Part>,
}

/// A code or name without a certain counterpart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmatched {
    /// Id of the code system.
    pub system: &'static str,
    /// The written code, may be empty.
    pub code: String,
    /// The written name, may be empty.
    pub name: String,
    /// Places in records.
    pub occurrences: u64,
    /// Hospitals that write it.
    pub organisations: u64,
    /// How sure the answer is, likeness of names included.
    pub verdict: Verdict,
    /// The best candidates.
    pub candidates: Vec<Candidate>,
}

/// How much of a lake is unified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnificationReport {
    /// The number of the import whose state is told.
    pub version: u64,
    /// Whether records are taken to use the clinical edition.
    pub clinical: bool,
    /// All hospitals together.
    pub all: OrganisationUnification,
    /// Each hospital, by code.
    pub organisations: Vec<OrganisationUnification>,
    /// What occurs most without a certain counterpart.
    pub unmatched: Vec<Unmatched>,
}

/// One way of writing at one hospital.
#[derive(Debug, Deserialize)]
struct Written {
    organisation_code: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    name: String,
    occurrences: u64,
}

#[derive(Debug, Deserialize)]
struct Hospital {
    organisation_code: String,
    #[serde(default)]
    name: Option<String>,
}

/// Counts how the codes of the newest version stand. Records are read in the edition that the
/// workspace says (`translate`); each hospital's confirmed choices count for it.
pub fn unification(
    workspace: &Workspace,
    content: &Content,
    scope: &Scope,
    month: Option<Month>,
    top: usize,
) -> Result<UnificationReport, UnifyError> {
    let clinical = workspace.config().translate;
    let source = if clinical {
        Source::Clinical
    } else {
        Source::Unstated
    };
    let lake = OneVersion::newest(workspace, content)?;
    let condition = condition(scope, month);
    let hospitals: Vec<Hospital> = lake.rows(&format!(
        "select organisation_code, max(organisation_name) as name from discharge where {condition} \
         group by organisation_code order by organisation_code"
    ))?;
    let stored = choices(workspace, scope, &ChoiceFilter::default())?;
    let mut counted = Counted::default();
    for (system, list) in [(DIAGNOSES, "diagnoses"), (PROCEDURES, "procedures")] {
        let mut unifiers = BTreeMap::new();
        for hospital in &hospitals {
            let code = hospital.organisation_code.as_str();
            let own = stored
                .iter()
                .filter(|choice| choice.key.organisation_code == code);
            let own: Vec<Choice> = own.cloned().collect();
            unifiers.insert(code, unifier(content, system, &own)?);
        }
        for row in lake.rows::<Written>(&written(list, &condition))? {
            let question = Question {
                likeness: false,
                limit: 1,
                ..Question::of(&row.code, &row.name).from(source)
            };
            // Both questions are about the same version and condition.
            if let Some(unifier) = unifiers.get(row.organisation_code.as_str()) {
                counted.add(system, &row, &unifier.answer(&question));
            }
        }
    }
    let mut organisations = Vec::new();
    for Hospital {
        organisation_code: code,
        name,
    } in hospitals
    {
        let parts = counted.parts(Some(&code));
        let name = name.unwrap_or_else(|| code.clone());
        organisations.push(OrganisationUnification { code, name, parts });
    }
    Ok(UnificationReport {
        version: lake.publication().version,
        clinical,
        all: OrganisationUnification {
            code: String::new(),
            name: "合计".to_owned(),
            parts: counted.parts(None),
        },
        unmatched: counted.unmatched(content, source, top)?,
        organisations,
    })
}

/// Every way of writing a code at a hospital, and how often. Rows without code and name are none.
fn written(list: &str, condition: &str) -> String {
    format!(
        "select organisation_code, coalesce(code, '') as code, coalesce(name, '') as name,
                count(*) as occurrences
         from (select organisation_code, one['code'] as code, one['name'] as name
               from (select organisation_code, unnest({list}) as one from discharge
                     where {condition}))
         where coalesce(code, '') <> '' or coalesce(name, '') <> ''
         group by organisation_code, coalesce(code, ''), coalesce(name, '')"
    )
}

fn condition(scope: &Scope, month: Option<Month>) -> String {
    let of_scope = match scope {
        Scope::All => "true".to_owned(),
        Scope::Organisations(codes) if codes.is_empty() => "false".to_owned(),
        Scope::Organisations(codes) => {
            let codes: Vec<String> = codes.iter().map(|code| quoted(code)).collect();
            format!("organisation_code in ({})", codes.join(", "))
        }
    };
    match month {
        None => of_scope,
        Some(month) => {
            let month = quoted(&month.to_string());
            format!("{of_scope} and discharge_month = {month}")
        }
    }
}

/// What has been counted so far.
#[derive(Default)]
struct Counted {
    cells: BTreeMap<(String, &'static str), Cells>,
    all: BTreeMap<&'static str, Cells>,
    open: BTreeMap<(&'static str, String, String), (u64, BTreeSet<String>)>,
}

/// Occurrences and different ways of writing.
#[derive(Default)]
struct Cells {
    standings: BTreeMap<Standing, (u64, BTreeSet<String>)>,
    grey: (u64, BTreeSet<String>),
    all: (u64, BTreeSet<String>),
}

impl Counted {
    fn add(&mut self, system: &'static str, row: &Written, answer: &Answer) {
        let standing = Standing::of(&row.code, answer);
        let key = (row.organisation_code.clone(), system);
        self.cells
            .entry(key)
            .or_default()
            .add(row, standing, answer);
        self.all
            .entry(system)
            .or_default()
            .add(row, standing, answer);
        if standing.is_open() {
            let key = (system, row.code.clone(), row.name.clone());
            let open = self.open.entry(key).or_default();
            open.0 += row.occurrences;
            open.1.insert(row.organisation_code.clone());
        }
    }

    fn parts(&self, organisation: Option<&str>) -> Vec<Part> {
        let part = |system| {
            let cells = match organisation {
                Some(code) => self.cells.get(&(code.to_owned(), system)),
                None => self.all.get(system),
            };
            let shares = cells.map_or_else(Shares::default, Cells::shares);
            Part { system, shares }
        };
        [DIAGNOSES, PROCEDURES].map(part).to_vec()
    }

    /// The most frequent open ones, now with likeness of names.
    fn unmatched(
        self,
        content: &Content,
        source: Source,
        top: usize,
    ) -> Result<Vec<Unmatched>, UnifyError> {
        let mut open: Vec<_> = self.open.into_iter().collect();
        // Keys are sorted, and this keeps their order among equals.
        open.sort_by_key(|(_, (occurrences, _))| std::cmp::Reverse(*occurrences));
        open.truncate(top);
        let mut unmatched = Vec::with_capacity(open.len());
        for ((system, code, name), (occurrences, organisations)) in open {
            let question = Question {
                limit: CANDIDATES,
                ..Question::of(&code, &name).from(source)
            };
            let answer = unifier(content, system, &[])?.answer(&question);
            unmatched.push(Unmatched {
                system,
                occurrences,
                organisations: organisations.len() as u64,
                verdict: answer.verdict,
                candidates: answer.candidates,
                code,
                name,
            });
        }
        Ok(unmatched)
    }
}

impl Cells {
    fn add(&mut self, row: &Written, standing: Standing, answer: &Answer) {
        let way = if row.code.is_empty() {
            &row.name
        } else {
            &row.code
        };
        let count = |cell: &mut (u64, BTreeSet<String>)| {
            cell.0 += row.occurrences;
            if !cell.1.contains(way) {
                cell.1.insert(way.clone());
            }
        };
        count(self.standings.entry(standing).or_default());
        count(&mut self.all);
        if standing == Standing::Unified && answer.decided().is_some_and(|code| code.grey) {
            count(&mut self.grey);
        }
    }

    fn shares(&self) -> Shares {
        let tally = |cell: &(u64, BTreeSet<String>)| Tally {
            occurrences: cell.0,
            distinct: cell.1.len() as u64,
        };
        let standings = self.standings.iter();
        Shares {
            standings: standings
                .map(|(standing, cell)| (*standing, tally(cell)))
                .collect(),
            grey: tally(&self.grey),
            total: tally(&self.all),
        }
    }
}
