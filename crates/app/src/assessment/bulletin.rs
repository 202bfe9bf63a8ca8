//! A run as a typeset bulletin (绩效考核通报): places and grades, what changed, where points were lost and why, what
//! had no data, and what everything rests on.

use std::collections::BTreeMap;

use biaochi_assessment::{
    Item, ItemScore, Missing, Outcome, Scheme, Source, Table, Why, event_line, lowered_by,
    points_text as points, reason,
};
use biaochi_domain::{Language, Localized as _, Period, in_sentence, with_sign};
use biaochi_packs::ReportTemplate;
use biaochi_typeset::Typeset;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{AssessmentError, RunDetail};
use crate::beijing;
use crate::document::{Sheet, day, document, thousandths};

const ZH: Language = Language::Zh;
/// Losses that are named of an institution.
const LOSSES: usize = 3;
/// Items that cost most, of all institutions together.
const ITEMS: usize = 12;
/// Digits of a hash that are shown.
const DIGITS: usize = 12;

/// A bulletin to typeset.
#[derive(Debug, Clone, Copy)]
pub struct RunBulletin<'a> {
    /// How it looks.
    pub template: &'a ReportTemplate,
    /// The scheme, as it is now.
    pub scheme: &'a Scheme,
    /// The run.
    pub detail: &'a RunDetail,
    /// The run of the scheme before it, for changes.
    pub previous: Option<&'a RunDetail>,
    /// Who issues it; a line to fill in when left out.
    pub issuer: Option<&'a str>,
    /// Its date; the day on which the run was frozen when left out, so that the same run gives the same bytes.
    pub date: Option<Date>,
}

/// Typesets the bulletin.
pub fn run_bulletin(bulletin: &RunBulletin<'_>) -> Result<Typeset, AssessmentError> {
    let frozen = || {
        let at = bulletin.detail.run.at;
        at.to_zoned(beijing::zone()).date()
    };
    let date = bulletin.date.unwrap_or_else(frozen);
    Ok(document(bulletin.template, &data(bulletin, date), date)?)
}

/// Everything the template shows. Numbers are texts already: it adds none up.
fn data(bulletin: &RunBulletin<'_>, date: Date) -> Value {
    let RunBulletin { scheme, detail, .. } = bulletin;
    let run = &detail.run.run;
    let version = run.lake_version.map(|version| version.to_string());
    json!({
        "title": bulletin.template.title,
        "subject": scheme.title,
        "period": period_in_words(&run.period),
        "issuer": bulletin.issuer,
        "date": day(date),
        "version": version.unwrap_or_else(|| "—".to_owned()),
        "state": detail.run.state.text(ZH),
        "summary": summary(bulletin),
        "cards": cards(bulletin),
        "grades": grades(bulletin),
        "rankings": rankings(bulletin),
        "changes": bulletin.previous.map(|before| changes(bulletin, before)),
        "items": costly_items(bulletin),
        "losses": losses_of_institutions(bulletin),
        "absent": absent(bulletin),
        "events": events(bulletin),
        "objections": objections(bulletin),
        "notes": notes(bulletin),
    })
}

/// A period as a heading has it.
pub(crate) fn period_in_words(text: &str) -> String {
    match text.parse::<Period>() {
        Ok(period) if period.length() == 12 && period.first().month() == 1 => {
            format!("{} 年度", period.first().year())
        }
        _ => text.to_owned(),
    }
}

/// A value of an indicator, an index or a weight: four decimals at most.
fn value_text(value: Decimal) -> String {
    in_sentence(value.round_dp(4).normalize())
}

fn dash(value: Option<Decimal>) -> String {
    value.map_or_else(|| "—".to_owned(), points)
}

fn grade(outcome: &Outcome) -> String {
    let grade = outcome.grade.grade.clone();
    grade.unwrap_or_else(|| "待定".to_owned())
}

/// The outcomes of a table, the best first.
fn ranked<'a>(detail: &'a RunDetail, table: &str) -> Vec<&'a Outcome> {
    let of_table = detail.outcomes.iter().filter(|one| one.table == table);
    let mut ranked: Vec<&Outcome> = of_table.collect();
    ranked.sort_by_key(|one| (one.place.unwrap_or(u32::MAX), &one.unit.code));
    ranked
}

