use biaochi_checks::Severity;
use biaochi_domain::{Month, Period, in_sentence};
use biaochi_indicators::{ratio, rounded};
use biaochi_store::{Dimension, Filter, Scope, Store};
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::error::CockpitError;
use super::rows::{Rows, course};
use super::tile::{Figure, FigureKind, Link, LinkPage, Point, Row, Series, Shape, Tile, Tone};
use crate::Workspace;
use crate::indicators::{IndicatorError, Values};
use crate::worklist::with_store;

/// Months of the course.
const COURSE: usize = 13;
/// Departments or hospitals that are named.
const NAMED: usize = 5;

/// Faults that are open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Queue {
    /// Errors.
    pub errors: u64,
    /// Warnings.
    pub warnings: u64,
    /// What is only suspected.
    pub suspects: u64,
    /// Those whose last day has passed.
    pub overdue: u64,
}

impl Queue {
    /// All of them.
    pub fn total(self) -> u64 {
        self.errors + self.warnings + self.suspects
    }
}

/// How many faults are open on a day, of the institutions of a scope. A department narrows it.
pub fn queue(
    workspace: &Workspace,
    scope: &Scope,
    department: Option<&str>,
    today: Date,
) -> Result<Queue, CockpitError> {
    let open = Filter {
        department: department.map(str::to_owned),
        ..Filter::unsettled()
    };
    let late = Filter {
        due_before: Some(today),
        ..open.clone()
    };
    let (counts, overdue) = with_store(workspace, async |store: &Store| {
        let counts = store.counts(scope, &open, Dimension::Severity).await?;
        Ok((counts, store.count(scope, &late).await?))
    })?;
    let of = |severity: Severity| {
        let found = counts.iter().find(|count| count.value == severity.id());
        found.map_or(0, |count| count.items)
    };
    Ok(Queue {
        errors: of(Severity::Error),
        warnings: of(Severity::Warning),
        suspects: of(Severity::Suspect),
        overdue,
    })
}

/// Sums of a month.
#[derive(Debug, Clone, Deserialize)]
struct Checked {
    month: String,
    part: String,
    pages: u64,
    score: Option<String>,
    best: Option<u64>,
    blocked: Option<u64>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    pages: u64,
    score: Decimal,
    best: u64,
    blocked: u64,
}

impl Sums {
    fn add(&mut self, row: &Checked) {
        self.pages += row.pages;
        self.score += row
            .score
            .as_deref()
            .and_then(|text| text.parse::<Decimal>().ok())
            .unwrap_or_default();
        self.best += row.best.unwrap_or(0);
        self.blocked += row.blocked.unwrap_or(0);
    }

    fn mean(&self) -> Option<Decimal> {
        let mean = ratio(self.score, Decimal::from(self.pages), Decimal::ONE)?;
        Some(rounded(mean, 2))
    }

    fn share(&self) -> Option<Decimal> {
        let (best, pages) = (Decimal::from(self.best), Decimal::from(self.pages));
        Some(rounded(ratio(best, pages, Decimal::ONE_HUNDRED)?, 2))
    }
}

