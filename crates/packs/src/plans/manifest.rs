//! `pack.toml` of a plan.

use biaochi_plans::{Document, Escalation, EscalationLevel};

use crate::problem::{Noun, Problem, Problems};
use crate::shelf::Kind;
use crate::text::toml_reader::TomlReader;

/// What `pack.toml` of a plan says of its own. The document has the pack's title.
#[derive(Debug, Clone, Default)]
pub(super) struct Manifest {
    pub(super) document: Document,
    pub(super) escalation: Escalation,
    /// Where in the file the division stands.
    pub(super) division_at: usize,
}

impl Kind for Manifest {
    const WORD: &'static str = "plan";
    const NOUN: Noun = Noun::Plan;

    fn read(top: &mut TomlReader<'_, '_>, problems: &mut Problems<'_>) -> Self {
        let (document, division_at) = document(top, problems);
        Self {
            document,
            escalation: escalation(top, problems),
            division_at,
        }
    }
}

fn document(top: &mut TomlReader<'_, '_>, problems: &mut Problems<'_>) -> (Document, usize) {
    let Some(mut table) = top.table("document", problems) else {
        let key = "document".to_owned();
        top.at("id", Problem::MissingKey { key }, problems);
        return (Document::default(), 0);
    };
    let mut optional =
        |table: &mut TomlReader<'_, '_>, key| table.text(key, problems).unwrap_or_default();
    let (number, division, note) = (
        optional(&mut table, "number"),
        optional(&mut table, "division"),
        optional(&mut table, "note"),
    );
    let document = Document {
        title: String::new(),
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
    let code = &document.division;
    let is_code =
        code.bytes().all(|byte| byte.is_ascii_digit()) && matches!(code.len(), 0 | 6 | 9 | 12);
    if !is_code {
        let problem = Problem::BadValue {
            key: "document.division".to_owned(),
            expected: "六位区划代码 a division code of six digits".to_owned(),
        };
        table.at("division", problem, problems);
    }
    let division_at = table.offset("division");
    table.finish(problems);
    (document, division_at)
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
