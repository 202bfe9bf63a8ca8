//! The cases of checks across records: small tables of several stays.

use biaochi_domain::{Language, Localized as _};
use biaochi_packs::checks::Case;
use biaochi_packs::{Noun, Problem};
use biaochi_records::Value;
use biaochi_warehouse::across::CompiledAcross;
use biaochi_warehouse::tables::{STAY_COLUMNS, StayEncoder};
use rustc_hash::FxHashMap;

use super::cases::{bad_case, wrong_cases};
use super::record::read;
use crate::runtime::block_on;

/// The column that says which rows belong together.
const CASE: &str = "例";
/// What is not said about a stay.
const DEFAULTS: [(&str, &str); 2] = [("organisation_code", "甲院"), ("person_key", "甲")];

/// The stay of a row.
struct Stay {
    case: String,
    values: [Value; STAY_COLUMNS.len()],
}

/// The cases that come out otherwise than they should.
///
/// All stay in one table, where only their persons keep them apart; every second case is then left out,
/// which must not change the others.
pub(super) fn run_across(
    id: &str,
    cases: &[Case],
    across: &CompiledAcross,
) -> Result<Vec<Problem>, Problem> {
    let stays = cases.iter().map(stay).collect::<Result<Vec<_>, _>>()?;
    let all: Vec<usize> = (0..stays.len()).collect();
    let places = places(id, &stays, &all, across)?;
    let mut names: Vec<&str> = stays.iter().map(|stay| stay.case.as_str()).collect();
    names.dedup();
    for half in 0..2 {
        let kept = |row: &usize| {
            let name = names.iter().position(|name| *name == stays[*row].case);
            name.is_some_and(|place| place % 2 == half)
        };
        let rows: Vec<usize> = all.iter().copied().filter(kept).collect();
        let alone = self::places(id, &stays, &rows, across)?;
        if rows.iter().any(|row| alone[*row] != places[*row]) {
            let check = id.to_owned();
            return Err(Problem::BeyondPerson { check });
        }
    }
    Ok(wrong_cases(id, cases, &places))
}

/// Places found in each stay, when only some of them are there.
fn places(
    id: &str,
    stays: &[Stay],
    rows: &[usize],
    across: &CompiledAcross,
) -> Result<Vec<u32>, Problem> {
    let mut encoder = StayEncoder::default();
    let mut by_key = FxHashMap::default();
    for row in rows {
        let values = &stays[*row].values;
        if let (Value::Text(organisation), Value::Text(record)) = (&values[0], &values[2]) {
            by_key.insert((organisation.as_str(), record.as_str()), *row);
        }
        encoder.push(values);
    }
    let found = block_on(across.run_one(id, vec![encoder.finish()]));
    let found = found.map_err(|error| Problem::BadSql {
        reason: error.text(Language::Zh),
    })?;
    let mut places = vec![0; stays.len()];
    for found in found {
        if let Some(row) = by_key.get(&(found.month.0.as_str(), found.record_key.as_str())) {
            places[*row] += found.places;
        }
    }
    Ok(places)
}

/// Reads a row. Persons and records of a case are its own.
fn stay(case: &Case) -> Result<Stay, Problem> {
    let mut values = std::array::from_fn(|_| Value::Absent);
    let name = case.values.iter().find(|(column, _)| column == CASE);
    let name = name.map(|(_, name)| name.clone()).unwrap_or_default();
    let row = case.row.to_string();
    let given = case.values.iter().filter(|(column, _)| column != CASE);
    let given = given.map(|(column, value)| (column.as_str(), value.as_str()));
    let defaults = DEFAULTS.into_iter().chain([("record_key", row.as_str())]);
    // What is given stands last and counts.
    for (column, text) in defaults.chain(given) {
        let place = STAY_COLUMNS.iter().position(|known| known.name == column);
        let place = place.ok_or_else(|| Problem::NotThere {
            what: Noun::Field,
            name: column.to_owned(),
        })?;
        values[place] = match STAY_COLUMNS[place].field {
            Some(field) => read(field.info(), text).map_err(|_| bad_case(case.row, column))?,
            None if column == "discharge_month" => Value::Text(text.into()),
            None => Value::Text(format!("{name}/{text}").into()),
        };
    }
    Ok(Stay { case: name, values })
}
