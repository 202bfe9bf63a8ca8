//! Plausible data sets of the synthetic county: seeded, as large as its institutions are, and the same as
//! its records where both speak of one thing.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use biaochi_datasets::{DataSet, Field, Kind, Value, Values, shown};
use biaochi_domain::{Month, Period, spreadsheet_text};
use biaochi_store::Scope;
use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive as _, ToPrimitive as _};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::status::organisations;
use super::{CompiledDataSets, DataSetError};
use crate::organisations::directory;
use crate::query::rows;
use crate::{Content, Workspace};

/// Discharges of a month of the hospital that the examples of the data sets speak of: 400 beds.
const EXAMPLE_DISCHARGES: f64 = 1500.0;
/// Of this many submissions of the last period one is still owed.
const OWED: u64 = 9;

/// What is made up.
#[derive(Debug, Clone, Copy)]
pub struct SyntheticRequest {
    /// The same seed gives the same values.
    pub seed: u64,
    /// The first month.
    pub first: Month,
    /// The last month.
    pub last: Month,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Written {
    /// The files, one for each data set.
    pub files: Vec<PathBuf>,
    /// Submissions in them.
    pub submissions: u64,
}

/// What the records say about an institution's month.
#[derive(Debug, Clone, Copy, Deserialize)]
struct Volume {
    discharges: f64,
    days: f64,
    charges: f64,
}

#[derive(Debug, Deserialize)]
struct VolumeRow {
    organisation_code: String,
    discharge_month: String,
    #[serde(flatten)]
    volume: Volume,
}

/// Writes filled tables, one for each data set, for every organisation and period that is asked for. A few
/// of the last period are missing, as they are everywhere.
pub fn synthesise(
    workspace: &Workspace,
    content: &Content,
    sets: &CompiledDataSets,
    request: &SyntheticRequest,
    folder: &Path,
) -> Result<Written, DataSetError> {
    let io = |path: &Path, source| DataSetError::Io {
        path: path.to_owned(),
        source,
    };
    fs::create_dir_all(folder).map_err(|source| io(folder, source))?;
    let volumes = volumes(workspace, content)?;
    let directory = directory(workspace, &Scope::All)?;
    let mut written = Written::default();
    for set in sets.sets() {
        let path = folder.join(format!("{}.csv", set.id));
        let mut table = Table::new(set);
        let periods = set.frequency.periods(request.first, request.last);
        let last = periods.last().copied();
        for period in periods.into_iter().filter(|period| set.asks_for(*period)) {
            for (code, name) in organisations(set, &directory.of_period(period))?.into_iter() {
                let random = Random {
                    seed: request.seed,
                    about: format!("{}/{code}", set.id),
                };
                if Some(period) == last && random.whole("owed", &period).is_multiple_of(OWED) {
                    continue;
                }
                let volume = volumes.of(&code, period);
                let maker = Maker {
                    set,
                    period,
                    volume,
                    random: &random,
                };
                table.add(&code, &name, period, &maker)?;
            }
        }
        if table.submissions > 0 {
            written.submissions += table.submissions;
            fs::write(&path, table.finish()?).map_err(|source| io(&path, source))?;
            written.files.push(path);
        }
    }
    Ok(written)
}

/// Volumes by institution and month.
struct Volumes(BTreeMap<(String, Month), Volume>);

impl Volumes {
    /// The sums of a period; `None` without any record in it.
    fn of(&self, code: &str, period: Period) -> Option<Volume> {
        let months = period
            .months()
            .filter_map(|month| self.0.get(&(code.to_owned(), month)));
        months.copied().reduce(|sum, month| Volume {
            discharges: sum.discharges + month.discharges,
            days: sum.days + month.days,
            charges: sum.charges + month.charges,
        })
    }
}

fn volumes(workspace: &Workspace, content: &Content) -> Result<Volumes, DataSetError> {
    let sql = "SELECT organisation_code, discharge_month, CAST(sum(cases) AS DOUBLE) AS discharges, \
               CAST(coalesce(sum(days), 0) AS DOUBLE) AS days, \
               CAST(coalesce(sum(charges), 0) AS DOUBLE) AS charges \
               FROM drg_cell GROUP BY organisation_code, discharge_month, scheme";
    let found: Vec<VolumeRow> = rows(workspace, content, sql)?;
    let by_month = found.into_iter().filter_map(|row| {
        let month = row.discharge_month.parse().ok()?;
        Some(((row.organisation_code, month), row.volume))
    });
    Ok(Volumes(by_month.collect()))
}

/// Numbers that depend on nothing but seed and subject.
struct Random {
    seed: u64,
    about: String,
}

impl Random {
    fn whole(&self, what: &str, when: &dyn std::fmt::Display) -> u64 {
        let text = format!("{}/{}/{what}/{when}", self.seed, self.about);
        let hash = Sha256::digest(text.as_bytes());
        hash.iter()
            .take(8)
            .fold(0, |number, byte| (number << 8) | u64::from(*byte))
    }

