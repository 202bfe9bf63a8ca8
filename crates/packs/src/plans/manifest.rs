//! `pack.toml` of a plan.

use biaochi_plans::{Document, Escalation, EscalationLevel};

use crate::problem::{Problem, Problems};
use crate::text::toml_reader::TomlReader;

#[derive(Debug, Clone, Default)]
pub(super) struct Manifest {
    pub(super) id: String,
    pub(super) version: String,
    /// The plan that this one carries out.
    pub(super) base: Option<String>,
    pub(super) document: Document,
    pub(super) escalation: Escalation,
}

impl Manifest {
    /// Reads a `pack.toml` of this kind; `None` for one of another kind. Mistakes become problems.
    pub(super) fn read(text: &str, problems: &mut Problems<'_>) -> Option<Self> {
        let kind = text.lines().find_map(|line| {
            let (key, value) = line.split_once('=')?;
            (key.trim() == "kind").then(|| value.trim().trim_matches('"'))
        });
        if kind != Some("plan") {
            return None;
        }
        let table = TomlReader::parse(text, problems)?;
        let mut top = TomlReader::new(text, table.get_ref());
        if top.integer("format", problems) != Some(1) {
            let problem = Problem::BadValue {
                key: "format".to_owned(),
                expected: "1".to_owned(),
            };
            top.at("format", problem, problems);
        }
        top.choice("kind", &[("plan", ())], problems);
        let id = top.required("id", problems);
        let title = top.required("title", problems);
        let version = top.required("version", problems);
        let base = top.text("base", problems);
        top.text("licence", problems);
        top.text("owner", problems);
        let document = document(&mut top, title, problems);
        let escalation = escalation(&mut top, problems);
        top.finish(problems);
        Some(Self {
            id,
            version,
            base,
            document,
            escalation,
        })
    }
}

fn document(top: &mut TomlReader<'_, '_>, title: String, problems: &mut Problems<'_>) -> Document {
    let Some(mut table) = top.table("document", problems) else {
        let key = "document".to_owned();
        top.at("id", Problem::MissingKey { key }, problems);
        return Document::default();
    };
    let mut optional =
        |table: &mut TomlReader<'_, '_>, key| table.text(key, problems).unwrap_or_default();
    let (number, division, note) = (
        optional(&mut table, "number"),
        optional(&mut table, "division"),
        optional(&mut table, "note"),
    );
    let document = Document {
        title,
        issuer: table.required("issuer", problems),
        number,
        place: table.required("place", problems),
        division,
        issued: table.date("issued", problems),
        from: table.date("from", problems),
        until: table.date("until", problems),
        note,
    };
    if let (Some(start), Some(due)) = (document.from, document.until)
        && due < start
    {
        table.at("until", Problem::DueBeforeStart { start, due }, problems);
    }
    table.finish(problems);
    document
}

/// Days of reminders and escalation; those of every plan where the pack declares none.
fn escalation(top: &mut TomlReader<'_, '_>, problems: &mut Problems<'_>) -> Escalation {
    let mut escalation = Escalation::default();
    let mut remind = Vec::new();
    for mut table in top.tables("remind", problems) {
        remind.extend(days(&mut table, problems));
        table.finish(problems);
    }
    let mut overdue = Vec::new();
    for mut table in top.tables("overdue", problems) {
        let to = table.required("to", problems);
        if let Some(days) = days(&mut table, problems) {
            overdue.push(EscalationLevel { days, to });
        }
        table.finish(problems);
    }
    if !remind.is_empty() {
        escalation.remind = remind;
    }
    if !overdue.is_empty() {
        overdue.sort_by_key(|level| level.days);
        escalation.overdue = overdue;
    }
    escalation
}

fn days(table: &mut TomlReader<'_, '_>, problems: &mut Problems<'_>) -> Option<u16> {
    let days = table.integer("days", problems);
    let days = days.and_then(|days| u16::try_from(days).ok());
    if days.is_none() {
        let problem = Problem::BadValue {
            key: "days".to_owned(),
            expected: "天数 days, 0…65535".to_owned(),
        };
        table.at("days", problem, problems);
    }
    days
}
