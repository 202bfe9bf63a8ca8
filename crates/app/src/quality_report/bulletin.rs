//! The report as a typeset bulletin (病案首页质量通报).

use biaochi_domain::{Language, Localized as _};
use biaochi_packs::ReportTemplate;
use biaochi_typeset::Typeset;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::tables::{self, Detail, Person, Table};
use super::{FEWEST_PAGES, Figures, QualityReport, ReportError, Unit, chart, words};
use crate::beijing;
use crate::document::{Head, Sheet, day, document};

/// Rows of the tables that a bulletin has room for.
const ROWS: usize = 10;

/// A bulletin to typeset.
#[derive(Debug, Clone, Copy)]
pub struct Bulletin<'a> {
    /// How it looks.
    pub template: &'a ReportTemplate,
    /// What it reports.
    pub report: &'a QualityReport,
    /// Who issues it; the hospital itself, or a line to fill in, when left out.
    pub issuer: Option<&'a str>,
    /// Its date; today in Beijing when left out.
    pub date: Option<Date>,
}

/// Typesets the bulletin.
pub fn bulletin(bulletin: &Bulletin<'_>) -> Result<Typeset, ReportError> {
    let date = bulletin.date.unwrap_or_else(|| beijing::now().date());
    let data = data(bulletin, date);
    Ok(document(bulletin.template, &data, date)?)
}

impl From<Table> for Sheet {
    fn from(table: Table) -> Self {
        let heads = table.columns.iter().map(|column| Head {
            title: column.text(Language::Zh),
            width: column.text_width.unwrap_or(0),
        });
        let rows = table.rows.iter();
        Self {
            total: table.has_total,
            columns: heads.collect(),
            rows: rows
                .map(|row| row.iter().map(tables::Cell::text).collect())
                .collect(),
        }
    }
}

/// Everything the template shows. Numbers are texts already: it adds none up.
fn data(bulletin: &Bulletin<'_>, date: Date) -> Value {
    let Bulletin { report, issuer, .. } = *bulletin;
    let own = report
        .hospitals
        .first()
        .filter(|_| report.hospitals.len() == 1);
    let issuer = issuer.or(own.map(|hospital| hospital.name.as_str()));
    let several = report.hospitals.len() > 1;
    let sheet = |table: Table| Sheet::from(table);
    let units = |all: &[Unit], person| {
        let below = below(all, &report.now);
        Sheet::from(tables::units(report, &below, person, Detail::Short))
    };
    json!({
        "title": bulletin.template.title,
        "subject": words::subject(report, Language::Zh),
        "period": report.period.text(Language::Zh),
        "issuer": issuer,
        "date": day(date),
        "version": report.version,
        "summary": words::summary(report, Language::Zh),
        "cards": cards(&report.now),
        "hospitals": (several || report.others.is_some())
            .then(|| sheet(tables::hospitals(report, Detail::Short))),
        "months": {
            "score": chart::scores(report),
            "share": chart::shares(report),
        },
        "scores": chart::bars(report),
        "classes": sheet(tables::classes(report)),
        "checks": sheet(tables::checks(report, Detail::Short).first(ROWS)),
        "effects": sheet(tables::effects(report, Detail::Short)),
        "fewest": FEWEST_PAGES,
        "departments": units(&report.departments, None),
        "physicians": units(&report.physicians, Some(Person::Physician)),
        "coders": units(&report.coders, Some(Person::Coder)),
        "notes": words::notes(report),
    })
}

/// The figures that a reader looks for first.
fn cards(figures: &Figures) -> Value {
    let card = |label: &str, cell: tables::Cell| json!({ "label": label, "value": cell.text() });
    json!([
        card("质控份数", tables::Cell::Count(figures.pages)),
        card("平均得分", tables::Cell::Score(figures.mean_score)),
        card("甲级率", tables::Cell::Percent(figures.grade_a_share)),
        card("填报完整率", tables::Cell::Percent(figures.completeness)),
        card("准确率", tables::Cell::Percent(figures.accuracy)),
        card("病组会变化", tables::Cell::Count(figures.regrouped)),
    ])
}

/// The units with the lowest mean scores among those below the whole's; they are sorted by it.
fn below<'a>(units: &'a [Unit], whole: &Figures) -> Vec<&'a Unit> {
    let enough = units
        .iter()
        .filter(|unit| unit.figures.pages >= FEWEST_PAGES);
    let below = enough.filter(|unit| unit.figures.mean_score < whole.mean_score);
    below.take(ROWS).collect()
}
