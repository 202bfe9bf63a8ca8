//! Puts a profile together from what a workspace holds.

use biaochi_domain::{Language, Localized as _, Month, Period};
use biaochi_organisations::{BedKind, Directory, Post, Unit, View, last_day};
use biaochi_plans::Status;
use biaochi_store::{Scope, Store, StoreError, TaskFilter};
use biaochi_warehouse::WarehouseError;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::{
    Assessment, KeyIndicator, OverdueTask, Profile, ProfileError, ProfileRequest, Targets,
};
use crate::assessment::{
    AssessmentError, Outcome, Subject, leading_losses, loaded_for, outcomes, period_in_words, runs,
};
use crate::indicators::{Direction, Indicator, Mark, NATIONAL, Structure, Value, Values, peers};
use crate::organisations::{Card, card, directory};
use crate::plans::{ledger, status_of};
use crate::quality_report::{ReportRequest, quality_report, summary};
use crate::query::{QueryError, rows};
use crate::worklist::with_store;
use crate::workspace::PaymentRate;
use crate::{Content, Workspace};

const ZH: Language = Language::Zh;
/// Periods of the course of an indicator, this one included.
const COURSE: usize = 8;
/// Fewer cases than this are not told of a single other hospital.
const FEWEST: u64 = 10;
/// Targets that are named.
const PRESSING: usize = 4;
/// Sentences about front pages that a page has room for.
const SENTENCES: usize = 2;

/// Gathers a hospital's profile.
pub fn profile(
    workspace: &Workspace,
    content: &Content,
    scope: &Scope,
    request: &ProfileRequest<'_>,
) -> Result<Profile, ProfileError> {
    let whole = directory(workspace, &Scope::All)?;
    let (code, period) = hospital_and_period(workspace, content, scope, &whole, request)?;
    let unit = Unit::Institution(code.clone());
    let (identity, name) = {
        let view = whole.of_period(period);
        let card = card(&view, &unit);
        let identity = card.map_or_else(Vec::new, |card| identity(&view, &card));
        (identity, view.name(&unit).unwrap_or_else(|| code.clone()))
    };
    let course = course(period);
    let first = course.first().map_or(period.first(), |one| one.first());
    let span = Period::between(first, period.last()).unwrap_or(period);
    let pack = content.indicators(NATIONAL)?;
    let values = Values::load(workspace, &pack, Structure::new(whole), span)?;
    let mut indicators = Vec::with_capacity(request.indicators.len());
    for id in request.indicators {
        let indicator = values.indicator(id)?;
        indicators.push(key_indicator(&values, indicator, &code, &course));
    }
    let provenance = values.provenance();
    let (tasks, overdue) = tasks(workspace, content, scope, &code, request)?;
    Ok(Profile {
        identity,
        period: period.to_string(),
        on: request.on.to_string(),
        version: provenance.version,
        indicator_pack: provenance.pack.clone(),
        indicator_hash: provenance.pack_hash.clone(),
        indicators,
        quality: quality(workspace, content, &code, period)?,
        assessment: assessment(workspace, content, scope, &code)?,
        targets: targets(workspace, content, &unit, period, request)?,
        tasks,
        overdue,
        code,
        name,
    })
}

#[derive(Debug, Deserialize)]
struct LastMonth {
    month: Option<String>,
}

