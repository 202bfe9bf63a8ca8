//! `indicators/*.toml`: indicators, and those that an overlay takes out.

use biaochi_indicators::{Certainty, Direction, STAY};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::cases::{self, IndicatorCases};
use super::formula::{self, ReadFormula};
use super::shared::certainties;
use crate::problem::{Problem, Problems};
use crate::text::toml_reader::TomlReader;

/// An indicator as a file has it.
#[derive(Debug, Clone)]
pub(super) struct ReadIndicator {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) why: String,
    pub(super) dimension: String,
    pub(super) direction: Direction,
    pub(super) unit: String,
    pub(super) scale: Decimal,
    pub(super) decimals: u32,
    pub(super) band: Option<(Decimal, Decimal)>,
    pub(super) formula: ReadFormula,
    pub(super) applies_to: Vec<String>,
    pub(super) minimum: Option<u64>,
    pub(super) source: String,
    pub(super) clause: String,
    pub(super) certainty: Certainty,
    pub(super) note: String,
    pub(super) valid_from: Option<Date>,
    pub(super) valid_to: Option<Date>,
    pub(super) cases: Option<IndicatorCases>,
    /// Byte offsets of the keys that are looked at later.
    pub(super) offsets: Vec<(&'static str, usize)>,
}

/// What a file of indicators holds.
#[derive(Debug, Clone, Default)]
pub(super) struct ReadFile {
    pub(super) indicators: Vec<ReadIndicator>,
    /// Indicators of the base that are not asked any more, with the offset of the id.
    pub(super) withdrawn: Vec<(String, usize)>,
}

/// Keys whose values are checked when the whole set is known.
const LATER: [&str; 6] = ["id", "source", "exclude", "cases", "exact", "algorithm"];

const DECIMAL: &str = "加引号的数字 a number in quotes, \"100\"";

/// Reads a file of indicators.
pub(super) fn read(text: &str, problems: &mut Problems<'_>) -> Option<ReadFile> {
    let table = TomlReader::parse(text, problems)?;
    let mut top = TomlReader::new(text, table.get_ref());
    let mut file = ReadFile::default();
    for mut table in top.tables("indicator", problems) {
        file.indicators.extend(indicator(&mut table, problems));
        table.finish(problems);
    }
    for mut table in top.tables("withdraw", problems) {
        let id = table.required("indicator", problems);
        file.withdrawn.push((id, table.offset("indicator")));
        table.required("reason", problems);
        table.finish(problems);
    }
    top.finish(problems);
    Some(file)
}

fn indicator(table: &mut TomlReader<'_, '_>, problems: &mut Problems<'_>) -> Option<ReadIndicator> {
    let id = table.required("id", problems);
    let title = table.required("title", problems);
    let why = table.required("why", problems);
    let dimension = table.required("dimension", problems);
    table.required("direction", problems);
    let directions = Direction::ALL.map(|one| (one.id(), one));
    let direction = table.choice("direction", &directions, problems);
    let band = band(direction, table, problems);
    let unit = table.required("unit", problems);
    let number = |text: &str| text.parse::<Decimal>().ok();
    let positive = |text: &str| number(text).filter(|scale| *scale > Decimal::ZERO);
    let scale = table.parsed("scale", DECIMAL, positive, problems);
    let decimals = whole("decimals", 0..=8, table, problems);
    let minimum = whole("minimum", 1..=1_000_000, table, problems);
    let formula = formula::read(table, problems);
    let applies_to = table.texts("applies_to", problems).unwrap_or_default();
    let source = table.required("source", problems);
    let clause = table.text("clause", problems).unwrap_or_default();
    table.required("certainty", problems);
    let certainty = table.choice("certainty", &certainties(), problems);
    let note = table.text("note", problems).unwrap_or_default();
    let (valid_from, valid_to) = (
        table.date("valid_from", problems),
        table.date("valid_to", problems),
    );
    let cases = cases_of(&id, formula.as_ref(), table, problems);
    let offsets = LATER.map(|key| (key, table.offset(key))).to_vec();
    Some(ReadIndicator {
        id,
        title,
        why,
        dimension,
        direction: direction?,
        unit,
        scale: scale.unwrap_or(Decimal::ONE),
        decimals: decimals
            .and_then(|places| u32::try_from(places).ok())
            .unwrap_or(2),
        band,
        formula: formula?,
        applies_to,
        minimum: minimum.and_then(|minimum| u64::try_from(minimum).ok()),
        source,
        clause,
        certainty: certainty?,
        note,
        valid_from,
        valid_to,
        cases,
        offsets,
    })
}

