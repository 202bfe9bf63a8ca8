//! Whose reports a value rests on: the unit's own, or those of its parts.

use biaochi_app::indicators::ReportedBy;
use biaochi_domain::Language;
use biaochi_organisations::Unit;
use serde_json::{Value as Json, json};

use super::show::Asked;
use crate::screen::count;

/// Names that are shown; of the rest the number.
const NAMED: usize = 3;

/// A line for each data set.
pub(super) fn reports_text(asked: &Asked<'_>, language: Language) -> Vec<String> {
    let reports = asked.reported_by().into_iter();
    let line = |report: ReportedBy| {
        let ReportedBy {
            dataset,
            organisations,
            is_own,
        } = report;
        let total = organisations.len();
        let names = organisations
            .iter()
            .take(NAMED)
            .map(|code| name(asked, code));
        let names: Vec<String> = names.collect();
        let number = count(total as u64);
        match language {
            Language::Zh if is_own => format!("填报：数据集 {dataset}，取本级填报的数"),
            Language::Zh => {
                let more = if total > NAMED { "等" } else { "" };
                format!(
                    "填报：数据集 {dataset}，本级未填报，由 {number} 个单位的数汇总（{}{more}）",
                    names.join("、")
                )
            }
            Language::En if is_own => format!("reports: {dataset}, its own"),
            Language::En => format!(
                "reports: {dataset}, those of {number} parts, for it has none of its own ({}{})",
                names.join(", "),
                if total > NAMED { ", …" } else { "" }
            ),
        }
    };
    reports.map(line).collect()
}

/// The same for programs.
pub(super) fn reports_value(asked: &Asked<'_>) -> Json {
    let reports = asked.reported_by().into_iter();
    let value = |report: ReportedBy| {
        json!({
            "dataset": report.dataset,
            "own": report.is_own,
            "organisations": report.organisations,
        })
    };
    reports.map(value).collect()
}

fn name(asked: &Asked<'_>, code: &str) -> String {
    let unit = match code.contains(':') {
        true => code
            .parse()
            .unwrap_or_else(|_| Unit::Institution(code.to_owned())),
        false => Unit::Institution(code.to_owned()),
    };
    match asked.values.structure().name(&unit, asked.period) {
        // Without a name it is better known by its code alone.
        name if name == unit.to_string() => code.to_owned(),
        name => name,
    }
}

impl Asked<'_> {
    fn reported_by(&self) -> Vec<ReportedBy> {
        let (indicator, unit) = (self.indicator, self.unit);
        self.values.reported_by(indicator, unit, self.period)
    }
}
