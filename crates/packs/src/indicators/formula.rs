//! How an indicator is computed, as its table says.

use biaochi_indicators::{
    Against, Algorithm, Exact, IndexKind, IndexOf, Kind, LowRisk, Measure, OverTime, STAY,
    ScoreZero, Times,
};

use crate::problem::{Problem, Problems};
use crate::text::toml_reader::TomlReader;

/// A term before its measure has a place in a set.
#[derive(Debug, Clone)]
pub(super) struct ReadTerm {
    pub(super) measure: Measure,
    pub(super) minus: bool,
    pub(super) times: Option<Times>,
    /// Offsets of its expressions: own, `where`.
    pub(super) offsets: [usize; 2],
}

/// A formula as a file has it.
#[derive(Debug, Clone)]
pub(super) enum ReadFormula {
    Ratio {
        numerator: Vec<ReadTerm>,
        denominator: Vec<ReadTerm>,
    },
    Exact(Exact, usize),
    Growth {
        of: String,
        against: Against,
        offset: usize,
    },
    Algorithm(Algorithm),
    Entered {
        dataset: String,
        field: String,
    },
}

const ONE_OF: &str =
    "numerator / exact / growth / algorithm / entered 五者之一 exactly one of them";

/// Reads the formula of an indicator; every mistake becomes a problem.
pub(super) fn read(
    table: &mut TomlReader<'_, '_>,
    problems: &mut Problems<'_>,
) -> Option<ReadFormula> {
    let exclude = table.text("exclude", problems);
    let numerator = terms("numerator", exclude.as_deref(), table, problems);
    let denominator = terms("denominator", exclude.as_deref(), table, problems);
    let exact = exact(exclude.as_deref(), table, problems);
    let growth = growth(table, problems);
    let algorithm = algorithm(table, problems);
    let entered = table.table("entered", problems).map(|mut entered| {
        let dataset = entered.required("from", problems);
        let field = entered.required("field", problems);
        entered.finish(problems);
        ReadFormula::Entered { dataset, field }
    });
    if denominator.is_some() && numerator.is_none() {
        let key = "numerator".to_owned();
        table.at("denominator", Problem::MissingKey { key }, problems);
    }
    // A term that cannot be read is told; what follows from the others would mislead.
    let is_whole =
        |terms: &Option<Vec<Option<ReadTerm>>>| terms.iter().flatten().all(Option::is_some);
    let whole = is_whole(&numerator) && is_whole(&denominator);
    let ratio = numerator.map(|numerator| ReadFormula::Ratio {
        numerator: numerator.into_iter().flatten().collect(),
        denominator: denominator.into_iter().flatten().flatten().collect(),
    });
    let mut found = [ratio, exact, growth, algorithm, entered]
        .into_iter()
        .flatten();
    let first = found.next();
    if first.is_none() || found.next().is_some() {
        let problem = Problem::BadValue {
            key: "numerator".to_owned(),
            expected: ONE_OF.to_owned(),
        };
        table.at("id", problem, problems);
        return None;
    }
    first.filter(|_| whole)
}

/// A term or a list of terms, `None` for those that cannot be read; `None` when the key is missing.
fn terms(
    key: &'static str,
    exclude: Option<&str>,
    table: &mut TomlReader<'_, '_>,
    problems: &mut Problems<'_>,
) -> Option<Vec<Option<ReadTerm>>> {
    let tables = table.one_or_more(key, problems)?;
    let mut read = Vec::with_capacity(tables.len());
    for mut own in tables {
        read.push(term(exclude, &mut own, problems));
        own.finish(problems);
    }
    Some(read)
}

