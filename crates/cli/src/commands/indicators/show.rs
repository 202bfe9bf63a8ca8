//! `biaochi indicators show`

use biaochi_app::indicators::{
    Indicator, Movement, NoValue, Value, Values, breakdown, drill, moved, peers, shown, trend,
};
use biaochi_domain::{Language, Localized as _, Period};
use biaochi_organisations::Unit;
use serde_json::{Value as Json, json};

use super::reports::{reports_text, reports_value};
use super::words::{marks_text, marks_value, provenance_text, provenance_value, shown_value, sum};
use super::{content, failure, open_workspace, pack, period, span, unit, values, write_csv};
use crate::arguments::Global;
use crate::arguments::indicators::Show;
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::{Align, Screen, count};

/// Records listed on the screen; CSV and JSON hold all.
const LISTED: usize = 20;
/// Digits of a record key that are shown: enough to find it.
const KEY_DIGITS: usize = 12;

/// One indicator of one unit and period.
pub(super) struct Asked<'a> {
    pub(super) values: &'a Values,
    pub(super) indicator: &'a Indicator,
    pub(super) unit: &'a Unit,
    pub(super) period: Period,
}

pub(super) fn run(command: &Show, global: &Global, screen: &Screen) -> Outcome {
    let workspace = open_workspace(global)?;
    let content = content(global)?;
    let place = &command.place;
    let (unit, asked) = (unit(&place.unit)?, period(&place.period)?);
    let against = command.against.as_deref().map(period).transpose()?;
    let back = std::iter::successors(Some(asked), |period| period.previous());
    let back = back.take(command.trend.unwrap_or(1).clamp(1, 120));
    let whole = span(back.chain(against)).unwrap_or(asked);
    let pack = pack(&content, place.pack.as_deref())?;
    let values = values(&pack, &workspace, whole, screen)?;
    if values.structure().members(&unit, asked).is_none() {
        let error = biaochi_app::indicators::IndicatorError::UnknownUnit { unit };
        return Err(failure(&error));
    }
    let details = command.by
        || command.trend.is_some()
        || command.peers
        || command.records
        || against.is_some();
    match &command.indicators[..] {
        [id] => {
            let indicator = values.indicator(id).map_err(|error| failure(&error))?;
            let asked = Asked {
                values: &values,
                indicator,
                unit: &unit,
                period: asked,
            };
            one(&asked, command, against, screen)
        }
        _ if details => Err(Failure::new(
            Exit::Usage,
            "--by、--trend、--peers、--against、--records 一次只看一个指标，请写明指标的标识",
            "--by, --trend, --peers, --against and --records look at one indicator; name it",
        )),
        ids => many(&values, ids, (&unit, asked), command, screen),
    }
}

