//! What other points, severities and limits would make of findings that are stored: answered from the
//! tables `finding` and `quality`, without reading the records again.

use std::collections::{BTreeMap, HashMap};

use biaochi_checks::{CheckSet, Counted, Test, score};
use biaochi_domain::{Language, Localized};
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::query::{QueryError, rows};
use crate::{Content, Workspace};

/// Quality of a hospital's month before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplayedMonth {
    /// Organisation code.
    pub organisation: String,
    /// Month.
    pub month: String,
    /// Pages.
    pub pages: u64,
    /// Mean score as stored.
    pub mean_before: Decimal,
    /// Mean score under the other set.
    pub mean_after: Decimal,
    /// Pages whose grade would change.
    pub grades_changed: u64,
}

/// Findings of a check before and after.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReplayedCheck {
    /// Pages with a finding as stored.
    pub before: u64,
    /// Pages with a finding under the other set.
    pub after: u64,
}

/// What the other set would say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Replay {
    /// By hospital and month, sorted.
    pub months: Vec<ReplayedMonth>,
    /// Checks whose number of pages changes.
    pub checks: BTreeMap<String, ReplayedCheck>,
}

/// Why stored findings do not answer.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the fields say what they hold")]
pub enum ReplayError {
    #[error(transparent)]
    Query(#[from] QueryError),
    #[error("{pages} pages were checked with other questions")]
    OtherQuestions { pages: u64 },
    #[error("check {check}: values up to the limit {limit} were not kept")]
    NotKept { check: String, limit: Decimal },
}

impl Localized for ReplayError {
    fn text(&self, language: Language) -> String {
        match (self, language) {
            (Self::Query(error), _) => error.text(language),
            (Self::OtherQuestions { pages }, Language::Zh) => format!(
                "{pages} 份病案入库时检查的问题与这个规则包不同（条件、名字或编码范围有改动），已存的结果不能回答。请重新导入或重查这些月份"
            ),
            (Self::NotKept { check, limit }, Language::Zh) => format!(
                "规则 {check} 的界线 {limit} 超出已存测量值的范围（keep），已存的结果不能回答。请把 keep 放宽后重查"
            ),
            (_, Language::En) => self.to_string(),
        }
    }
}

#[derive(Debug, Deserialize)]
struct Page {
    organisation_code: String,
    discharge_month: String,
    record_key: String,
    day: String,
    score: String,
    grade: String,
    questions_hash: String,
}

#[derive(Debug, Deserialize)]
struct Stored {
    record_key: String,
    check_id: String,
    places: u32,
    measured: Option<String>,
}

const PAGES: &str = "
select organisation_code, discharge_month, record_key,
       cast(cast(discharge_time as date) as varchar) as day,
       cast(score as varchar) as score, grade, questions_hash
from quality";

const FINDINGS: &str = "
select record_key, check_id, places, cast(measured as varchar) as measured from finding";

/// Scores everything that is stored under another set of the same questions. `was` is the set that
/// the records were checked with, for the reach of kept values.
pub fn replay(
    workspace: &Workspace,
    content: &Content,
    was: &CheckSet,
    set: &CheckSet,
) -> Result<Replay, ReplayError> {
    let pages: Vec<Page> = rows(workspace, content, PAGES)?;
    let questions = set.questions_hash();
    let others = pages
        .iter()
        .filter(|page| page.questions_hash != questions)
        .count();
    if others > 0 {
        let pages = others as u64;
        return Err(ReplayError::OtherQuestions { pages });
    }
    check_reach(was, set)?;
    let mut findings = HashMap::<String, Vec<Stored>>::new();
    for stored in rows::<Stored>(workspace, content, FINDINGS)? {
        findings
            .entry(stored.record_key.clone())
            .or_default()
            .push(stored);
    }
    let mut replay = Replay::default();
    let mut months = BTreeMap::<(String, String), ReplayedMonth>::new();
    for page in pages {
        let own = findings.remove(&page.record_key).unwrap_or_default();
        let counted = count(set, &page, &own, &mut replay.checks);
        let scored = score(set, &counted);
        let before: Decimal = page.score.parse().unwrap_or_default();
        let key = (page.organisation_code.clone(), page.discharge_month.clone());
        let month = months.entry(key).or_insert_with(|| ReplayedMonth {
            organisation: page.organisation_code.clone(),
            month: page.discharge_month.clone(),
            pages: 0,
            mean_before: Decimal::ZERO,
            mean_after: Decimal::ZERO,
            grades_changed: 0,
        });
        month.pages += 1;
        month.mean_before += before;
        month.mean_after += scored.score;
        month.grades_changed += u64::from(scored.grade != page.grade);
    }
    replay.checks.retain(|_, check| check.before != check.after);
    replay.months = months.into_values().collect();
    for month in &mut replay.months {
        let pages = Decimal::from(month.pages);
        month.mean_before = (month.mean_before / pages).round_dp(2);
        month.mean_after = (month.mean_after / pages).round_dp(2);
    }
    Ok(replay)
}

/// A limit can only be moved as far as values were kept.
fn check_reach(was: &CheckSet, set: &CheckSet) -> Result<(), ReplayError> {
    for check in &set.checks {
        let Test::Measure(_, threshold) = &check.test else {
            continue;
        };
        let limit = threshold.limit.value();
        let kept = was.checks.iter().filter(|old| old.id == check.id);
        let answers = kept.filter_map(|old| match &old.test {
            Test::Measure(_, threshold) => Some(threshold.answers(limit)),
            _ => None,
        });
        if answers.into_iter().any(|answers| !answers) {
            let check = check.id.clone();
            return Err(ReplayError::NotKept { check, limit });
        }
    }
    Ok(())
}

/// What stored findings of a page are under the other set.
fn count<'s>(
    set: &'s CheckSet,
    page: &Page,
    findings: &[Stored],
    checks: &mut BTreeMap<String, ReplayedCheck>,
) -> Vec<Counted<'s>> {
    let day = page.day.parse().ok();
    let mut counted = Vec::new();
    for stored in findings {
        let changed = checks.entry(stored.check_id.clone()).or_default();
        changed.before += u64::from(stored.places > 0);
        let check = day.and_then(|day| set.in_force(&stored.check_id, day));
        let Some(check) = check else { continue };
        let measured: Option<Decimal> = stored
            .measured
            .as_deref()
            .and_then(|text| text.parse().ok());
        let places = match (&check.test, measured) {
            (Test::Measure(_, threshold), Some(value)) => {
                u32::from(threshold.limit.violated_by(value))
            }
            _ => stored.places,
        };
        if places > 0 {
            changed.after += 1;
            counted.push(Counted { check, places });
        }
    }
    counted
}