    /// Between −1 and 1.
    fn around(&self, what: &str, when: &dyn std::fmt::Display) -> f64 {
        (self.whole(what, when) % 20_001) as f64 / 10_000.0 - 1.0
    }
}

/// Makes the values of one organisation's period.
struct Maker<'a> {
    set: &'a DataSet,
    period: Period,
    volume: Option<Volume>,
    random: &'a Random,
}

impl Maker<'_> {
    /// How large the organisation is against the one that the examples speak of.
    fn size(&self) -> f64 {
        let months = f64::from(self.period.length());
        match self.volume {
            Some(volume) => (volume.discharges / months / EXAMPLE_DISCHARGES).max(0.01),
            None => 1.0,
        }
    }

    fn values(&self, breakdown: &str) -> Values {
        let mut values = Values::new();
        // Sums and wholes may stand behind their parts: again, until nothing is added.
        for _ in 0..self.set.fields.len() {
            let before = values.len();
            for field in &self.set.fields {
                if !values.contains_key(&field.id)
                    && let Some(value) = self.value(field, breakdown, &values)
                {
                    values.insert(field.id.clone(), value);
                }
            }
            if values.len() == before {
                break;
            }
        }
        values
    }

    fn value(&self, field: &Field, breakdown: &str, values: &Values) -> Option<Value> {
        let named = format!("{}/{breakdown}", field.id);
        match &field.kind {
            Kind::Integer | Kind::Decimal(_) => {
                self.number(field, &named, values).map(Value::Number)
            }
            Kind::Boolean => Some(Value::Boolean(
                !self.random.whole(&named, &"").is_multiple_of(5),
            )),
            Kind::Choice(words) => {
                let usual = match &field.example {
                    Some(Value::Text(text)) => words.iter().position(|word| word == text),
                    _ => None,
                };
                let usual = usual.unwrap_or(0);
                let step = self.random.whole(&named, &self.period.last().year()) % 6;
                let place = match step {
                    0 => usual.saturating_sub(1),
                    1 => (usual + 1).min(words.len() - 1),
                    _ => usual,
                };
                words.get(place).cloned().map(Value::Text)
            }
            Kind::Text | Kind::Date => field.example.clone(),
        }
    }

    /// A number; `None` while something it depends on is not there yet, or nobody knows what is usual.
    fn number(&self, field: &Field, named: &str, values: &Values) -> Option<Decimal> {
        if !field.sum_of.is_empty() {
            let parts = field.sum_of.iter();
            return parts.map(|part| values.get(part)?.number()).sum();
        }
        let example = field.example.as_ref()?.number()?.to_f64()?;
        if let Some(whole) = &field.part_of {
            let whole_field = self.set.field(whole)?;
            let of = values.get(whole)?.number()?;
            let share = example / whole_field.example.as_ref()?.number()?.to_f64()?.max(1e-9);
            let share =
                (share * (1.0 + 0.06 * self.random.around(named, &self.period))).clamp(0.0, 1.0);
            let value = rounded(field, of.to_f64()? * share)?;
            return Some(value.min(of));
        }
        let value = match self.recorded(field, example) {
            Some(value) => value,
            None if is_fixed(field, example) => example,
            None => {
                let own = 1.0 + 0.1 * self.random.around(named, &"own");
                let now = 1.0 + 0.05 * self.random.around(named, &self.period);
                example * self.size() * own * now
            }
        };
        let value = rounded(field, value)?;
        let limit = |limit: &Option<Value>| limit.as_ref().and_then(Value::number);
        let value = limit(&field.min).map_or(value, |min| value.max(min));
        Some(limit(&field.max).map_or(value, |max| value.min(max)))
    }

    /// What the records say: income of inpatients by class, in the shares of the examples, and bed days.
    fn recorded(&self, field: &Field, example: f64) -> Option<f64> {
        let volume = self.volume?;
        match (self.set.id.as_str(), field.id.as_str()) {
            ("finance", id) => {
                let total = self.set.field("inpatient_income")?;
                if !total.sum_of.iter().any(|part| part == id) {
                    return None;
                }
                let parts = total
                    .sum_of
                    .iter()
                    .filter_map(|part| self.set.field(part)?.example.as_ref()?.number()?.to_f64());
                Some(volume.charges * example / parts.sum::<f64>())
            }
            ("resources", "open_beds") => Some((volume.days / self.days() / 0.85).ceil()),
            ("resources", "bed_days_open") => {
                Some((volume.days / self.days() / 0.85).ceil() * self.days())
            }
            _ => None,
        }
    }

    fn days(&self) -> f64 {
        f64::from(biaochi_datasets::days(self.period))
    }
}