fn many(
    values: &Values,
    ids: &[String],
    (unit, period): (&Unit, Period),
    command: &Show,
    screen: &Screen,
) -> Outcome {
    let language = screen.language();
    let mut wanted = Vec::new();
    match ids.is_empty() {
        true => wanted.extend(values.set().indicators()),
        false => {
            for id in ids {
                wanted.push(values.indicator(id).map_err(|error| failure(&error))?);
            }
        }
    }
    let results: Vec<(&Indicator, Result<Value, NoValue>)> = wanted
        .into_iter()
        .map(|indicator| (indicator, values.explained(indicator, unit, period)))
        .collect();
    let without = results.iter().filter(|(_, value)| value.is_err()).count();
    let listed = || {
        let all = command.all || !ids.is_empty();
        results
            .iter()
            .filter(move |(_, value)| all || value.is_ok())
    };
    if screen.json() {
        let rows: Vec<Json> = listed()
            .map(|(one, value)| value_json(values, one, value))
            .collect();
        screen.value(&json!({
            "unit": unit.to_string(), "period": period.to_string(),
            "provenance": provenance_value(values.provenance()), "values": rows,
        }))?;
        return Ok(Exit::Done);
    }
    let heading = [
        screen.say("指标", "indicator"),
        screen.say("名称", "title"),
        screen.say("值", "value"),
        screen.say("单位", "unit"),
        screen.say("分子", "numerator"),
        screen.say("分母", "denominator"),
        screen.say("待核对", "to verify"),
    ];
    let rows: Vec<Vec<String>> = listed()
        .map(|(indicator, value)| {
            vec![
                indicator.id.clone(),
                indicator.title.clone(),
                shown_value(value.as_ref(), indicator.decimals, language),
                indicator.unit.clone(),
                sum(value.as_ref().ok().and_then(|value| value.numerator)),
                sum(value.as_ref().ok().and_then(|value| value.denominator)),
                marks_text(&values.set().marks(indicator), language),
            ]
        })
        .collect();
    if command.csv {
        write_csv(screen, &heading, &rows)?;
        return Ok(Exit::Done);
    }
    let right = [2, 4, 5];
    let columns: Vec<(&str, Align)> = heading
        .into_iter()
        .enumerate()
        .map(|(place, word)| {
            (
                word,
                if right.contains(&place) {
                    Align::Right
                } else {
                    Align::Left
                },
            )
        })
        .collect();
    let name = values.structure().name(unit, period);
    screen.line(&format!("{name}  {period}"))?;
    screen.line(&screen.table(&columns, &rows))?;
    if without > 0 && !command.all && ids.is_empty() {
        screen.line(&match language {
            Language::Zh => format!("另有 {without} 个指标本期没有值，加 --all 列出及其原因"),
            Language::En => format!("{without} more have no value; --all lists them and why"),
        })?;
    }
    screen.line(&provenance_text(values.provenance(), language))?;
    Ok(Exit::Done)
}

fn value_json(values: &Values, indicator: &Indicator, value: &Result<Value, NoValue>) -> Json {
    json!({
        "id": indicator.id, "title": indicator.title, "unit": indicator.unit,
        "direction": indicator.direction.id(),
        "value": value.as_ref().ok().map(|value| value.value.to_string()),
        "shown": value.as_ref().ok().map(|value| shown(value.value, indicator.decimals)),
        "numerator": value.as_ref().ok().and_then(|value| value.numerator).map(|sum| sum.to_string()),
        "denominator": value.as_ref().ok().and_then(|value| value.denominator).map(|sum| sum.to_string()),
        "why_none": value.as_ref().err().map(|why| why.text(Language::Zh)),
        "marks": marks_value(&values.set().marks(indicator)),
    })
}

fn one(asked: &Asked<'_>, command: &Show, against: Option<Period>, screen: &Screen) -> Outcome {
    let Asked {
        values,
        indicator,
        unit,
        period,
    } = *asked;
    if command.records && (command.csv || screen.json()) {
        return records(asked, command.csv, screen);
    }
    let value = values.explained(indicator, unit, period);
    let mut parts = Vec::new();
    if command.by {
        parts.push(by(asked, screen)?);
    }
    if let Some(points) = command.trend {
        parts.push(past(asked, points, screen));
    }
    if command.peers {
        parts.push(others(asked, command.minimum, screen)?);
    }
    if let Some(before) = against {
        parts.push(movement(asked, before, screen)?);
    }
    if screen.json() {
        let mut json = value_json(values, indicator, &value);
        json["why"] = json!(indicator.why);
        json["unit_of"] = json!(unit.to_string());
        json["period"] = json!(period.to_string());
        json["provenance"] = provenance_value(values.provenance());
        json["reported_by"] = reports_value(asked);
        for part in &parts {
            json[part.key] = part.json.clone();
        }
        screen.value(&json)?;
        return Ok(Exit::Done);
    }
    if command.csv {
        if let Some(part) = parts.first() {
            let heading: Vec<&str> = part.heading.iter().map(|(word, _)| *word).collect();
            write_csv(screen, &heading, &part.rows)?;
        }
        return Ok(Exit::Done);
    }
    head(asked, &value, screen)?;
    for part in parts {
        screen.line(&format!("\n{}", part.title))?;
        screen.line(&screen.table(&part.heading, &part.rows))?;
        if !part.remark.is_empty() {
            screen.line(&part.remark)?;
        }
    }
    if command.records {
        records(asked, false, screen)?;
    }
    screen.line(&format!(
        "\n{}",
        provenance_text(values.provenance(), screen.language())
    ))?;
    Ok(Exit::Done)
}

