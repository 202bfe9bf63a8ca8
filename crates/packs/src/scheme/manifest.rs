//! `pack.toml` of a scheme pack.

use biaochi_grouper::definition::{Check, ResultColumns, Walk};

use crate::problem::{Problem, Problems};
use crate::text::toml_reader::TomlReader;

/// What `pack.toml` says about a scheme.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Manifest {
    /// Stable id, such as `chs_drg_11`.
    pub id: String,
    /// Chinese title.
    pub title: String,
    /// Version of the scheme as its makers name it.
    pub version: String,
    /// Where it applies.
    pub place: String,
    /// The scheme whose tables this one changes; `None` when it is complete in itself.
    pub base: Option<String>,
    /// Licence of the tables (SPDX expression, or Chinese text where there is none).
    pub licence: String,
    /// First and last day on which it was in force, where known, as `YYYY-MM-DD`.
    pub effective: (Option<String>, Option<String>),
    /// The published document.
    pub document: Document,
    /// Parameters of the grouping.
    pub parameters: Parameters,
    /// The scheme to use in place of this one.
    pub recommended: Option<String>,
    /// Where the published tables can hardly be what their makers meant.
    pub damages: Vec<Remark>,
    /// Slips of the published tables that touch so little that the scheme is used all the same.
    pub notes: Vec<Remark>,
    /// What this pack mends in its base.
    pub mends: Vec<Remark>,
}

/// The document that a scheme implements. Only what is known; never invented.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Document {
    /// Its title.
    pub title: String,
    /// 文号; `未核对` when nobody has looked at the document itself.
    pub number: String,
    /// Who issued it.
    pub issuer: String,
    /// Day of issue, as `YYYY-MM-DD`, if known.
    pub issued: Option<String>,
}

/// A damage of a published table, or what was done about it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Remark {
    /// Groups, sets or tables concerned.
    pub what: String,
    /// Why the makers can hardly have meant it.
    pub why: String,
    /// What it does to groups.
    pub effect: String,
}

/// Parameters of the grouping. In an overlay, `None` means as in the base.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parameters {
    /// Checks before grouping, in order.
    pub checks: Option<Vec<Check>>,
    /// What follows when an entered category gave nothing.
    pub walk: Option<Walk>,
    /// See [`biaochi_grouper::definition::SchemeDefinition::retry_single_procedure`].
    pub retry_single_procedure: Option<bool>,
    /// DRG column of an ungrouped stay.
    pub ungrouped_code: Option<String>,
    /// Blank result columns after a failed check.
    pub blank_on_failure: Option<bool>,
    /// How results without a group of their own are written.
    pub columns: Option<ResultColumns>,
    /// Age in days counts as missing from the first birthday on.
    pub age_days_only_under_one: Option<bool>,
    /// An entry without `else` falls back to its ADRG code.
    pub fallback_to_adrg: Option<bool>,
}

impl Manifest {
    /// Reads a `pack.toml`. Mistakes become problems; what could be read comes back.
    pub(crate) fn read(text: &str, problems: &mut Problems<'_>) -> Option<Self> {
        let table = TomlReader::parse(text, problems)?;
        let mut top = TomlReader::new(text, table.get_ref());
        match top.integer("format", problems) {
            Some(1) => {}
            Some(_) => problems.add(1, 0, bad_value("format", "1")),
            None => problems.add(
                0,
                0,
                Problem::MissingKey {
                    key: "format".to_owned(),
                },
            ),
        }
        if top
            .choice("kind", &[("drg-scheme", ())], problems)
            .is_none()
        {
            problems.add(
                0,
                0,
                Problem::MissingKey {
                    key: "kind".to_owned(),
                },
            );
        }
        let id = top.required("id", problems);
        let plain = !id.is_empty()
            && id
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
        if !plain {
            problems.add(0, 0, bad_value("id", "a-z 0-9 _ - ."));
        }
        let mut manifest = Self {
            id,
            title: top.required("title", problems),
            version: top.required("version", problems),
            place: top.required("place", problems),
            base: top.text("base", problems),
            licence: top.required("licence", problems),
            effective: (
                date(&mut top, "effective_from", problems),
                date(&mut top, "effective_to", problems),
            ),
            recommended: top.text("recommended", problems),
            ..Self::default()
        };
        if let Some(mut document) = top.table("document", problems) {
            manifest.document = Document {
                title: document.required("title", problems),
                number: document.required("number", problems),
                issuer: document.required("issuer", problems),
                issued: date(&mut document, "issued", problems),
            };
            document.finish(problems);
        } else {
            problems.add(
                0,
                0,
                Problem::MissingKey {
                    key: "document".to_owned(),
                },
            );
        }
        if let Some(mut grouping) = top.table("grouping", problems) {
            manifest.parameters = read_parameters(&mut grouping, problems);
            grouping.finish(problems);
        }
        manifest.damages = remarks(&mut top, "damage", problems);
        manifest.notes = remarks(&mut top, "note", problems);
        manifest.mends = remarks(&mut top, "mend", problems);
        top.finish(problems);
        Some(manifest)
    }
}

