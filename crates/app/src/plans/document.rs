//! The status of a plan as a typeset bulletin (监测通报).

use std::cmp::Reverse;

use biaochi_domain::{Language, Localized as _, decimals_of_unit, in_sentence};
use biaochi_packs::ReportTemplate;
use biaochi_plans::{Certainty, Status, Target};
use biaochi_typeset::Typeset;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::error::PlanError;
use super::status::{PlanStatus, TargetStatus};
use super::{Bulletin, OrganisationTasks};
use crate::document::{Head, Sheet, day, document};

const ZH: Language = Language::Zh;

/// A bulletin to typeset.
#[derive(Debug, Clone, Copy)]
pub struct StatusBulletin<'a> {
    /// How it looks.
    pub template: &'a ReportTemplate,
    /// Where the targets stand.
    pub status: &'a PlanStatus<'a>,
    /// What the unit is called.
    pub name: &'a str,
    /// Its tasks.
    pub tasks: &'a Bulletin,
    /// Who issues it; a line to fill in when left out.
    pub issuer: Option<&'a str>,
    /// The date of the document.
    pub date: Date,
}

/// How urgent a status is, and the tone of its colour in the bulletin.
fn tone(status: Status) -> (u8, &'static str) {
    match status {
        Status::OffCourse => (5, "bad"),
        Status::Overdue => (4, "bad"),
        Status::AtRisk => (3, "warn"),
        Status::NeedsDecision => (1, "plain"),
        Status::OnCourse | Status::Pending => (0, "fair"),
        Status::Met | Status::Done => (0, "good"),
        Status::NoData | Status::NoDate => (0, "plain"),
    }
}

/// Typesets the bulletin.
pub fn status_bulletin(bulletin: &StatusBulletin<'_>) -> Result<Typeset, PlanError> {
    Ok(document(bulletin.template, &data(bulletin), bulletin.date)?)
}

/// Everything the template shows. Numbers are texts already: it adds none up.
fn data(bulletin: &StatusBulletin<'_>) -> Value {
    let StatusBulletin { status, tasks, .. } = bulletin;
    let tally = status.tally();
    let count = |wanted: Status| tally.get(&wanted).copied().unwrap_or(0);
    let attention = attention(status);
    let shares = tally.iter().map(|(status, count)| {
        json!({
            "label": status.text(ZH), "count": count.to_string(), "share": count,
            "tone": tone(*status).1,
        })
    });
    let card = |label: &str, value: usize| json!({ "label": label, "value": value.to_string() });
    json!({
        "title": bulletin.template.title,
        "subject": format!("{}　{}", status.plan.document.title, bulletin.name),
        "period": format!("截至{}", day(status.on)),
        "issuer": bulletin.issuer,
        "date": day(bulletin.date),
        "version": status.version.to_string(),
        "summary": summary(bulletin, &attention),
        "cards": [
            card("目标", status.targets.len()),
            card("已达到、已完成", count(Status::Met) + count(Status::Done)),
            card("按进度、未到期", count(Status::OnCourse) + count(Status::Pending)),
            card("有风险", count(Status::AtRisk)),
            card("偏离、逾期", count(Status::OffCourse) + count(Status::Overdue)),
            card("无数据", count(Status::NoData)),
        ],
        "statuses": shares.collect::<Vec<_>>(),
        "attention": attention_sheet(&attention),
        "tasks": {
            "summary": [tasks_summary(&tasks.total)],
            "overdue": organisations(tasks),
        },
        "targets": targets_sheet(status),
        "notes": notes(status),
    })
}

/// The targets that need attention, the most urgent first.
pub(super) fn attention<'s, 'a>(status: &'s PlanStatus<'a>) -> Vec<&'s TargetStatus<'a>> {
    let mut attention: Vec<&TargetStatus<'a>> = status
        .targets
        .iter()
        .filter(|one| tone(one.standing.status).0 >= 3)
        .collect();
    attention.sort_by_key(|one| (Reverse(tone(one.standing.status).0), one.standing.due));
    attention
}

fn summary(bulletin: &StatusBulletin<'_>, attention: &[&TargetStatus<'_>]) -> Vec<String> {
    let status = bulletin.status;
    let tally: Vec<String> = status
        .tally()
        .iter()
        .map(|(status, count)| format!("{}{count}项", status.text(ZH)))
        .collect();
    let mut sentences = vec![format!(
        "{}按“{}”监测{}的{}项目标：{}。",
        day(status.on),
        status.plan.document.title,
        bulletin.name,
        status.targets.len(),
        tally.join("，")
    )];
    if let Some(first) = attention.first() {
        sentences.push(format!(
            "最需要关注的是“{}”（{}，{}）。",
            first.target.title,
            first.target.wanted(ZH),
            first.standing.reason.text(ZH)
        ));
    }
    sentences
}

fn tasks_summary(total: &OrganisationTasks) -> String {
    if total.tasks == 0 {
        return "截至当日，任务台账中还没有这个方案的任务。".to_owned();
    }
    format!(
        "任务台账共{}项，已验收{}项（本月{}项），待验收{}项，整改中{}项，逾期{}项，督办未回复{}项；本月报告进展{}次。",
        total.tasks,
        total.accepted,
        total.accepted_now,
        total.submitted,
        total.correcting,
        total.overdue,
        total.orders,
        total.reports
    )
}