/// The tables by which institutions were scored; last those that no table is for.
fn tables<'a>(bulletin: &RunBulletin<'a>) -> Vec<(String, Option<&'a Table>, Vec<&'a Outcome>)> {
    let scheme = bulletin.scheme;
    let named = scheme.tables.iter().map(|table| {
        let ranked = ranked(bulletin.detail, &table.id);
        (table.title.clone(), Some(table), ranked)
    });
    let others = ranked(bulletin.detail, "");
    let title = match scheme.tables.is_empty() {
        true => "被考核机构",
        false => "没有适用指标表的机构",
    };
    let all = named.chain([(title.to_owned(), None, others)]);
    all.filter(|(_, _, ranked)| !ranked.is_empty()).collect()
}

/// How many have each grade of the scheme, and how many none yet.
fn tally(bulletin: &RunBulletin<'_>) -> Vec<(String, usize)> {
    let outcomes = &bulletin.detail.outcomes;
    let count = |grade: Option<&str>| {
        let same = |one: &&Outcome| one.grade.grade.as_deref() == grade;
        outcomes.iter().filter(same).count()
    };
    let bands = bulletin.scheme.bands.iter();
    let mut tally: Vec<(String, usize)> = bands
        .map(|band| (band.grade.clone(), count(Some(band.grade.as_str()))))
        .collect();
    tally.push(("待定".to_owned(), count(None)));
    tally
}

fn summary(bulletin: &RunBulletin<'_>) -> Vec<String> {
    let outcomes = &bulletin.detail.outcomes;
    let grades = tally(bulletin).into_iter().filter(|(_, count)| *count > 0);
    let grades: Vec<String> = grades
        .map(|(grade, count)| format!("“{grade}”{count}家"))
        .collect();
    let mut sentences = vec![format!(
        "{}按“{}”考核{}家机构，建议等次：{}。",
        period_in_words(&bulletin.detail.run.run.period),
        bulletin.scheme.title,
        outcomes.len(),
        grades.join("，")
    )];
    for (title, _, ranked) in tables(bulletin) {
        let scored: Vec<&&Outcome> = ranked.iter().filter(|one| one.score.is_some()).collect();
        if let ([first, ..], [.., last]) = (&scored[..], &scored[..])
            && scored.len() > 1
        {
            sentences.push(format!(
                "{title}{}家，最高{} {}分，最低{} {}分。",
                ranked.len(),
                first.unit.name,
                dash(first.score),
                last.unit.name,
                dash(last.score)
            ));
        }
    }
    let missing = outcomes.iter().map(|one| one.absent_items().count());
    let missing: usize = missing.sum();
    if missing > 0 {
        sentences.push(format!(
            "有{missing}处（机构、阶段、项目）没有数据，按方案逐项写明的办法处理，原因和办法见“没有数据的项目”。"
        ));
    }
    sentences
}

fn cards(bulletin: &RunBulletin<'_>) -> Value {
    let card = |label: &str, value: usize| json!({ "label": label, "value": value.to_string() });
    let mut cards = vec![card("被考核机构", bulletin.detail.outcomes.len())];
    let tally = tally(bulletin);
    cards.extend(tally.iter().map(|(grade, count)| card(grade, *count)));
    Value::Array(cards)
}

/// Shares of the grades, the best in green, the last band in red.
fn grades(bulletin: &RunBulletin<'_>) -> Value {
    let bands = bulletin.scheme.bands.len();
    let tone = |place: usize| match place {
        0 => "good",
        place if place >= bands => "plain",
        place if place + 1 == bands => "bad",
        1 => "fair",
        _ => "warn",
    };
    let parts = tally(bulletin).into_iter().enumerate();
    parts
        .filter(|(_, (_, count))| *count > 0)
        .map(|(place, (grade, count))| {
            json!({ "label": grade, "count": count.to_string(), "share": count, "tone": tone(place) })
        })
        .collect()
}