fn term(
    exclude: Option<&str>,
    table: &mut TomlReader<'_, '_>,
    problems: &mut Problems<'_>,
) -> Option<ReadTerm> {
    let source = table.required("from", problems);
    let count = table.text("count", problems);
    let sum = table.text("sum", problems);
    let own = if count.is_some() { "count" } else { "sum" };
    let offsets = [table.offset(own), table.offset("where")];
    let filter = table.text("where", problems);
    let minus = table.boolean("minus", problems).unwrap_or(false);
    let over_time = OverTime::ALL.map(|one| (one.id(), one));
    let over_time = table.choice("over_time", &over_time, problems);
    let times = Times::ALL.map(|one| (one.id(), one));
    let times = table.choice("times", &times, problems);
    if source == STAY && over_time.is_some_and(|over_time| over_time != OverTime::Sum) {
        let problem = Problem::BadValue {
            key: "over_time".to_owned(),
            expected: "sum：病案总是相加 sum: discharges always add up".to_owned(),
        };
        table.at("over_time", problem, problems);
    }
    let kind = match (count, sum) {
        (Some(sql), None) => Some(Kind::Count(sql)),
        (None, Some(sql)) => Some(Kind::Sum(sql)),
        _ => {
            let problem = Problem::BadValue {
                key: "count".to_owned(),
                expected: "count 和 sum 二者之一 exactly one of count and sum".to_owned(),
            };
            table.at("from", problem, problems);
            None
        }
    };
    let exclude = exclude.filter(|_| source == STAY).map(str::to_owned);
    Some(ReadTerm {
        measure: Measure {
            source,
            kind: kind?,
            filter,
            exclude,
            over_time: over_time.unwrap_or(OverTime::Sum),
        },
        minus,
        times,
        offsets,
    })
}

fn exact(
    exclude: Option<&str>,
    table: &mut TomlReader<'_, '_>,
    problems: &mut Problems<'_>,
) -> Option<ReadFormula> {
    let mut own = table.table("exact", problems)?;
    let source = own.required("from", problems);
    let sql = own.required("sql", problems);
    let offset = own.offset("sql");
    if source != STAY {
        let problem = Problem::BadValue {
            key: "exact.from".to_owned(),
            expected: STAY.to_owned(),
        };
        own.at("from", problem, problems);
    }
    own.finish(problems);
    let exclude = exclude.map(str::to_owned);
    let exact = Exact {
        source,
        sql,
        exclude,
    };
    Some(ReadFormula::Exact(exact, offset))
}

fn growth(table: &mut TomlReader<'_, '_>, problems: &mut Problems<'_>) -> Option<ReadFormula> {
    let mut own = table.table("growth", problems)?;
    let of = own.required("of", problems);
    let offset = own.offset("of");
    own.required("against", problems);
    let against = Against::ALL.map(|one| (one.id(), one));
    let against = own.choice("against", &against, problems);
    own.finish(problems);
    Some(ReadFormula::Growth {
        of,
        against: against?,
        offset,
    })
}

/// Algorithms by their words.
#[derive(Debug, Clone, Copy)]
enum Name {
    DrgGroups,
    Index(IndexOf),
    LowRiskMortality,
}

fn algorithm(table: &mut TomlReader<'_, '_>, problems: &mut Problems<'_>) -> Option<ReadFormula> {
    let names = [
        ("drg_groups", Name::DrgGroups),
        (IndexOf::Cost.id(), Name::Index(IndexOf::Cost)),
        (IndexOf::Time.id(), Name::Index(IndexOf::Time)),
        ("low_risk_mortality", Name::LowRiskMortality),
    ];
    let name = table.choice("algorithm", &names, problems);
    let mut settings = table.table("settings", problems);
    let mut low_risk = LowRisk::default();
    if let Some(settings) = &mut settings {
        match name {
            Some(Name::LowRiskMortality) => {
                low_risk.list = settings.text("list", problems);
                let zero = ScoreZero::ALL.map(|one| (one.id(), one));
                let zero = settings.choice("score_zero", &zero, problems);
                low_risk.score_zero = zero.unwrap_or(ScoreZero::Low);
                let deviation = [("population", false), ("sample", true)];
                let deviation = settings.choice("deviation", &deviation, problems);
                low_risk.sample_deviation = deviation.unwrap_or(false);
                let level = [("low", false), ("mid-low", true)];
                let level = settings.choice("level", &level, problems);
                low_risk.mid_low = level.unwrap_or(false);
            }
            Some(Name::Index(_)) => {
                settings.choice("reference", &[("all", ())], problems);
            }
            Some(Name::DrgGroups) | None => {}
        }
    }
    if let Some(settings) = settings {
        settings.finish(problems);
    }
    Some(ReadFormula::Algorithm(match name? {
        Name::DrgGroups => Algorithm::DrgGroups,
        Name::Index(of) => Algorithm::Index(IndexKind { of }),
        Name::LowRiskMortality => Algorithm::LowRiskMortality(low_risk),
    }))
}