fn sheet(columns: &[(&str, u16)], rows: Vec<Vec<String>>) -> Sheet {
    let head = |&(title, width): &(&str, u16)| Head {
        title: title.to_owned(),
        width,
    };
    Sheet {
        columns: columns.iter().map(head).collect(),
        rows,
        total: false,
    }
}

/// As many decimals as its unit has.
fn rounded(one: &TargetStatus<'_>, value: rust_decimal::Decimal) -> String {
    let value = value.round_dp(decimals_of_unit(&one.target.unit));
    in_sentence(value.normalize())
}

fn value(one: &TargetStatus<'_>) -> String {
    let value = one.standing.value;
    value.map_or_else(|| "—".to_owned(), |(_, value)| rounded(one, value))
}

fn attention_sheet(targets: &[&TargetStatus<'_>]) -> Sheet {
    let rows = targets.iter().map(|one| {
        let forecast = one.standing.forecast.map(|forecast| {
            let shown = [forecast.value, forecast.low, forecast.high];
            let [value, low, high] = shown.map(|value| rounded(one, value));
            format!("{value}（{low}～{high}）")
        });
        vec![
            one.target.title.clone(),
            one.target.wanted(ZH),
            value(one),
            one.standing
                .due
                .map(|due| due.to_string())
                .unwrap_or_default(),
            forecast.unwrap_or_default(),
            one.standing.status.text(ZH),
            one.standing.reason.text(ZH),
        ]
    });
    let columns = [
        ("目标", 5),
        ("要求", 3),
        ("现值", 0),
        ("期限", 0),
        ("到期预计", 3),
        ("状态", 2),
        ("理由", 5),
    ];
    sheet(&columns, rows.collect())
}

fn targets_sheet(status: &PlanStatus<'_>) -> Sheet {
    let rows = status.targets.iter().map(|one| {
        vec![
            one.target.clause.clone(),
            one.target.title.clone(),
            one.target.wanted(ZH) + &softened(&one.target.softeners) + decided_mark(one),
            rolled_value(one),
            one.standing
                .due
                .map(|due| due.to_string())
                .unwrap_or_default(),
            one.standing.status.text(ZH),
        ]
    });
    let columns = [
        ("条款", 2),
        ("目标", 6),
        ("要求", 4),
        ("现值", 0),
        ("期限", 0),
        ("状态", 2),
    ];
    sheet(&columns, rows.collect())
}

/// 力争, 左右 and the like stay beside the value.
fn softened(words: &[String]) -> String {
    match words {
        [] => String::new(),
        words => format!("〔{}〕", words.join("、")),
    }
}

/// Beside a requirement that was decided on the spot.
fn decided_mark(one: &TargetStatus<'_>) -> &'static str {
    match one.target.decided {
        Some(_) => "〔本地决定〕",
        None => "",
    }
}

/// The value, and how it was put together.
fn rolled_value(one: &TargetStatus<'_>) -> String {
    match &one.rolled {
        Some(rolled) => format!("{}（{}）", value(one), rolled.text(ZH)),
        None => value(one),
    }
}

/// Who decided what the document leaves open, when, and where that is written.
pub(super) fn settled(target: &Target) -> Option<String> {
    let decided = target.decided.as_ref()?;
    Some(format!(
        "{}于{}决定，依据《{}》",
        decided.by,
        day(decided.on),
        decided.document
    ))
}

fn organisations(tasks: &Bulletin) -> Sheet {
    let rows = tasks.organisations.iter().map(|(code, one)| {
        [
            one.tasks,
            one.accepted,
            one.submitted,
            one.correcting,
            one.overdue,
            one.orders,
        ]
        .map(|count| count.to_string())
        .into_iter()
        .fold(vec![code.clone()], |mut row, cell| {
            row.push(cell);
            row
        })
    });
    let columns = [
        ("机构", 4),
        ("任务", 0),
        ("已验收", 0),
        ("待验收", 0),
        ("整改中", 0),
        ("逾期", 0),
        ("督办未回复", 0),
    ];
    sheet(&columns, rows.collect())
}

pub(super) fn notes(status: &PlanStatus<'_>) -> Vec<String> {
    let mut notes = vec![
        "数值取截至监测日最近十二个月；数据集的数值取审核通过的填报，按数据集的规定在各月和各机构之间汇总。"
            .to_owned(),
        "目标限定了机构级别、类别、隶属或名称的，只计其范围内的机构。".to_owned(),
        "按期进度是从基期值到目标值的直线；预计值由历史值的趋势推算，括号内为 80% 区间。"
            .to_owned(),
        "力争、左右、逐步等词照原文保留，不降低目标值；原文没有写明的，不推测，列为“待明确”。"
            .to_owned(),
        format!(
            "方案内容 {}，版本 {}。",
            status.plan.content_hash.get(..12).unwrap_or_default(),
            status.plan.version
        ),
    ];
    for one in &status.targets {
        if let Some(settled) = settled(one.target) {
            notes.push(format!("目标 {} 原文未明确，{settled}。", one.target.id));
        }
    }
    let unsure = status
        .targets
        .iter()
        .filter(|one| one.target.certainty != Certainty::Confirmed);
    let unsure = unsure.count();
    if unsure > 0 {
        notes.push(format!("{unsure} 项目标的对应口径待与原文核对。"));
    }
    notes
}