fn rankings(bulletin: &RunBulletin<'_>) -> Value {
    let scheme = bulletin.scheme;
    let mut columns: Vec<(&str, u16)> = vec![("名次", 0), ("机构", 6)];
    columns.extend(scheme.parts.iter().map(|part| (part.title.as_str(), 3)));
    columns.extend([
        ("加分", 0),
        ("扣分", 0),
        ("得分", 0),
        ("建议等次", 2),
        ("缺数据", 0),
    ]);
    let ranking = |(title, _, ranked): (String, Option<&Table>, Vec<&Outcome>)| {
        let row = |one: &&Outcome| {
            let place = one.place.map(|place| place.to_string());
            let mut row = vec![
                place.unwrap_or_else(|| "—".to_owned()),
                one.unit.name.clone(),
            ];
            row.extend(one.parts.iter().map(|part| dash(part.mean)));
            row.extend([
                points(one.events.bonus),
                points(one.events.deduction),
                dash(one.score),
                grade(one),
                match one.absent_items().count() {
                    0 => String::new(),
                    count => format!("{count} 处"),
                },
            ]);
            row
        };
        let bar = |one: &&Outcome| {
            let part = one.score.and_then(|score| score.checked_div(scheme.full));
            json!({
                "label": one.unit.name, "length": thousandths(part.unwrap_or_default()),
                "value": dash(one.score), "grade": grade(one),
            })
        };
        json!({
            "title": title,
            "bars": ranked.iter().map(bar).collect::<Vec<_>>(),
            "sheet": Sheet::of(&columns, ranked.iter().map(row).collect()),
        })
    };
    tables(bulletin).into_iter().map(ranking).collect()
}

/// A difference with its sign.
fn signed(value: Decimal) -> String {
    with_sign(&points(value))
}

fn changes(bulletin: &RunBulletin<'_>, before: &RunDetail) -> Value {
    let mut rows = Vec::new();
    let mut new = 0;
    for (_, _, ranked) in tables(bulletin) {
        for one in ranked {
            let earlier = before
                .outcomes
                .iter()
                .find(|other| other.unit.code == one.unit.code);
            let Some(earlier) = earlier else {
                new += 1;
                continue;
            };
            let difference = one.score.zip(earlier.score).map(|(now, then)| now - then);
            let moved = one
                .place
                .zip(earlier.place)
                .map(|(now, then)| match then.cmp(&now) {
                    std::cmp::Ordering::Greater => format!("升 {} 位", then - now),
                    std::cmp::Ordering::Less => format!("降 {} 位", now - then),
                    std::cmp::Ordering::Equal => "不变".to_owned(),
                });
            let mut grades = match (grade(earlier), grade(one)) {
                (then, now) if then == now => now,
                (then, now) => format!("{then} → {now}"),
            };
            // A better score with a worse grade asks for the reason at this very place.
            if let (Some(gate), Some(by_score)) =
                (lowered_by(bulletin.scheme, one), &one.grade.by_band)
            {
                grades += &format!("（按得分为“{by_score}”，条件“{gate}”不具备）");
            }
            rows.push(vec![
                one.unit.name.clone(),
                dash(earlier.score),
                dash(one.score),
                difference.map_or_else(|| "—".to_owned(), signed),
                moved.unwrap_or_else(|| "—".to_owned()),
                grades,
            ]);
        }
    }
    let run = &before.run.run;
    let mut remark = format!(
        "与上一次考核 {}（{}）比较；名次在同一张指标表的机构中排列。",
        run.run_id,
        period_in_words(&run.period)
    );
    if new > 0 {
        remark += &format!("{new} 家机构上一次没有考核。");
    }
    if run.content_hash != bulletin.detail.run.run.content_hash {
        remark += "两次的方案内容或参数不同，得分不完全可比。";
    }
    let columns = [
        ("机构", 6),
        ("上次", 0),
        ("本次", 0),
        ("变化", 0),
        ("名次变化", 2),
        ("等次", 3),
    ];
    json!({ "sheet": Sheet::of(&columns, rows), "remark": remark })
}

/// Items that cost the institutions of a table most.
fn costly_items(bulletin: &RunBulletin<'_>) -> Sheet {
    let mut costs: Vec<(Decimal, Vec<String>)> = Vec::new();
    for (title, table, ranked) in tables(bulletin) {
        let Some(table) = table else { continue };
        let mut of_item: BTreeMap<String, Vec<(Decimal, &str)>> = BTreeMap::new();
        for one in &ranked {
            for loss in one.losses(bulletin.scheme.full) {
                let losers = of_item.entry(loss.item).or_default();
                losers.push((loss.points, one.unit.name.as_str()));
            }
        }
        for (id, losers) in of_item {
            let item = table.items().find(|item| item.id == id);
            let sum: Decimal = losers.iter().map(|(points, _)| *points).sum();
            let worst = losers.iter().max_by_key(|(points, _)| *points);
            let count = Decimal::from(ranked.len());
            costs.push((
                sum.checked_div(count).unwrap_or_default(),
                vec![
                    title.clone(),
                    format!("{id} {}", item.map_or("", |item| item.title.as_str())),
                    item.map_or_else(String::new, |item| points(item.points)),
                    format!("{} / {}", losers.len(), ranked.len()),
                    String::new(),
                    worst.map_or_else(String::new, |(most, name)| {
                        format!("{name}（{}）", points(*most))
                    }),
                ],
            ));
        }
    }
    costs.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
    let rows = costs.into_iter().take(ITEMS).map(|(mean, mut row)| {
        if let Some(cell) = row.get_mut(4) {
            *cell = points(mean);
        }
        row
    });
    let columns = [
        ("指标表", 4),
        ("项目", 5),
        ("满分", 0),
        ("失分机构", 0),
        ("平均失分", 0),
        ("失分最多", 5),
    ];
    Sheet::of(&columns, rows.collect())
}