/// The bounds within which a value is best: there exactly when the direction says so.
fn band(
    direction: Option<Direction>,
    table: &mut TomlReader<'_, '_>,
    problems: &mut Problems<'_>,
) -> Option<(Decimal, Decimal)> {
    let texts = table.texts("band", problems);
    let parsed = match texts.as_deref() {
        Some([from, to]) => from.parse().ok().zip(to.parse().ok()),
        _ => None,
    };
    let band = parsed.filter(|(from, to): &(Decimal, Decimal)| from <= to);
    if (direction == Some(Direction::Band)) != texts.is_some() || texts.is_some() != band.is_some()
    {
        let problem = Problem::BadValue {
            key: "band".to_owned(),
            expected: "direction = \"band\" 时写两个界限，如 [\"0.8\", \"1.0\"] two bounds, with that direction only".to_owned(),
        };
        table.at("band", problem, problems);
    }
    band
}

fn whole(
    key: &'static str,
    allowed: std::ops::RangeInclusive<i64>,
    table: &mut TomlReader<'_, '_>,
    problems: &mut Problems<'_>,
) -> Option<i64> {
    let number = table.integer(key, problems)?;
    if allowed.contains(&number) {
        return Some(number);
    }
    let expected = format!("{} 到 {} 的整数", allowed.start(), allowed.end());
    let problem = Problem::BadValue {
        key: key.to_owned(),
        expected,
    };
    table.at(key, problem, problems);
    None
}

fn cases_of(
    id: &str,
    formula: Option<&ReadFormula>,
    table: &mut TomlReader<'_, '_>,
    problems: &mut Problems<'_>,
) -> Option<IndicatorCases> {
    let Some(formula) = formula else {
        // Without a formula nobody can say what cases should look like.
        table.text("cases", problems);
        return None;
    };
    let shape = match formula {
        ReadFormula::Ratio {
            numerator,
            denominator,
        } => {
            let mut terms = numerator.iter().chain(denominator);
            cases::Shape {
                contributions: true,
                denominator: !denominator.is_empty(),
                required: terms.any(|term| term.measure.source == STAY),
                always_counts: numerator.iter().all(|term| {
                    let all = biaochi_indicators::Kind::Count("true".to_owned());
                    term.measure.kind == all || term.measure.source != STAY
                }),
            }
        }
        ReadFormula::Exact(..) => cases::Shape {
            contributions: false,
            denominator: false,
            required: true,
            always_counts: true,
        },
        ReadFormula::Growth { .. } | ReadFormula::Algorithm(_) | ReadFormula::Entered { .. } => {
            if table.text("cases", problems).is_some() {
                let problem = Problem::BadCases {
                    expected:
                        "增幅、算法和填报的指标没有例子 no cases for growth, algorithms and entries"
                            .to_owned(),
                };
                table.at("cases", problem, problems);
            }
            return None;
        }
    };
    let text = match shape.required {
        true => Some(table.required("cases", problems)).filter(|text| !text.is_empty()),
        false => table.text("cases", problems),
    };
    match cases::read(&text?, id, shape) {
        Ok(cases) => Some(cases),
        Err(problem) => {
            table.at("cases", problem, problems);
            None
        }
    }
}