/// Which hospital is meant, and which period when none is named.
fn hospital_and_period(
    workspace: &Workspace,
    content: &Content,
    scope: &Scope,
    directory: &Directory,
    request: &ProfileRequest<'_>,
) -> Result<(String, Period), ProfileError> {
    let day = request.period.map_or(request.on, last_day);
    let found = directory.as_of(day).find(request.organisation);
    let mut codes: Vec<String> = found
        .iter()
        .filter_map(|unit| match unit {
            Unit::Institution(code) => Some(code.clone()),
            _ => None,
        })
        .collect();
    let is_known = !codes.is_empty();
    let code = match codes.len() {
        // Somebody may have delivered records before anybody described the hospital.
        0 => request.organisation.to_owned(),
        1 => codes.swap_remove(0),
        _ => {
            return Err(ProfileError::Several {
                organisation: request.organisation.to_owned(),
                codes,
            });
        }
    };
    if !scope.allows(&code) {
        return Err(ProfileError::Store(StoreError::OutOfScope {
            organisation_code: code,
        }));
    }
    let quoted = crate::lookup::quoted(&code);
    let sql = format!(
        "select max(discharge_month) as month from discharge where organisation_code = {quoted}"
    );
    let last: Vec<LastMonth> = match rows(workspace, content, &sql) {
        Ok(last) => last,
        Err(QueryError::Warehouse(WarehouseError::NoLake { .. })) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    let last = last
        .into_iter()
        .find_map(|row| row.month?.parse::<Month>().ok());
    match (request.period, last) {
        (_, None) if !is_known => Err(ProfileError::NoHospital { organisation: code }),
        (Some(period), _) => Ok((code, period)),
        (None, Some(last)) => {
            let year = Period::rolling_year(last).unwrap_or(last.into());
            Ok((code, year))
        }
        (None, None) => Err(ProfileError::NoRecords { organisation: code }),
    }
}

/// The periods up to one: whole years at the end of each quarter, other periods one after the other.
fn course(period: Period) -> Vec<Period> {
    let before = |period: &Period| match period.length() {
        12 => {
            let last = period.last().previous()?.previous()?.previous()?;
            Period::rolling_year(last)
        }
        _ => period.previous(),
    };
    let mut course: Vec<Period> = std::iter::successors(Some(period), before)
        .take(COURSE)
        .collect();
    course.reverse();
    course
}

fn identity(view: &View<'_>, card: &Card) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    let mut add = |label: &str, value: String| {
        if !value.is_empty() {
            pairs.push((label.to_owned(), value));
        }
    };
    if let Some(own) = &card.institution {
        add("机构代码", own.code.to_string());
        let class = own.class.map(|class| class.text(ZH)).unwrap_or_default();
        add("级别等次", own.level.text(ZH) + &class);
        add("类别", own.kind.text(ZH));
        add("举办", own.ownership.text(ZH));
    }
    let above = |wanted: fn(&Unit) -> bool| {
        let named = card.above.iter().filter(|(unit, _)| wanted(unit));
        named.map(|(_, name)| name.as_str()).collect::<Vec<_>>()
    };
    let divisions = above(|unit| matches!(unit, Unit::Division(_)));
    add(
        "所在地",
        divisions.first().copied().unwrap_or_default().to_owned(),
    );
    add(
        "医联体",
        above(|unit| matches!(unit, Unit::Alliance(_))).join("、"),
    );
    for (kind, total) in &card.beds {
        let label = match kind {
            BedKind::Approved => "编制床位",
            BedKind::Open => "实有床位",
        };
        add(label, format!("{} 张", total.number));
    }
    let people = |post: Post| -> usize {
        let same = card.staff.iter().filter(|count| count.post == post);
        same.map(|count| count.number).sum()
    };
    let (physicians, nurses) = (people(Post::Physician), people(Post::Nurse));
    if physicians + nurses > 0 {
        add("医师、护士", format!("{physicians}、{nurses} 人"));
    }
    if let Unit::Institution(code) = &card.unit {
        let departments = view.departments(code).count();
        if departments > 0 {
            add("科室", format!("{departments} 个"));
        }
    }
    pairs
}

fn key_indicator(
    values: &Values,
    indicator: &Indicator,
    code: &str,
    course: &[Period],
) -> KeyIndicator {
    let unit = Unit::Institution(code.to_owned());
    let read = |period: &Period| values.explained(indicator, &unit, *period);
    let now = course.last().map(&read);
    let before = course.last().and_then(|period| period.year_before());
    let before = before.and_then(|period| read(&period).ok());
    let (mut median, mut place) = (None, None);
    if let Some(period) = course.last() {
        let found = peers(values, indicator, code, *period, FEWEST);
        let others = found.peers.iter().filter(|peer| !peer.is_own);
        let others: Vec<Decimal> = others.filter_map(|peer| Some(peer.value?.value)).collect();
        let own = found.peers.iter().position(|peer| peer.is_own);
        let is_ranked = matches!(indicator.direction, Direction::Higher | Direction::Lower);
        // Hidden peers have a place too, but theirs is not told.
        place = own
            .filter(|_| is_ranked && !others.is_empty() && found.hidden == 0)
            .map(|own| (own + 1, found.peers.len()));
        median = middle(others);
    }
    let marks = values.set().marks(indicator);
    let unconfirmed = marks.iter().map(|mark| match mark {
        Mark::Definition(certainty) => format!("定义{}", certainty.text(ZH)),
        Mark::List { title, .. } => format!("暂定名录“{title}”"),
    });
    let value = |value: Value| value.value;
    KeyIndicator {
        id: indicator.id.clone(),
        title: indicator.title.clone(),
        unit: indicator.unit.clone(),
        decimals: indicator.decimals,
        why_none: match &now {
            Some(Err(why)) => Some(why.text(ZH)),
            _ => None,
        },
        value: now.and_then(Result::ok).map(value),
        year_before: before.map(value),
        course: course
            .iter()
            .map(|period| (period.to_string(), read(period).ok().map(value)))
            .collect(),
        median,
        place,
        unconfirmed: unconfirmed.collect(),
    }
}

/// The middle of some values; of an even number, the mean of the two in the middle.
fn middle(mut values: Vec<Decimal>) -> Option<Decimal> {
    values.sort();
    let half = values.len() / 2;
    let upper = *values.get(half)?;
    if values.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = *values.get(half.checked_sub(1)?)?;
    (lower + upper).checked_div(Decimal::TWO)
}

