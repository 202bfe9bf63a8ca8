use biaochi_domain::{Month, Period, in_sentence, with_sign};
use biaochi_indicators::{ratio, rounded, shown};
use rust_decimal::Decimal;
use serde::Deserialize;

use super::rows::{Rows, course};
use super::tile::{Figure, FigureKind, Link, LinkPage, Point, Series, Shape, Tile, Tone};
use crate::indicators::{IndicatorError, Values};
use crate::workspace::PaymentRate;

/// Months of the course.
const COURSE: usize = 13;

#[derive(Debug, Deserialize)]
struct Cells {
    month: String,
    cases: u64,
    weighted: Option<u64>,
    weight: Option<String>,
    charges: Option<String>,
    charged: Option<u64>,
}

#[derive(Debug, Deserialize)]
struct Differences {
    pages: Option<u64>,
    weight: Option<String>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    cases: u64,
    weighted: u64,
    weight: Decimal,
    charges: Decimal,
    charged: u64,
}

impl Sums {
    fn add(&mut self, row: &Cells) {
        self.cases += row.cases;
        self.weighted += row.weighted.unwrap_or(0);
        self.weight += decimal(row.weight.as_deref());
        self.charges += decimal(row.charges.as_deref());
        self.charged += row.charged.unwrap_or(0);
    }

    fn case_mix(&self) -> Option<Decimal> {
        let value = ratio(self.weight, Decimal::from(self.weighted), Decimal::ONE)?;
        Some(rounded(value, 4))
    }

    fn mean_charges(&self) -> Option<Decimal> {
        let value = ratio(self.charges, Decimal::from(self.charged), Decimal::ONE)?;
        Some(rounded(value, 2))
    }
}

fn decimal(text: Option<&str>) -> Decimal {
    text.and_then(|text| text.parse().ok()).unwrap_or_default()
}

/// Weight, case mix and charges of a period against the year before, and what mending faults would change.
pub fn money(
    values: &Values,
    rows: &Rows,
    period: Period,
    rate: Option<PaymentRate>,
) -> Result<Tile, IndicatorError> {
    let link = Link::to(LinkPage::Groups);
    let before = period.year_before().unwrap_or(period);
    let whole = course(period, COURSE);
    let first = whole.first().min(before.first());
    let all = Period::between(first, period.last()).unwrap_or(whole);
    let sql = format!(
        "select discharge_month as month, sum(cases) as cases, sum(weighted_cases) as weighted,
                cast(sum(weight) as varchar) as weight, cast(sum(charges) as varchar) as charges,
                sum(charged_cases) as charged
         from drg_cell where {} group by 1 order by 1",
        rows.condition(all, None)
    );
    let found: Vec<Cells> = values.ask(&sql)?;
    let of = |wanted: Period| {
        let mut sums = Sums::default();
        for row in &found {
            if row
                .month
                .parse::<Month>()
                .is_ok_and(|month| wanted.contains(month))
            {
                sums.add(row);
            }
        }
        sums
    };
    let (now, earlier) = (of(period), of(before));
    if now.cases == 0 {
        let says = format!("{period} 没有出院病案");
        return Ok(Tile::nothing("病组与费用", says, link));
    }
    let change = |now: Option<Decimal>, before: Option<Decimal>| -> String {
        let relative = now
            .zip(before)
            .and_then(|(now, before)| ratio(now - before, before.abs(), Decimal::ONE_HUNDRED));
        match relative {
            Some(relative) => format!("同比 {}%", with_sign(&shown(relative, 2))),
            None => String::new(),
        }
    };
    let had = earlier.cases > 0;
    let earlier_of = |value: Option<Decimal>| value.filter(|_| had);
    let mut facts = vec![
        Figure::count("出院人次", now.cases, "人次").noted(change(
            Some(Decimal::from(now.cases)),
            earlier_of(Some(Decimal::from(earlier.cases))),
        )),
        Figure::new("总权重", Some(now.weight), FigureKind::Weight, "")
            .noted(change(Some(now.weight), earlier_of(Some(earlier.weight)))),
        Figure::new("住院总费用", Some(now.charges), FigureKind::Money, "元")
            .noted(change(Some(now.charges), earlier_of(Some(earlier.charges)))),
        Figure::new("次均费用", now.mean_charges(), FigureKind::Money, "元")
            .noted(change(now.mean_charges(), earlier.mean_charges())),
    ];
    let mut says = format!("{period} 出院 {} 人次", in_sentence(now.cases));
    if let Some(mix) = now.case_mix() {
        says += &format!("，CMI {}", shown(mix, 4));
    }
    if let Some(mean) = now.mean_charges() {
        says += &format!("，次均费用 {} 元", in_sentence(shown(mean, 2)));
        let changed = change(Some(mean), earlier.mean_charges());
        if !changed.is_empty() {
            says += &format!("（{changed}）");
        }
    }
    if let Some((pages, payment)) = effect(values, rows, period, rate)? {
        let count = in_sentence(pages);
        says += &format!(
            "；改正首页问题会使 {count} 份入组变化，按费率合计 {} 元",
            in_sentence(shown(payment, 2))
        );
        let fact = Figure::new("首页问题影响", Some(payment), FigureKind::Money, "元");
        facts.push(
            fact.noted(format!("{count} 份入组会变"))
                .linked(Link::to(LinkPage::Worklist).with("order", "price")),
        );
    }
    let points = whole.months().map(|month| Point {
        label: month.to_string(),
        value: of(month.into()).case_mix(),
    });
    Ok(Tile {
        title: "病组与费用".to_owned(),
        tone: Tone::Info,
        status: "供参考".to_owned(),
        says,
        owner: String::new(),
        figure: Some(
            Figure::new("CMI", now.case_mix(), FigureKind::Weight, "")
                .noted(change(now.case_mix(), earlier.case_mix())),
        ),
        facts,
        series: Some(Series {
            title: "CMI 按月".to_owned(),
            shape: Shape::Line,
            kind: FigureKind::Weight,
            unit: String::new(),
            points: points.collect(),
        }),
        rows: Vec::new(),
        total: 0,
        link,
    })
}

/// Pages whose group mending would change, and what that pays; `None` without a rate.
fn effect(
    values: &Values,
    rows: &Rows,
    period: Period,
    rate: Option<PaymentRate>,
) -> Result<Option<(u64, Decimal)>, IndicatorError> {
    let Some(rate) = rate else { return Ok(None) };
    let sql = format!(
        "select sum(regrouped) as pages, cast(sum(weight_difference) as varchar) as weight
         from quality_month where {}",
        rows.condition(period, None)
    );
    let found: Vec<Differences> = values.ask(&sql)?;
    let found = found.into_iter().next();
    Ok(found.and_then(|row| {
        let pages = row.pages.filter(|pages| *pages > 0)?;
        Some((pages, rate.pays(decimal(row.weight.as_deref()))))
    }))
}
