use std::collections::BTreeMap;

use biaochi_domain::Period;
use biaochi_indicators::Indicator;
use biaochi_organisations::Unit;
use rust_decimal::Decimal;

use super::tile::{Figure, FigureKind, Link, LinkPage, Point, Row, Series, Shape, Tile, Tone};
use crate::indicators::{Line, Values, cause, change, earlier, moved_within, sentence, with_unit};

/// Indicators that are named.
const NAMED: usize = 3;
/// From so many on, somebody must act.
const MANY: usize = 3;

/// Which indicators go to the bad by more than chance. `lines` are those of the board; `owners` say who has an
/// indicator, where a plan does.
pub fn drift(
    values: &Values,
    unit: &Unit,
    period: Period,
    lines: &[Line],
    owners: &BTreeMap<String, String>,
) -> Tile {
    let link = Link::to(LinkPage::Indicators).with("abnormal", "drift");
    let has_value = lines.iter().any(|line| line.value.is_ok());
    if !has_value {
        let says = "本期没有指标值：还没有导入病案，也没有审核通过的填报";
        return Tile::nothing("指标偏离", says, link);
    }
    let mut adrift: Vec<(&Line, &Indicator)> = lines
        .iter()
        .filter(|line| line.is_adrift())
        .filter_map(|line| Some((line, values.set().get(&line.id)?)))
        .collect();
    adrift.sort_by(|(one, _), (other, _)| {
        let by_distance = other.distance().cmp(&one.distance());
        by_distance.then_with(|| one.id.cmp(&other.id))
    });
    let total = adrift.len();
    let mut rows = Vec::new();
    let mut says = format!("{period} 没有指标明显变差");
    let mut series = None;
    for (place, (line, indicator)) in adrift.iter().take(NAMED).enumerate() {
        let against = line.previous.map(|shift| shift.period);
        let movement =
            against.and_then(|before| moved_within(values, indicator, unit, before, period));
        let part = movement.as_ref().and_then(cause).map(|(name, _)| name);
        let owner = owners.get(&line.id).cloned();
        let owner = owner
            .or_else(|| part.map(str::to_owned))
            .unwrap_or_default();
        if place == 0 {
            says = sentence(indicator, period, line, movement.as_ref());
            series = Some(course(indicator, line));
        }
        rows.push(Row {
            title: indicator.title.clone(),
            detail: detail(indicator, period, line),
            owner,
            tone: Tone::Warn,
            status: "变差".to_owned(),
            due: None,
            link: Link::of(LinkPage::Indicator, indicator.id.clone()),
        });
    }
    let (tone, status) = match total {
        0 => (Tone::Good, "无偏离".to_owned()),
        few if few < MANY => (Tone::Warn, format!("{few} 项变差")),
        many => (Tone::Bad, format!("{many} 项变差")),
    };
    Tile {
        title: "指标偏离".to_owned(),
        tone,
        status,
        says,
        owner: rows
            .first()
            .map(|row| row.owner.clone())
            .unwrap_or_default(),
        figure: Some(Figure::count("变差的指标", total as u64, "项").linked(link.clone())),
        facts: Vec::new(),
        series,
        rows,
        total: total as u64,
        link,
    }
}

fn detail(indicator: &Indicator, period: Period, line: &Line) -> String {
    let mut text = match &line.value {
        Ok(value) => with_unit(value.value, indicator),
        Err(_) => "—".to_owned(),
    };
    if let Some(shift) = &line.previous {
        text += &format!("，较{}{}", earlier(period), change(indicator, shift));
    }
    if let Some(shift) = &line.year_before {
        text += &format!("，同比{}", change(indicator, shift));
    }
    text
}

fn course(indicator: &Indicator, line: &Line) -> Series {
    let places = indicator.decimals;
    let point = |(period, value): &(Period, Option<Decimal>)| Point {
        label: period.to_string(),
        value: value.map(|value| biaochi_indicators::rounded(value, places)),
    };
    Series {
        title: format!("{}的走势", indicator.title),
        shape: Shape::Line,
        kind: match indicator.unit.as_str() {
            "%" => FigureKind::Percent,
            "元" => FigureKind::Money,
            _ => FigureKind::Plain,
        },
        unit: indicator.unit.clone(),
        points: line.spark.iter().map(point).collect(),
    }
}
