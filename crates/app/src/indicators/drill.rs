//! From a value down to its records: all of them, how many there are, or a page of them.

use std::sync::Arc;

use biaochi_domain::Period;
use biaochi_indicators::{Algorithm, Formula, Indicator, Kind, LowRisk, Measure, STAY, Term};
use biaochi_organisations::Unit;
use biaochi_warehouse::WarehouseError;
use biaochi_warehouse::indicators::{
    CompiledMeasures, RecordCount, RecordLine, RecordPage, RecordPosition, RecordQuestion,
    count_records, page_of_records, records_of, signed_sum,
};
use biaochi_warehouse::recheck::StoredMonth;
use rust_decimal::Decimal;

use super::error::IndicatorError;
use super::pack::CompiledIndicators;
use super::values::Values;
use crate::runtime::block_on;

/// A record behind a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drilled {
    /// Where it stands.
    pub line: RecordLine,
    /// What it adds to the numerator.
    pub numerator: Decimal,
    /// What it adds to the denominator; `None` where there is none.
    pub denominator: Option<Decimal>,
}

impl Drilled {
    /// Where it stands in the list that is read page by page.
    pub fn position(&self) -> RecordPosition {
        RecordPosition {
            in_numerator: !self.numerator.is_zero(),
            organisation_code: self.line.organisation_code.clone(),
            month: self.line.month.clone(),
            record_key: self.line.record_key.clone(),
        }
    }
}

/// How many records stand behind a value, by hospital and month. The pages of their list are read with its help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordCounts {
    months: Vec<(StoredMonth, RecordCount)>,
}

impl RecordCounts {
    /// Those of the numerator, the others, or all of them.
    pub fn total(&self, in_numerator: Option<bool>) -> u64 {
        let counts = self.months.iter().map(|(_, count)| count.of(in_numerator));
        counts.sum()
    }
}

/// What the records behind a value are counted by, and where they stand.
struct Behind {
    compiled: Arc<CompiledMeasures>,
    question: RecordQuestion,
    /// The measures of the denominator by their places, and whether each is taken off.
    denominator: Option<Vec<(usize, bool)>>,
    months: Vec<StoredMonth>,
}

impl Behind {
    fn find(
        values: &Values,
        indicator: &Indicator,
        unit: &Unit,
        period: Period,
    ) -> Result<Self, IndicatorError> {
        let counted = match &indicator.formula {
            Formula::Algorithm(Algorithm::LowRiskMortality(settings)) => {
                let measures = low_risk_measures(values, indicator, settings, unit, period);
                Counted::low_risk(measures)
            }
            _ => Counted::by_terms(values, indicator)?,
        };
        let unknown = || IndicatorError::UnknownUnit { unit: unit.clone() };
        let structure = values.structure();
        let members = structure.members(unit, period).ok_or_else(unknown)?;
        let members = structure.asked(&indicator.applies_to, members, period);
        let department = match unit {
            Unit::Department { code, .. } => Some(code.clone()),
            _ => None,
        };
        Ok(Self {
            compiled: Arc::new(only(values.pack(), &counted.measures)?),
            question: RecordQuestion {
                numerator: counted.numerator,
                department,
            },
            denominator: counted.denominator,
            months: values.stored(&members, period),
        })
    }

    fn drilled(&self, line: RecordLine) -> Drilled {
        let denominator = self.denominator.as_ref();
        Drilled {
            numerator: signed_sum(&self.question.numerator, &line.adds),
            denominator: denominator.map(|terms| signed_sum(terms, &line.adds)),
            line,
        }
    }
}

/// The measures that records are counted by, and how they make up numerator and denominator.
struct Counted {
    measures: Vec<Measure>,
    numerator: Vec<(usize, bool)>,
    denominator: Option<Vec<(usize, bool)>>,
}

impl Counted {
    /// The deaths and the stays of a low-risk mortality.
    fn low_risk(measures: [Measure; 2]) -> Self {
        Self {
            measures: measures.to_vec(),
            numerator: vec![(0, false)],
            denominator: Some(vec![(1, false)]),
        }
    }

    /// Those that the terms of an indicator name, each once.
    fn by_terms(values: &Values, indicator: &Indicator) -> Result<Self, IndicatorError> {
        let (numerator, denominator) = terms(values, indicator)?;
        let set = values.set();
        let mut ids: Vec<usize> = Vec::new();
        for term in numerator.iter().chain(denominator) {
            let id = term.measure.0;
            if set.measure(term.measure).source == STAY && !ids.contains(&id) {
                ids.push(id);
            }
        }
        let places = |terms: &[Term]| -> Vec<(usize, bool)> {
            let places = terms.iter().filter_map(|term| {
                let place = ids.iter().position(|id| *id == term.measure.0)?;
                Some((place, term.minus))
            });
            places.collect()
        };
        Ok(Self {
            measures: ids.iter().map(|id| set.measures()[*id].clone()).collect(),
            numerator: places(numerator),
            denominator: (!denominator.is_empty()).then(|| places(denominator)),
        })
    }
}