/// Title, value and what is known of the definition.
fn head(asked: &Asked<'_>, value: &Result<Value, NoValue>, screen: &Screen) -> Result<(), Failure> {
    let (indicator, language) = (asked.indicator, screen.language());
    let zh = language == Language::Zh;
    let name = asked.values.structure().name(asked.unit, asked.period);
    screen.line(&format!(
        "{} {}  {name}  {}",
        indicator.id, indicator.title, asked.period
    ))?;
    let shown = shown_value(value.as_ref(), indicator.decimals, language);
    let mut line = format!("{}：{shown} {}", screen.say("值", "value"), indicator.unit);
    if let Ok(value) = value {
        let pair = [value.numerator, value.denominator].map(sum);
        line += &match pair {
            [above, below] if !below.is_empty() => match zh {
                true => format!("（分子 {above}，分母 {below}）"),
                false => format!(" (numerator {above}, denominator {below})"),
            },
            _ => String::new(),
        };
    }
    screen.line(&line)?;
    screen.line(&format!(
        "{}：{}；{}：{}",
        screen.say("导向", "direction"),
        indicator.direction.text(language),
        screen.say("意义", "why"),
        indicator.why
    ))?;
    let source = asked.values.pack().loaded.sources.get(&indicator.source);
    let source = source.unwrap_or(&indicator.source);
    screen.line(&format!(
        "{}：{source} {}",
        screen.say("依据", "source"),
        indicator.clause
    ))?;
    for text in reports_text(asked, language) {
        screen.line(&text)?;
    }
    let marks = marks_text(&asked.values.set().marks(indicator), language);
    if !marks.is_empty() {
        screen.line(&format!("{}：{marks}", screen.say("注意", "note")))?;
    }
    if !indicator.note.is_empty() {
        screen.line(&format!(
            "{}：{}",
            screen.say("说明", "remark"),
            indicator.note
        ))?;
    }
    Ok(())
}

/// A table below a value.
struct Part<'a> {
    key: &'static str,
    title: String,
    heading: Vec<(&'a str, Align)>,
    rows: Vec<Vec<String>>,
    remark: String,
    json: Json,
}

fn columns<'a>(screen: &'a Screen, first: (&'a str, &'a str)) -> Vec<(&'a str, Align)> {
    vec![
        (screen.say(first.0, first.1), Align::Left),
        (screen.say("值", "value"), Align::Right),
        (screen.say("分子", "numerator"), Align::Right),
        (screen.say("分母", "denominator"), Align::Right),
    ]
}

fn row(
    name: String,
    value: Result<&Value, &NoValue>,
    decimals: u32,
    language: Language,
) -> Vec<String> {
    let pair = [
        value.ok().and_then(|value| value.numerator),
        value.ok().and_then(|value| value.denominator),
    ];
    let [above, below] = pair.map(sum);
    vec![name, shown_value(value, decimals, language), above, below]
}

fn by<'a>(asked: &Asked<'_>, screen: &'a Screen) -> Result<Part<'a>, Failure> {
    let found = breakdown(asked.values, asked.indicator, asked.unit, asked.period);
    let found = found.map_err(|error| failure(&error))?;
    let decimals = asked.indicator.decimals;
    let language = screen.language();
    Ok(Part {
        key: "by",
        title: screen.say("构成", "parts").to_owned(),
        heading: columns(screen, ("部分", "part")),
        rows: found
            .iter()
            .map(|part| row(part.name.clone(), part.value.as_ref(), decimals, language))
            .collect(),
        remark: String::new(),
        json: found
            .iter()
            .map(|part| {
                let mut json = value_json(asked.values, asked.indicator, &part.value);
                json["part"] = json!(part.unit.to_string());
                json["name"] = json!(part.name);
                json
            })
            .collect(),
    })
}