/// Whether a number does not grow with the organisation: levels, scores, shares, and small counts.
fn is_fixed(field: &Field, example: f64) -> bool {
    field.over_time == Some(biaochi_datasets::OverTime::Average)
        || field.max.is_some()
        || ["%", "分", "级", "名", "层"].contains(&field.unit.as_str())
        || (field.kind == Kind::Integer
            && example < 40.0
            && !["人", "人次", "例"].contains(&&*field.unit))
}

fn rounded(field: &Field, value: f64) -> Option<Decimal> {
    let value = Decimal::from_f64(value)?.round_dp(field.kind.places());
    Some(value.normalize())
}

/// A filled table in the making.
struct Table<'a> {
    set: &'a DataSet,
    out: csv::Writer<Vec<u8>>,
    submissions: u64,
}

impl<'a> Table<'a> {
    fn new(set: &'a DataSet) -> Self {
        Self {
            set,
            out: csv::Writer::from_writer(Vec::new()),
            submissions: 0,
        }
    }

    fn add(
        &mut self,
        code: &str,
        name: &str,
        period: Period,
        maker: &Maker<'_>,
    ) -> Result<(), DataSetError> {
        if self.submissions == 0 {
            let mut headings: Vec<String> = ["机构代码", "机构名称", "期间", "报送日期"]
                .map(str::to_owned)
                .to_vec();
            headings.extend(
                self.set
                    .breakdown
                    .iter()
                    .map(|breakdown| breakdown.title.clone()),
            );
            headings.extend(self.set.fields.iter().map(|field| field.id.clone()));
            self.line(&headings)?;
        }
        self.submissions += 1;
        let early = maker.random.whole("handed in", &period) % 12;
        let late = maker.random.whole("late", &period).is_multiple_of(15);
        let due = self.set.due(period);
        let days = if late {
            i64::try_from(early).unwrap_or(0) + 1
        } else {
            -i64::try_from(early).unwrap_or(0)
        };
        let span = jiff::Span::new().days(days);
        let handed_in = due
            .checked_add(span)
            .unwrap_or(due)
            .max(biaochi_datasets::last_day(period));
        for row in self.set.rows() {
            let mut cells = vec![
                spreadsheet_text(code).into_owned(),
                spreadsheet_text(name).into_owned(),
                period.to_string(),
                handed_in.to_string(),
            ];
            if self.set.breakdown.is_some() {
                cells.push(row.to_owned());
            }
            let values = maker.values(row);
            for field in &self.set.fields {
                let value = values.get(&field.id);
                cells.push(value.map_or_else(String::new, |value| shown(field, value)));
            }
            self.line(&cells)?;
        }
        Ok(())
    }

    fn line(&mut self, cells: &[String]) -> Result<(), DataSetError> {
        let written = self.out.write_record(cells);
        written.map_err(|error| DataSetError::Workbook(error.into()))
    }

    fn finish(self) -> Result<Vec<u8>, DataSetError> {
        let done = self.out.into_inner();
        done.map_err(|error| DataSetError::Workbook(error.into_error()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_depend_on_nothing_but_seed_and_subject() {
        let random = |seed| Random {
            seed,
            about: "finance/A".to_owned(),
        };
        assert_eq!(random(1).whole("x", &"2024"), random(1).whole("x", &"2024"));
        assert_ne!(random(1).whole("x", &"2024"), random(2).whole("x", &"2024"));
        let all = (0..1000).map(|number| random(1).around("x", &number));
        let (mut low, mut high) = (1.0_f64, -1.0_f64);
        for one in all {
            low = low.min(one);
            high = high.max(one);
        }
        assert!(
            (-1.0..-0.95).contains(&low) && (0.95..=1.0).contains(&high),
            "{low} {high}"
        );
    }
}
