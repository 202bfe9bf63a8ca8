//! The profile as a typeset page.

use biaochi_domain::{Language, Period, days_in_words, in_sentence, with_sign};
use biaochi_indicators::{rounded, shown};
use biaochi_packs::ReportTemplate;
use biaochi_typeset::Typeset;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{Assessment, KeyIndicator, Profile, ProfileError, Targets};
use crate::assessment::period_in_words;
use crate::document::{Sheet, day, document, thousandths};

/// Tasks that are named.
const TASKS: usize = 4;
/// Digits of a hash that are shown.
const DIGITS: usize = 12;

/// A profile to typeset.
#[derive(Debug, Clone, Copy)]
pub struct ProfileDocument<'a> {
    /// How it looks.
    pub template: &'a ReportTemplate,
    /// What it says.
    pub profile: &'a Profile,
    /// The date of the document.
    pub date: Date,
}

/// Typesets the page.
pub fn profile_document(page: &ProfileDocument<'_>) -> Result<Typeset, ProfileError> {
    Ok(document(page.template, &data(page), page.date)?)
}

/// Everything the template shows. Numbers are texts already: it adds none up.
fn data(page: &ProfileDocument<'_>) -> Value {
    let profile = page.profile;
    let identity = profile.identity.iter();
    let identity = identity.map(|(label, value)| json!({ "label": label, "value": value }));
    let course = profile.indicators.iter().map(|one| one.course.len()).max();
    let is_year = profile
        .period
        .parse()
        .is_ok_and(|period: Period| period.length() == 12);
    let points = course.unwrap_or_default();
    json!({
        "title": page.template.title,
        "name": profile.name,
        "issuer": Value::Null,
        "period": period_in_words(&profile.period),
        "date": day(page.date),
        "version": profile.version.to_string(),
        "identity": identity.collect::<Vec<_>>(),
        "points": match is_year {
            true => format!("{points} 季（滚动年）"),
            false => format!("{points} 期"),
        },
        "indicators": profile.indicators.iter().map(indicator).collect::<Vec<_>>(),
        "quality": profile.quality,
        "assessment": assessment(profile.assessment.as_ref()),
        "plan": targets(profile.targets.as_ref()),
        "tasks": tasks(profile),
        "notes": notes(page),
    })
}

fn dash() -> String {
    "—".to_owned()
}

fn indicator(one: &KeyIndicator) -> Value {
    let text = |value: Decimal| in_sentence(shown(value, one.decimals));
    let unit = match one.unit.as_str() {
        "" => String::new(),
        unit => format!("（{unit}）"),
    };
    let remark = one
        .why_none
        .clone()
        .unwrap_or_else(|| one.unconfirmed.join("；"));
    json!({
        "title": format!("{}{unit}", one.title),
        "value": one.value.map_or_else(dash, text),
        "change": change(one).unwrap_or_else(dash),
        "marks": marks(&one.course),
        "median": one.median.map_or_else(dash, text),
        "place": one.place.map_or_else(dash, |(place, of)| format!("{place}/{of}")),
        "remark": remark,
    })
}

/// The change against a year before: in points for percentages, else in per cent.
fn change(one: &KeyIndicator) -> Option<String> {
    let (now, before) = one.value.zip(one.year_before)?;
    let difference = now.checked_sub(before)?;
    let (value, unit) = match one.unit.as_str() {
        "%" => (difference, "点"),
        _ if before.is_zero() => return None,
        _ => (
            difference
                .checked_mul(Decimal::ONE_HUNDRED)?
                .checked_div(before.abs())?,
            "%",
        ),
    };
    let value = shown(rounded(value, 1), 1);
    Some(format!("{}{unit}", with_sign(&value)))
}

/// Places and heights of a course in thousandths; the lowest value lies at the foot, the highest at the top.
fn marks(course: &[(String, Option<Decimal>)]) -> Value {
    let known = || course.iter().filter_map(|(_, value)| *value);
    let (lowest, highest) = (known().min(), known().max());
    let height = |value: Decimal| {
        let (lowest, highest) = lowest.zip(highest)?;
        let range = highest.checked_sub(lowest)?;
        let part = value.checked_sub(lowest)?.checked_div(range);
        // A course without any movement runs through the middle.
        Some(part.map_or(500, thousandths))
    };
    let steps = Decimal::from(course.len().saturating_sub(1).max(1));
    let marks = course.iter().enumerate().map(|(place, (_, value))| {
        let part = Decimal::from(place).checked_div(steps).unwrap_or_default();
        json!({ "place": thousandths(part), "height": value.and_then(height) })
    });
    marks.collect()
}