fn past<'a>(asked: &Asked<'_>, points: usize, screen: &'a Screen) -> Part<'a> {
    let found = trend(
        asked.values,
        asked.indicator,
        asked.unit,
        asked.period,
        points.min(120),
    );
    let decimals = asked.indicator.decimals;
    let language = screen.language();
    Part {
        key: "trend",
        title: screen.say("趋势", "trend").to_owned(),
        heading: columns(screen, ("时期", "period")),
        rows: found
            .iter()
            .map(|point| {
                row(
                    point.period.to_string(),
                    point.value.as_ref(),
                    decimals,
                    language,
                )
            })
            .collect(),
        remark: String::new(),
        json: found
            .iter()
            .map(|point| {
                let mut json = value_json(asked.values, asked.indicator, &point.value);
                json["period"] = json!(point.period.to_string());
                json
            })
            .collect(),
    }
}

fn others<'a>(asked: &Asked<'_>, minimum: u64, screen: &'a Screen) -> Result<Part<'a>, Failure> {
    let Unit::Institution(code) = asked.unit else {
        return Err(Failure::new(
            Exit::Usage,
            "同类比较只用于一家机构：--unit hospital:机构代码",
            "peers are those of one hospital: --unit hospital:CODE",
        ));
    };
    let found = peers(asked.values, asked.indicator, code, asked.period, minimum);
    let decimals = asked.indicator.decimals;
    let language = screen.language();
    let hidden = screen.say("（例数太少，不显示）", "(too few cases)");
    let rows = found.peers.iter().map(|peer| {
        let name = match (&peer.unit, peer.is_own) {
            (Some(_), true) => format!("→ {}", peer.name),
            (Some(_), false) => peer.name.clone(),
            (None, _) => hidden.to_owned(),
        };
        match &peer.value {
            Some(value) => row(name, Ok(value), decimals, language),
            None => vec![name, String::new(), String::new(), String::new()],
        }
    });
    let (without, small) = (found.without, found.hidden);
    Ok(Part {
        key: "peers",
        title: screen
            .say("同级同类机构", "peers of the same level and type")
            .to_owned(),
        heading: columns(screen, ("机构", "hospital")),
        rows: rows.collect(),
        remark: match language {
            Language::Zh => format!("没有值 {without} 家，不显示 {small} 家"),
            Language::En => format!("{without} without a value, {small} hidden"),
        },
        json: json!({
            "without": without, "hidden": small,
            "peers": found.peers.iter().filter_map(|peer| {
                let value = Ok(peer.value?);
                let mut json = value_json(asked.values, asked.indicator, &value);
                json["unit_of"] = json!(peer.unit.as_ref().map(ToString::to_string));
                json["is_own"] = json!(peer.is_own);
                Some(json)
            }).collect::<Vec<_>>(),
        }),
    })
}

fn movement<'a>(
    asked: &Asked<'_>,
    before: Period,
    screen: &'a Screen,
) -> Result<Part<'a>, Failure> {
    let found = moved(
        asked.values,
        asked.indicator,
        asked.unit,
        before,
        asked.period,
    );
    let found: Option<Movement> = found.map_err(|error| failure(&error))?;
    let decimals = asked.indicator.decimals + 1;
    let after = asked.period;
    let heading = vec![
        (screen.say("部分", "part"), Align::Left),
        (screen.say("构成效应", "mix effect"), Align::Right),
        (screen.say("水平效应", "rate effect"), Align::Right),
        (screen.say("合计", "together"), Align::Right),
    ];
    let title = match screen.language() {
        Language::Zh => format!("{before} 到 {after}，什么使它变动"),
        Language::En => format!("what moved it from {before} to {after}"),
    };
    let Some(found) = found else {
        let remark = screen.say(
            "两期中有一期没有值，或这个指标没有分母",
            "no value in one of the periods, or no denominator",
        );
        return Ok(Part {
            key: "moved",
            title,
            heading,
            rows: Vec::new(),
            remark: remark.to_owned(),
            json: Json::Null,
        });
    };
    let effect = |name: String, mix, rate| {
        vec![
            name,
            shown(mix, decimals),
            shown(rate, decimals),
            shown(mix + rate, decimals),
        ]
    };
    let mut rows: Vec<Vec<String>> = found
        .effects
        .iter()
        .map(|one| effect(one.name.clone(), one.mix, one.rate))
        .collect();
    rows.push(effect(
        screen.say("合计", "all").to_owned(),
        found.mix(),
        found.rate(),
    ));
    let values = [found.before, found.after].map(|value| shown(value, asked.indicator.decimals));
    Ok(Part {
        key: "moved",
        title,
        heading,
        rows,
        remark: match screen.language() {
            Language::Zh => format!(
                "{} → {}；构成效应是各部分占比变了，水平效应是各部分自己变了",
                values[0], values[1]
            ),
            Language::En => format!(
                "{} → {}; mix: other shares of the parts, rate: other rates within them",
                values[0], values[1]
            ),
        },
        json: json!({
            "before": found.before.to_string(), "after": found.after.to_string(),
            "mix": found.mix().to_string(), "rate": found.rate().to_string(),
            "parts": found.effects.iter().map(|one| json!({
                "part": one.name, "mix": one.mix.to_string(), "rate": one.rate.to_string(),
            })).collect::<Vec<_>>(),
        }),
    })
}