/// The quality of the front pages of a period. The worklist is told as it is now.
pub fn quality(
    values: &Values,
    rows: &Rows,
    period: Period,
    queue: Queue,
) -> Result<Tile, IndicatorError> {
    let link = Link::to(LinkPage::Worklist);
    let whole = course(period, COURSE);
    // Departments within a hospital, hospitals within everything else.
    let alone = rows
        .institutions
        .as_ref()
        .is_some_and(|codes| codes.len() == 1);
    let part = match alone {
        true => "discharge_department",
        false => "organisation_code",
    };
    let sql = format!(
        "select discharge_month as month, coalesce({part}, '') as part, count(*) as pages,
                cast(sum(score) as varchar) as score,
                sum(case when grade_rank = 1 then 1 else 0 end) as best,
                sum(case when blocking > 0 then 1 else 0 end) as blocked
         from quality where {} group by 1, 2 order by 1, 2",
        rows.condition(whole, Some("discharge_department"))
    );
    let found: Vec<Checked> = values.ask(&sql)?;
    let is_now = |row: &&Checked| {
        let month = row.month.parse::<Month>();
        month.is_ok_and(|month| period.contains(month))
    };
    let mut now = Sums::default();
    found.iter().filter(is_now).for_each(|row| now.add(row));
    let Some(mean) = now.mean() else {
        let says = format!("{period} 还没有质控过的病案；导入以后这里显示得分、等级和待处理问题");
        return Ok(Tile::nothing("首页质量", says, link));
    };
    let mut points = Vec::new();
    for month in whole.months() {
        let mut sums = Sums::default();
        let text = month.to_string();
        let own = found.iter().filter(|row| row.month == text);
        own.for_each(|row| sums.add(row));
        points.push(Point {
            label: text,
            value: sums.mean(),
        });
    }
    let share = now.share();
    let (tone, status) = match (queue.overdue, now.blocked + queue.errors) {
        (0, 0) => (Tone::Good, "无待办错误".to_owned()),
        (0, open) => (Tone::Warn, format!("{} 个错误待处理", in_sentence(open))),
        (late, _) => (Tone::Bad, format!("{} 个问题逾期", in_sentence(late))),
    };
    let filtered = |name, value: &str| link.clone().with(name, value);
    let worst = worst(values, &found, &is_now, alone, period, rows);
    Ok(Tile {
        title: "首页质量".to_owned(),
        tone,
        status,
        says: format!(
            "{period} 质控 {} 份，平均 {mean} 分，甲级率 {}%，{} 份不能上报；现有 {} 个问题待处理，{} 个逾期",
            in_sentence(now.pages),
            share.map(|share| share.to_string()).unwrap_or_default(),
            in_sentence(now.blocked),
            in_sentence(queue.total()),
            in_sentence(queue.overdue)
        ),
        owner: worst
            .first()
            .map(|row| row.title.clone())
            .unwrap_or_default(),
        figure: Some(Figure::new("平均得分", Some(mean), FigureKind::Score, "分")),
        facts: vec![
            Figure::new("甲级率", share, FigureKind::Percent, "%"),
            Figure::count("不能上报", now.blocked, "份").linked(filtered("severity", "error")),
            Figure::count(Severity::Error.word(), queue.errors, "个")
                .linked(filtered("severity", "error")),
            Figure::count(Severity::Warning.word(), queue.warnings, "个")
                .linked(filtered("severity", "warning")),
            Figure::count(Severity::Suspect.word(), queue.suspects, "个")
                .linked(filtered("severity", "suspect")),
            Figure::count("逾期", queue.overdue, "个").linked(filtered("overdue", "1")),
        ],
        series: Some(Series {
            title: "平均得分按月".to_owned(),
            shape: Shape::Line,
            kind: FigureKind::Score,
            unit: "分".to_owned(),
            points,
        }),
        total: worst.len() as u64,
        rows: worst,
        link,
    })
}

/// The parts with the lowest mean score; a few pages are an accident.
fn worst(
    values: &Values,
    found: &[Checked],
    is_now: &dyn Fn(&&Checked) -> bool,
    alone: bool,
    period: Period,
    rows: &Rows,
) -> Vec<Row> {
    let mut parts = std::collections::BTreeMap::<&str, Sums>::new();
    for row in found.iter().filter(|row| is_now(row)) {
        parts.entry(&row.part).or_default().add(row);
    }
    let mut parts: Vec<(&str, Sums)> = parts
        .into_iter()
        .filter(|(_, sums)| sums.pages >= crate::quality_report::FEWEST_PAGES)
        .collect();
    parts.sort_by_key(|(part, sums)| (sums.mean(), *part));
    let institution = rows.institutions.iter().flatten().next();
    let named = parts.into_iter().take(NAMED).map(|(part, sums)| {
        let unit = match (alone, institution) {
            (true, Some(institution)) => biaochi_organisations::Unit::Department {
                institution: institution.clone(),
                code: part.to_owned(),
            },
            _ => biaochi_organisations::Unit::Institution(part.to_owned()),
        };
        let name = values.structure().name(&unit, period);
        let name = match (alone, institution) {
            (true, Some(code)) => {
                let whole = biaochi_organisations::Unit::Institution(code.clone());
                crate::indicators::name_within(values, &name, &whole, period)
            }
            _ => name,
        };
        let link = match alone {
            true => Link::to(LinkPage::Worklist).with("department", part),
            false => Link::of(LinkPage::Cockpit, part),
        };
        Row {
            title: name,
            detail: format!(
                "{} 份，平均 {} 分，{} 份不能上报",
                in_sentence(sums.pages),
                sums.mean().map(|mean| mean.to_string()).unwrap_or_default(),
                in_sentence(sums.blocked)
            ),
            owner: String::new(),
            tone: match sums.blocked {
                0 => Tone::Info,
                _ => Tone::Warn,
            },
            status: match sums.blocked {
                0 => "可上报".to_owned(),
                _ => "有不能上报".to_owned(),
            },
            due: None,
            link,
        }
    });
    named.collect()
}