/// What each institution lost most, and why.
fn losses_of_institutions(bulletin: &RunBulletin<'_>) -> Sheet {
    let mut rows = Vec::new();
    for (_, table, ranked) in tables(bulletin) {
        for one in ranked {
            let named = table.map_or_else(Vec::new, |table| {
                leading_losses(bulletin.scheme, table, one)
            });
            rows.extend(
                named
                    .into_iter()
                    .enumerate()
                    .map(|(place, [item, lost, why])| {
                        let name = match place {
                            0 => one.unit.name.clone(),
                            _ => String::new(),
                        };
                        vec![name, item, lost, why]
                    }),
            );
        }
    }
    Sheet::of(
        &[("机构", 4), ("项目", 4), ("折算失分", 0), ("理由", 8)],
        rows,
    )
}

/// The items that cost an institution most: item, points of the whole score, and the reason.
pub(crate) fn leading_losses(
    scheme: &Scheme,
    table: &Table,
    outcome: &Outcome,
) -> Vec<[String; 3]> {
    let losses = outcome.losses(scheme.full).into_iter().take(LOSSES);
    losses
        .filter_map(|loss| {
            let item = table.items().find(|item| item.id == loss.item)?;
            let mut scored = outcome.items(&loss.item);
            let (phase, score) = scored.find(|(phase, _)| phase.phase == loss.phase)?;
            let title = scheme.phase(&phase.phase).map_or("", |phase| &phase.title);
            let value = score
                .reading
                .as_ref()
                .map(|reading| format!("值 {}{}，", value_text(reading.value), item.unit));
            let why = format!(
                "{title}：{}{}",
                value.unwrap_or_default(),
                reason(item, score, ZH)
            );
            Some([
                format!("{} {}", item.id, item.title),
                points(loss.points),
                why,
            ])
        })
        .collect()
}

/// How an item without a value was treated.
pub(super) fn treated(item: &ItemScore) -> &'static str {
    let Why::Missing { then } = &item.why else {
        return "";
    };
    match then {
        Missing::Refuse => "补齐前不出分",
        Missing::Zero => "按方案计零分",
        Missing::Full => "按方案计满分",
        Missing::Exclude => "不计，其余折算",
        Missing::PeerMean => "按同类平均",
    }
}

/// Why an item has no value.
pub(super) fn why_absent(rule: Option<&Item>, score: &ItemScore) -> String {
    let is_entered = rule.is_some_and(|rule| matches!(rule.source, Source::Entered(_)));
    match (&score.absent, is_entered) {
        (Some(why), _) => why.clone(),
        (None, true) => "没有录入".to_owned(),
        (None, false) => "没有值".to_owned(),
    }
}

/// Items without data: how many institutions in which phase, why, and what was done.
fn absent(bulletin: &RunBulletin<'_>) -> Sheet {
    let mut rows = Vec::new();
    for (_, table, ranked) in tables(bulletin) {
        let Some(table) = table else { continue };
        // By item, phase and reason: the institutions, with the item of the first.
        let mut found: BTreeMap<_, (Vec<&str>, &ItemScore)> = BTreeMap::new();
        for one in &ranked {
            for (phase, item) in one.absent_items() {
                let rule = table.items().find(|rule| rule.id == item.item);
                let why = why_absent(rule, item);
                let key = (item.item.clone(), phase.phase.clone(), why);
                let missing = found.entry(key).or_insert_with(|| (Vec::new(), item));
                missing.0.push(&one.unit.name);
            }
        }
        for ((id, phase, why), (missing, scored)) in found {
            let item = table.items().find(|item| item.id == id);
            let title = bulletin
                .scheme
                .phase(&phase)
                .map_or("", |phase| &phase.title);
            let who = match &missing[..] {
                [name] => (*name).to_owned(),
                many if many.len() == ranked.len() => format!("全部 {} 家", many.len()),
                many => format!("{} 家", many.len()),
            };
            rows.push(vec![
                format!("{id} {}", item.map_or("", |item| item.title.as_str())),
                title.to_owned(),
                who,
                why,
                treated(scored).to_owned(),
            ]);
        }
    }
    let columns = [
        ("项目", 5),
        ("阶段", 3),
        ("机构", 4),
        ("原因", 5),
        ("处理", 3),
    ];
    Sheet::of(&columns, rows)
}