fn records(asked: &Asked<'_>, csv: bool, screen: &Screen) -> Outcome {
    let found = drill(asked.values, asked.indicator, asked.unit, asked.period);
    let found = found.map_err(|error| failure(&error))?;
    if screen.json() {
        let rows = found.iter().map(|one| {
            json!({
                "organisation_code": one.line.organisation_code, "month": one.line.month,
                "record_key": one.line.record_key,
                "medical_record_number": one.line.medical_record_number,
                "department": one.line.department, "physician": one.line.physician,
                "numerator": one.numerator.to_string(),
                "denominator": one.denominator.map(|sum| sum.to_string()),
            })
        });
        screen.value(&json!({
            "id": asked.indicator.id, "unit": asked.unit.to_string(),
            "period": asked.period.to_string(),
            "provenance": provenance_value(asked.values.provenance()),
            "records": rows.collect::<Vec<_>>(),
        }))?;
        return Ok(Exit::Done);
    }
    let heading = [
        screen.say("病案号", "record number"),
        screen.say("记录键", "record key"),
        screen.say("机构", "hospital"),
        screen.say("月份", "month"),
        screen.say("科室", "department"),
        screen.say("医师", "physician"),
        screen.say("分子", "numerator"),
        screen.say("分母", "denominator"),
    ];
    let cells = |digits: usize| {
        move |one: &biaochi_app::indicators::Drilled| {
            let key = &one.line.record_key;
            vec![
                one.line.medical_record_number.clone(),
                key.get(..digits).unwrap_or(key).to_owned(),
                one.line.organisation_code.clone(),
                one.line.month.clone(),
                one.line.department.clone(),
                one.line.physician.clone(),
                sum(Some(one.numerator)),
                sum(one.denominator),
            ]
        }
    };
    if csv {
        let rows: Vec<_> = found.iter().map(cells(usize::MAX)).collect();
        write_csv(screen, &heading, &rows)?;
        return Ok(Exit::Done);
    }
    let total = found.len();
    // Those of the numerator first: they are what one looks for.
    let mut order: Vec<_> = found.iter().collect();
    order.sort_by_key(|one| one.numerator.is_zero());
    let rows: Vec<_> = order
        .into_iter()
        .take(LISTED)
        .map(cells(KEY_DIGITS))
        .collect();
    screen.line(&format!("\n{}", screen.say("病案", "records")))?;
    screen.line(&screen.table(&heading.map(|word| (word, Align::Left)), &rows))?;
    if total > rows.len() {
        let (shown, total) = (count(rows.len() as u64), count(total as u64));
        screen.line(&match screen.language() {
            Language::Zh => {
                format!("共 {total} 份，列出 {shown} 份；全部：--records --csv 或 --json")
            }
            Language::En => format!("{shown} of {total}; all of them: --records --csv or --json"),
        })?;
    }
    Ok(Exit::Done)
}