/// What the report about front pages says first.
fn quality(
    workspace: &Workspace,
    content: &Content,
    code: &str,
    period: Period,
) -> Result<Vec<String>, ProfileError> {
    let request = ReportRequest {
        organisation: Some(code),
        from: Some(period.first()),
        to: Some(period.last()),
        rate: workspace.config().payment_rate.map(PaymentRate::yuan),
    };
    match quality_report(workspace, content, &request) {
        Ok(report) => {
            let mut sentences = summary(&report, ZH);
            sentences.truncate(SENTENCES);
            Ok(sentences)
        }
        Err(error) if error.is_not_found() => Ok(vec!["本期没有首页质控结果。".to_owned()]),
        Err(error) => Err(error.into()),
    }
}

/// The newest run with a result for the hospital.
fn assessment(
    workspace: &Workspace,
    content: &Content,
    scope: &Scope,
    code: &str,
) -> Result<Option<Assessment>, ProfileError> {
    for run in runs(workspace, scope)? {
        if run.result_hash.is_empty() {
            continue;
        }
        let id = &run.run.run_id;
        let units = with_store(workspace, async |store: &Store| {
            Ok(store.run_units(scope, id).await?)
        });
        let mut units = units.map_err(AssessmentError::from)?;
        units.retain(|unit| unit.organisation_code == code);
        let Some(outcome) = outcomes(id, &units)?.pop() else {
            continue;
        };
        // A scheme that was taken away since still has its result.
        let loaded = loaded_for(content, &run).ok();
        let scheme = loaded.as_ref().and_then(|loaded| match &loaded.subject {
            Subject::Scheme(scheme) => Some(scheme),
            Subject::Index(_) => None,
        });
        let table = scheme.and_then(|scheme| scheme.table(&outcome.table));
        let Outcome {
            score,
            grade,
            place,
            of,
            ..
        } = &outcome;
        return Ok(Some(Assessment {
            run: id.clone(),
            title: scheme.map_or_else(|| run.run.scheme_id.clone(), |one| one.title.clone()),
            period: period_in_words(&run.run.period),
            state: run.state.text(ZH),
            score: *score,
            grade: grade.grade.clone(),
            place: place.map(|place| (place, *of)),
            losses: match scheme.zip(table) {
                Some((scheme, table)) => leading_losses(scheme, table, &outcome),
                None => Vec::new(),
            },
        }));
    }
    Ok(None)
}

/// Where the targets of the plan stand on the last day of the period.
fn targets(
    workspace: &Workspace,
    content: &Content,
    unit: &Unit,
    period: Period,
    request: &ProfileRequest<'_>,
) -> Result<Option<Targets>, ProfileError> {
    let Some(plan) = request.plan else {
        return Ok(None);
    };
    let found = status_of(workspace, content, plan, unit, last_day(period))?;
    let worst = |status: Status| match status {
        Status::OffCourse => 0,
        Status::Overdue => 1,
        Status::AtRisk => 2,
        _ => 3,
    };
    let mut pressing: Vec<_> = found
        .targets
        .iter()
        .filter(|one| worst(one.standing.status) < 3)
        .collect();
    pressing.sort_by_key(|one| (worst(one.standing.status), one.standing.due));
    let named = pressing.into_iter().take(PRESSING).map(|one| {
        let value = one.standing.value;
        [
            one.target.title.clone(),
            one.target.wanted(ZH),
            value.map_or_else(
                || "—".to_owned(),
                |(_, value)| value.round_dp(2).normalize().to_string(),
            ),
            one.standing.status.text(ZH),
        ]
    });
    let tally = found.tally();
    Ok(Some(Targets {
        plan: plan.id.clone(),
        title: plan.document.title.clone(),
        pressing: named.collect(),
        tally: tally
            .iter()
            .map(|(status, count)| (status.word().to_owned(), status.text(ZH), *count))
            .collect(),
    }))
}

/// How many tasks there are, and those that are overdue.
fn tasks(
    workspace: &Workspace,
    content: &Content,
    scope: &Scope,
    code: &str,
    request: &ProfileRequest<'_>,
) -> Result<(usize, Vec<OverdueTask>), ProfileError> {
    let filter = TaskFilter {
        organisation_code: Some(code.to_owned()),
        ..TaskFilter::default()
    };
    let lines = ledger(workspace, content, scope, &filter, u32::MAX, request.on)?;
    let count = lines.len();
    let mut overdue: Vec<OverdueTask> = lines
        .into_iter()
        .filter_map(|line| {
            let biaochi_plans::Urgency::Overdue { days, .. } = line.urgency? else {
                return None;
            };
            Some(OverdueTask {
                plan: line.task.key.plan,
                task: line.task.key.task,
                title: line.task.title,
                due: line.task.due.map(|due| due.to_string()).unwrap_or_default(),
                days,
                progress: line.task.progress,
            })
        })
        .collect();
    overdue.sort_by_key(|task| std::cmp::Reverse(task.days));
    Ok((count, overdue))
}