fn assessment(assessment: Option<&Assessment>) -> Value {
    let Some(one) = assessment else {
        return json!({ "summary": ["还没有考核结果。"], "losses": Sheet::default() });
    };
    let score = one.score.map_or_else(
        || "得分待定".to_owned(),
        |score| format!("得分 {}", crate::assessment::points_text(score)),
    );
    let grade = one.grade.as_deref().map_or_else(
        || "等次待定".to_owned(),
        |grade| format!("建议等次“{grade}”"),
    );
    let place = one
        .place
        .map(|(place, of)| format!("，同类 {of} 家中列第 {place}"));
    let summary = format!(
        "{}（{}，{}）：{score}，{grade}{}。",
        one.title,
        period_in_words(&one.period),
        one.state,
        place.unwrap_or_default()
    );
    let losses = one.losses.iter().map(|loss| loss.to_vec());
    let columns = [("主要失分", 4), ("折算", 0), ("理由", 7)];
    json!({ "summary": [summary], "losses": Sheet::of(&columns, losses.collect()) })
}

fn targets(targets: Option<&Targets>) -> Value {
    let Some(one) = targets else {
        return json!({
            "summary": ["没有指定方案；用 --plan 指定。"], "statuses": [], "pressing": Sheet::default(),
        });
    };
    let count: usize = one.tally.iter().map(|(_, _, count)| count).sum();
    let statuses = one.tally.iter().map(|(word, text, count)| {
        let tone = match word.as_str() {
            "met" | "done" => "good",
            "on_course" | "pending" => "fair",
            "at_risk" => "warn",
            "off_course" | "overdue" => "bad",
            _ => "plain",
        };
        json!({ "label": text, "count": count.to_string(), "share": count, "tone": tone })
    });
    let pressing = one.pressing.iter().map(|target| target.to_vec());
    let columns = [("目标", 6), ("要求", 4), ("现值", 0), ("状态", 2)];
    let summary = match count {
        0 => format!("“{}”没有对这家医院的目标。", one.title),
        count => format!("“{}”对这家医院有 {count} 项目标。", one.title),
    };
    json!({
        "summary": [summary],
        "statuses": statuses.collect::<Vec<_>>(),
        "pressing": Sheet::of(&columns, pressing.collect()),
    })
}

fn tasks(profile: &Profile) -> Value {
    let (tasks, overdue) = (profile.tasks, profile.overdue.len());
    let summary = match (tasks, overdue) {
        (0, _) => "任务台账中没有这家医院的任务。".to_owned(),
        (tasks, 0) => format!("任务台账有 {tasks} 项任务，没有逾期的。"),
        (tasks, overdue) if overdue > TASKS => {
            format!("任务台账有 {tasks} 项任务，逾期 {overdue} 项，逾期最久的 {TASKS} 项：")
        }
        (tasks, overdue) => format!("任务台账有 {tasks} 项任务，逾期 {overdue} 项："),
    };
    let rows = profile.overdue.iter().take(TASKS).map(|task| {
        vec![
            task.title.clone(),
            task.due.clone(),
            days_in_words(task.days, Language::Zh),
            format!("{}%", task.progress),
        ]
    });
    let columns = [("任务", 6), ("期限", 0), ("逾期", 0), ("进度", 0)];
    json!({ "summary": [summary], "overdue": Sheet::of(&columns, rows.collect()) })
}

fn notes(page: &ProfileDocument<'_>) -> Vec<String> {
    let (profile, template) = (page.profile, page.template);
    let short = |hash: &str| hash.get(..DIGITS).unwrap_or(hash).to_owned();
    vec![
        "同比：百分比指标为百分点之差，其余为增减百分比。".to_owned(),
        "名次、中位数在同级同类机构中比较；例数太少的机构不显示时不排名次。".to_owned(),
        format!(
            "逾期任务截至 {}；数据版本 {}，指标包 {}（{}），版式 {}（{}）。",
            profile.on,
            profile.version,
            profile.indicator_pack,
            short(&profile.indicator_hash),
            template.pack,
            short(&template.content_hash)
        ),
    ]
}

/// The profile in a few lines, for the screen.
pub fn profile_lines(profile: &Profile, language: Language) -> Vec<String> {
    let zh = language == Language::Zh;
    let mut lines = vec![format!(
        "{} {} {}",
        profile.code, profile.name, profile.period
    )];
    lines.extend(profile.indicators.iter().map(|one| {
        let value = one
            .value
            .map_or_else(dash, |value| in_sentence(shown(value, one.decimals)));
        let why = one.why_none.as_ref().map(|why| format!("（{why}）"));
        format!(
            "  {} {value}{}{}",
            one.title,
            one.unit,
            why.unwrap_or_default()
        )
    }));
    let overdue = profile.overdue.len();
    lines.push(match zh {
        true => format!("  任务 {} 项，逾期 {overdue} 项", profile.tasks),
        false => format!("  {} tasks, {overdue} overdue", profile.tasks),
    });
    lines
}