/// The records of a value: all that add to its numerator or its denominator, in the order in which they are stored.
/// Where there may be many, [`record_counts`] and [`record_page`] do with less memory.
pub fn drill(
    values: &Values,
    indicator: &Indicator,
    unit: &Unit,
    period: Period,
) -> Result<Vec<Drilled>, IndicatorError> {
    let behind = Behind::find(values, indicator, unit, period)?;
    let months = (&behind.months[..], period);
    let lines = records_of(values.files(), months, &behind.compiled, &behind.question);
    let lines = block_on(lines)?.into_iter();
    Ok(lines.map(|line| behind.drilled(line)).collect())
}

/// How many records a value has behind it.
pub fn record_counts(
    values: &Values,
    indicator: &Indicator,
    unit: &Unit,
    period: Period,
) -> Result<RecordCounts, IndicatorError> {
    let behind = Behind::find(values, indicator, unit, period)?;
    let months = (&behind.months[..], period);
    let counts = count_records(values.files(), months, &behind.compiled, &behind.question);
    let counts = block_on(counts)?;
    Ok(RecordCounts {
        months: behind.months.into_iter().zip(counts).collect(),
    })
}

/// A page of the records of a value: those of the numerator first, then by hospital, month and key. `counts` are those
/// of the same value.
pub fn record_page(
    values: &Values,
    indicator: &Indicator,
    (unit, period): (&Unit, Period),
    counts: &RecordCounts,
    page: &RecordPage,
) -> Result<Vec<Drilled>, IndicatorError> {
    let behind = Behind::find(values, indicator, unit, period)?;
    let months = (&counts.months[..], period);
    let (compiled, question) = (&behind.compiled, &behind.question);
    let lines = page_of_records(values.files(), months, compiled, question, page);
    let lines = block_on(lines)?.into_iter();
    Ok(lines.map(|line| behind.drilled(line)).collect())
}

/// The terms that records add to, of the numerator and of the denominator.
pub(super) fn terms<'a>(
    values: &Values,
    indicator: &'a Indicator,
) -> Result<(&'a [Term], &'a [Term]), IndicatorError> {
    let no_records = |why| IndicatorError::NoRecords {
        id: indicator.id.clone(),
        why,
    };
    match &indicator.formula {
        Formula::Ratio {
            numerator,
            denominator,
        } => {
            let all = numerator.iter().chain(denominator);
            let set = values.set();
            let mut sources = all.map(|term| &set.measure(term.measure).source);
            match sources.any(|source| source == STAY) {
                true => Ok((numerator, denominator)),
                false => Err(no_records("dataset")),
            }
        }
        Formula::Growth { .. } => Err(no_records("growth")),
        Formula::Entered { .. } => Err(no_records("entered")),
        Formula::Algorithm(_) => Err(no_records("algorithm")),
        Formula::Exact(_) => Err(no_records("exact")),
    }
}

/// What the records of a low-risk mortality are counted by: deaths and stays in the groups that are meant.
fn low_risk_measures(
    values: &Values,
    indicator: &Indicator,
    settings: &LowRisk,
    unit: &Unit,
    period: Period,
) -> [Measure; 2] {
    let groups = values.low_risk_groups(indicator, settings, unit, period);
    let quoted = groups
        .iter()
        .map(|group| format!("'{}'", group.replace('\'', "''")));
    let quoted: Vec<String> = quoted.collect();
    // Without any group no record is meant; an empty list is no SQL.
    let meant = match quoted.is_empty() {
        true => "false".to_owned(),
        false => format!(
            "grouping_status = 'grouped' AND drg IN ({})",
            quoted.join(", ")
        ),
    };
    let stays = Measure {
        filter: Some(meant),
        ..Measure::rows(STAY)
    };
    let deaths = Measure {
        kind: Kind::Count("discharge_disposition = '5'".to_owned()),
        ..stays.clone()
    };
    [deaths, stays]
}

fn only(
    pack: &CompiledIndicators,
    measures: &[Measure],
) -> Result<CompiledMeasures, IndicatorError> {
    CompiledMeasures::only(pack.measures.set(), &pack.lookups, measures).map_err(|problems| {
        // The whole pack was compiled before: this cannot come from what a person wrote.
        let reason = format!("{problems:?}");
        IndicatorError::Warehouse(WarehouseError::Structure {
            table: STAY.to_owned(),
            difference: reason,
        })
    })
}