fn events(bulletin: &RunBulletin<'_>) -> Sheet {
    let rows = bulletin.detail.outcomes.iter().flat_map(|one| {
        one.events.events.iter().map(move |event| {
            let line = event_line(bulletin.scheme, event, ZH);
            vec![one.unit.name.clone(), line.text, line.clause]
        })
    });
    Sheet::of(&[("机构", 4), ("事项", 8), ("依据", 4)], rows.collect())
}

fn objections(bulletin: &RunBulletin<'_>) -> Sheet {
    let RunDetail {
        objections,
        adjustments,
        outcomes,
        ..
    } = bulletin.detail;
    let name = |code: &str| {
        let unit = outcomes.iter().find(|one| one.unit.code == code);
        unit.map_or_else(|| code.to_owned(), |one| one.unit.name.clone())
    };
    let objected = objections.iter().map(|one| {
        vec![
            format!("异议 {}", one.number),
            name(&one.objection.organisation_code),
            one.objection.claim.clone(),
            one.state.text(ZH),
            one.reply.clone(),
        ]
    });
    let adjusted = adjustments.iter().map(|one| {
        let adjustment = &one.adjustment;
        let place = [adjustment.phase.as_str(), adjustment.item.as_str()].join(" ");
        vec![
            format!("调整 {}", one.number),
            name(&adjustment.organisation_code),
            format!(
                "{} {}改为 {}：{}",
                place.trim(),
                adjustment.what.text(ZH),
                adjustment.to,
                adjustment.reason
            ),
            one.decision.text(ZH),
            one.words.clone(),
        ]
    });
    let columns = [
        ("编号", 2),
        ("机构", 4),
        ("内容", 6),
        ("状态", 2),
        ("答复、决定", 4),
    ];
    Sheet::of(&columns, objected.chain(adjusted).collect())
}

fn notes(bulletin: &RunBulletin<'_>) -> Vec<String> {
    let (scheme, run) = (bulletin.scheme, &bulletin.detail.run);
    let short = |hash: &str| hash.get(..DIGITS).unwrap_or(hash).to_owned();
    let mut notes = vec![
        format!(
            "得分和等次都是建议，状态为“{}”；考核 {}，{}冻结。",
            run.state.text(ZH),
            run.run.run_id,
            beijing::shown(run.at)
        ),
        "折算失分：各阶段失分按阶段满分、组成的权重折算到年度得分；有缺数据的项目时其余项目按比例分担。"
            .to_owned(),
        "没有数据的项目按方案逐项写明的办法处理，系统不自行当作零。指标的口径、分子、分母和记录用 biaochi explain 查看。"
            .to_owned(),
    ];
    let unsure = bulletin.detail.outcomes.iter().any(|one| {
        let mut readings = one
            .all_items()
            .filter_map(|(_, item)| item.reading.as_ref());
        readings.any(|reading| !reading.certainty.is_empty())
    });
    if unsure {
        notes.push("部分指标的口径为行业常识或凭记忆整理，待与正式手册核对。".to_owned());
    }
    let assumed: Vec<&str> = scheme.assumptions().map(|one| one.id.as_str()).collect();
    if !assumed.is_empty() {
        notes.push(format!(
            "方案有 {} 处原文没有写明、按假定取值的参数，用 biaochi assess schemes {} 查看。",
            assumed.len(),
            scheme.id
        ));
    }
    let (version, template) = (run.run.lake_version, bulletin.template);
    notes.push(format!(
        "数据版本 {}；方案内容 {}，输入 {}，结果 {}，版式 {} {}（SHA-256 前 {DIGITS} 位）。同样的考核再次生成，逐字节相同。",
        version.map_or_else(|| "无".to_owned(), |version| version.to_string()),
        short(&run.run.content_hash),
        short(&run.run.inputs_hash),
        short(&run.result_hash),
        template.pack,
        short(&template.content_hash)
    ));
    notes
}