fn bad_value(key: &str, expected: &str) -> Problem {
    Problem::BadValue {
        key: key.to_owned(),
        expected: expected.to_owned(),
    }
}

fn remarks(
    top: &mut TomlReader<'_, '_>,
    key: &'static str,
    problems: &mut Problems<'_>,
) -> Vec<Remark> {
    let mut remarks = Vec::new();
    for mut table in top.tables(key, problems) {
        remarks.push(Remark {
            what: table.required("what", problems),
            why: table.required("why", problems),
            effect: table.required("effect", problems),
        });
        table.finish(problems);
    }
    remarks
}

/// A day as `YYYY-MM-DD` in quotation marks.
fn date(
    table: &mut TomlReader<'_, '_>,
    key: &'static str,
    problems: &mut Problems<'_>,
) -> Option<String> {
    let text = table.text(key, problems)?;
    let form: Vec<&str> = text.split('-').collect();
    let number = |part: usize, length: usize, range: std::ops::RangeInclusive<u16>| {
        form.get(part).is_some_and(|digits| {
            digits.len() == length && digits.parse().is_ok_and(|value| range.contains(&value))
        })
    };
    if form.len() == 3 && number(0, 4, 1900..=2999) && number(1, 2, 1..=12) && number(2, 2, 1..=31)
    {
        return Some(text);
    }
    problems.add(0, 0, bad_value(key, "YYYY-MM-DD"));
    None
}

fn read_parameters(table: &mut TomlReader<'_, '_>, problems: &mut Problems<'_>) -> Parameters {
    let checks = table.texts("checks", problems).map(|names| {
        let mut checks = Vec::new();
        for name in names {
            match check_named(&name) {
                Some(check) => checks.push(check),
                None => problems.add(
                    0,
                    0,
                    bad_value(
                        "grouping.checks",
                        "sex / age / age_days / weight_up_to_<n>_days / diagnosis",
                    ),
                ),
            }
        }
        checks
    });
    Parameters {
        checks,
        walk: table.choice(
            "walk",
            &[
                ("continue", Walk::Continue),
                ("stop", Walk::StopUnlessUnconditional),
            ],
            problems,
        ),
        retry_single_procedure: table.boolean("retry_single_procedure", problems),
        ungrouped_code: table.text("ungrouped_code", problems),
        blank_on_failure: table.boolean("blank_on_failure", problems),
        columns: table.choice(
            "columns",
            &[
                ("abbreviated", ResultColumns::Abbreviated),
                ("published", ResultColumns::Published),
            ],
            problems,
        ),
        age_days_only_under_one: table.boolean("age_days_only_under_one", problems),
        fallback_to_adrg: table.choice("fallback", &[("adrg", true), ("none", false)], problems),
    }
}

fn check_named(name: &str) -> Option<Check> {
    Some(match name {
        "sex" => Check::Sex,
        "age" => Check::Age,
        "age_days" => Check::AgeDays,
        "diagnosis" => Check::Diagnosis,
        _ => {
            let days = name.strip_prefix("weight_up_to_")?.strip_suffix("_days")?;
            Check::WeightUpToDays(days.parse().ok()?)
        }
    })
}

/// The name of a check in `pack.toml`.
pub(crate) fn check_name(check: Check) -> String {
    match check {
        Check::Sex => "sex".to_owned(),
        Check::Age => "age".to_owned(),
        Check::AgeDays => "age_days".to_owned(),
        Check::WeightUpToDays(days) => format!("weight_up_to_{days}_days"),
        Check::Diagnosis => "diagnosis".to_owned(),
    }
}
