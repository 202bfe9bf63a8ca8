use std::collections::BTreeMap;

use biaochi_domain::{Period, in_sentence};
use biaochi_organisations::Unit;
use biaochi_store::{Dimension, Filter, Scope, Store};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::error::CockpitError;
use super::tile::{Figure, FigureKind, Link, LinkPage, Point, Row, Series, Shape, Tile, Tone};
use crate::Workspace;
use crate::datasets::Owed;
use crate::indicators::Values;
use crate::worklist::with_store;

/// Hospitals that are listed; the others are counted.
const LISTED: usize = 30;
/// Hospitals in the chart.
const BARS: usize = 12;

/// What asks for attention of a hospital.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Attention {
    /// Data sets that are overdue.
    pub owed: u64,
    /// Faults whose last day has passed.
    pub late_faults: u64,
    /// Faults that are open.
    pub faults: u64,
    /// No records in the period.
    pub silent: bool,
}

impl Attention {
    /// What comes first: who delivered nothing, who owes, whose faults are late.
    fn rank(self) -> (bool, u64, u64, u64) {
        (self.silent, self.owed, self.late_faults, self.faults)
    }

    fn is_any(self) -> bool {
        self.silent || self.owed > 0 || self.late_faults > 0
    }
}

/// The hospitals of a region by what needs attention, those that have not handed in first: whom to call. `owed` is what
/// is asked of them in the period; `faults` is whether worklists may be read.
pub fn region(
    workspace: &Workspace,
    values: &Values,
    unit: &Unit,
    scope: &Scope,
    period: Period,
    owed: Option<&[Owed]>,
    today: Date,
) -> Result<Tile, CockpitError> {
    let members = values.structure().members(unit, period).unwrap_or_default();
    let link = Link::to(LinkPage::DataSets).with("late", "1");
    if members.is_empty() {
        let says = "这个单位还没有登记机构，也没有机构送来数据";
        return Ok(Tile::nothing("机构情况", says, link));
    }
    let open = Filter::unsettled();
    let late = Filter {
        due_before: Some(today),
        ..Filter::unsettled()
    };
    let (open, late) = with_store(workspace, async |store: &Store| {
        let open = store.counts(scope, &open, Dimension::Organisation).await?;
        Ok((
            open,
            store.counts(scope, &late, Dimension::Organisation).await?,
        ))
    })?;
    let mut found: BTreeMap<&str, Attention> = BTreeMap::new();
    let with_records = values.with_records(period);
    for code in &members {
        // Who never delivered any record is not asked for them: a clinic without beds.
        let silent = values.ever_delivered(code) && !with_records.contains(code);
        found.insert(
            code,
            Attention {
                silent,
                ..Attention::default()
            },
        );
    }
    for count in &open {
        if let Some(one) = found.get_mut(count.value.as_str()) {
            one.faults = count.items;
        }
    }
    for count in &late {
        if let Some(one) = found.get_mut(count.value.as_str()) {
            one.late_faults = count.items;
        }
    }
    for one in owed.unwrap_or_default() {
        let entry = found.get_mut(one.key.organisation_code.as_str());
        if let (Some(entry), true) = (entry, one.timeliness.is_overdue()) {
            entry.owed += 1;
        }
    }
    let mut ranked: Vec<(&str, Attention)> = found.into_iter().collect();
    ranked.sort_by_key(|(code, attention)| (std::cmp::Reverse(attention.rank()), *code));
    let name = |code: &str| {
        let unit = Unit::Institution(code.to_owned());
        values.structure().name(&unit, period)
    };
    let needing = ranked.iter().filter(|(_, one)| one.is_any()).count();
    let owing = ranked.iter().filter(|(_, one)| one.owed > 0).count();
    let silent = ranked.iter().filter(|(_, one)| one.silent).count();
    let rows: Vec<Row> = ranked
        .iter()
        .take(LISTED)
        .map(|(code, attention)| row(code, &name(code), *attention))
        .collect();
    let points = ranked
        .iter()
        .filter(|(_, one)| one.late_faults + one.owed > 0);
    let points = points.take(BARS).map(|(code, one)| Point {
        label: name(code),
        value: Some(Decimal::from(one.late_faults + one.owed)),
    });
    let total = members.len() as u64;
    let mut says = format!("{total} 家机构，{needing} 家需要关注");
    if owing > 0 {
        says += &format!("，{owing} 家有逾期未报");
    }
    if silent > 0 {
        says += &format!("，{silent} 家 {period} 没有病案");
    }
    let (tone, status) = match (needing, owing + silent) {
        (0, _) => (Tone::Good, "无需关注".to_owned()),
        (needing, 0) => (Tone::Warn, format!("{needing} 家需关注")),
        (_, missing) => (Tone::Bad, format!("{missing} 家未报")),
    };
    Ok(Tile {
        title: "机构情况".to_owned(),
        tone,
        status,
        says,
        owner: rows
            .first()
            .map(|row| row.title.clone())
            .unwrap_or_default(),
        figure: Some(
            Figure::count("需要关注", needing as u64, "家").noted(format!("共 {total} 家")),
        ),
        facts: vec![
            Figure::count("有逾期未报", owing as u64, "家").linked(link.clone()),
            Figure::count("本期无病案", silent as u64, "家"),
        ],
        series: Some(Series {
            title: "逾期事项按机构".to_owned(),
            shape: Shape::Bars,
            kind: FigureKind::Count,
            unit: "项".to_owned(),
            points: points.collect(),
        }),
        rows,
        total,
        link,
    })
}

fn row(code: &str, name: &str, attention: Attention) -> Row {
    let mut parts = Vec::new();
    if attention.silent {
        parts.push("本期没有病案".to_owned());
    }
    if attention.owed > 0 {
        parts.push(format!("逾期未报 {} 项", attention.owed));
    }
    if attention.late_faults > 0 {
        parts.push(format!(
            "首页问题逾期 {} 个",
            in_sentence(attention.late_faults)
        ));
    }
    if attention.faults > 0 {
        parts.push(format!("待处理 {} 个", in_sentence(attention.faults)));
    }
    let (tone, status) = match attention {
        one if one.silent || one.owed > 0 => (Tone::Bad, "未报"),
        one if one.late_faults > 0 => (Tone::Warn, "有逾期"),
        _ => (Tone::Good, "正常"),
    };
    Row {
        title: name.to_owned(),
        detail: match parts.is_empty() {
            true => "没有逾期事项".to_owned(),
            false => parts.join("，"),
        },
        owner: String::new(),
        tone,
        status: status.to_owned(),
        due: None,
        link: Link::of(LinkPage::Cockpit, code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_delivered_nothing_comes_before_who_is_late() {
        let silent = Attention {
            silent: true,
            ..Attention::default()
        };
        let owing = Attention {
            owed: 3,
            late_faults: 900,
            ..Attention::default()
        };
        assert!(silent.rank() > owing.rank() && owing.is_any());
        assert_eq!(
            row("A", "甲医院", owing).detail,
            "逾期未报 3 项，首页问题逾期 900 个"
        );
        assert!(!Attention::default().is_any());
    }
}
