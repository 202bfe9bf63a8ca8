//! What the values of one unit rest on: sums of records, of days, of groups, and entries.

use std::collections::BTreeSet;
use std::sync::Arc;

use biaochi_datasets::Share;
use biaochi_domain::Period;
use biaochi_indicators::{
    Algorithm, DrgSums, Evidence, Formula, Groups, Indicator, LowRisk, Measure, MeasureId, NoValue,
    NotComputable, STAY, Value, consumption_index, group_count, low_risk_groups,
    low_risk_mortality, over_time, ratio,
};
use biaochi_organisations::Unit;
use biaochi_warehouse::indicators::exact_values;
use rust_decimal::Decimal;

use super::super::roll_up::EntryPart;
use super::super::structure::Filed;
use super::Values;
use crate::runtime::block_on;

/// What the values of one unit rest on.
pub(super) struct UnitEvidence<'a> {
    pub(super) values: &'a Values,
    pub(super) unit: &'a Unit,
    /// Its institutions that the indicator is asked of.
    pub(super) members: Vec<String>,
    /// What the indicator needs of data sets.
    pub(super) wanted: Vec<Measure>,
}

impl UnitEvidence<'_> {
    fn department(&self) -> Option<(&str, &str)> {
        match self.unit {
            Unit::Department { institution, code } => Some((institution, code)),
            _ => None,
        }
    }

    /// Whose reports of a data set speak for the unit; see `Structure::speakers`. Institutions where no
    /// division and no alliance does.
    pub(super) fn speakers(&self, dataset: &str, period: Period) -> Vec<String> {
        let Some(entries) = self.values.entries.get(dataset) else {
            return Vec::new();
        };
        if self.department().is_some() {
            return Vec::new();
        }
        let wanted: Vec<&Measure> = self
            .wanted
            .iter()
            .filter(|measure| measure.source == dataset)
            .collect();
        let has = |code: &str, measure: &Measure| {
            let observed = entries.observations(code, measure);
            over_time(&observed, period, measure.over_time).is_some()
        };
        let filed = |code: &str| match wanted.iter().filter(|one| has(code, one)).count() {
            0 => Filed::Nothing,
            count if count == wanted.len() => Filed::All,
            _ => Filed::Part,
        };
        let above = if entries.has_above && !matches!(self.unit, Unit::Institution(_)) {
            let reporters = entries.rows.keys().map(String::as_str);
            let structure = &self.values.structure;
            structure.speakers(self.unit, period, &filed, reporters)
        } else {
            Vec::new()
        };
        match above.is_empty() {
            false => above.iter().map(Unit::to_string).collect(),
            true => {
                let members = self.members.iter();
                let report = members.filter(|code| filed(code) != Filed::Nothing);
                report.cloned().collect()
            }
        }
    }

    /// What the entries of those who speak for the unit come to, each by itself.
    fn entries(&self, measure: &Measure, period: Period) -> Vec<Decimal> {
        let Some(entries) = self.values.entries.get(&measure.source) else {
            return Vec::new();
        };
        let of = |organisation: &String| {
            let observed = entries.observations(organisation, measure);
            over_time(&observed, period, measure.over_time)
        };
        let speakers = self.speakers(&measure.source, period);
        speakers.iter().filter_map(of).collect()
    }

    /// What each of those who speak for the unit entered for a field.
    pub(super) fn entered(&self, indicator: &Indicator, period: Period) -> Vec<EntryPart> {
        let Some((measure, weight)) = self.values.pack.fields.measures(indicator) else {
            return Vec::new();
        };
        let Some(entries) = self.values.entries.get(&measure.source) else {
            return Vec::new();
        };
        let of = |organisation: String| -> Option<EntryPart> {
            let observed = entries.observations(&organisation, &measure);
            let value = over_time(&observed, period, measure.over_time)?;
            let weight = weight.as_ref().and_then(|weight| {
                let observed = entries.observations(&organisation, weight);
                over_time(&observed, period, weight.over_time)
            });
            let within = observed.iter().filter(|one| period.contains(one.period));
            let month = within.map(|one| one.period.last()).max()?;
            let share = Share {
                value,
                weight,
                month,
            };
            Some(EntryPart {
                organisation,
                share,
            })
        };
        let speakers = self.speakers(&measure.source, period);
        speakers.into_iter().filter_map(of).collect()
    }

    /// The sum over the stays of a period: of whole months from their cells, of the other days from the
    /// records.
    fn stays(&self, measure: MeasureId, period: Period) -> Option<Decimal> {
        let whole = period
            .whole_months()
            .and_then(|months| self.stays_of_months(measure, months));
        let days = period
            .parts_of_months()
            .filter_map(|part| self.stays_of_days(measure, part));
        whole.into_iter().chain(days).reduce(|a, b| a + b)
    }

    fn stays_of_days(&self, measure: MeasureId, part: Period) -> Option<Decimal> {
        let values = self.values;
        let rows = values.rows_measure();
        let department = self.department().map(|(_, code)| code);
        let days = values.day_sums(part, &self.members)?;
        let mut total = None;
        for (code, sums) in days.iter().flat_map(|hospital| hospital.iter()) {
            if department.is_some_and(|own| own != code.as_str()) {
                continue;
            }
            let has_records = sums.get(rows.0).is_some_and(|records| !records.is_zero());
            if let (true, Some(sum)) = (has_records, sums.get(measure.0)) {
                total = Some(total.unwrap_or(Decimal::ZERO) + sum);
            }
        }
        total
    }

    fn stays_of_months(&self, measure: MeasureId, period: Period) -> Option<Decimal> {
        let values = self.values;
        if let Some((hospital, code)) = self.department() {
            let departments = values.department_sums(hospital).ok()?;
            return values.total(departments.get(code)?, measure, period);
        }
        let hospitals = self
            .members
            .iter()
            .filter_map(|member| values.hospitals.get(member));
        let sums = hospitals.filter_map(|months| values.total(months, measure, period));
        sums.reduce(|a, b| a + b)
    }

    /// Sums by DRG of the unit, and of the reference: all institutions.
    fn groups(&self, period: Period) -> Option<(Groups, Groups)> {
        let all = self.values.drg_sums(period, None)?;
        let department = self.department().map(|(_, code)| code);
        let own = match department {
            Some(code) => self.values.drg_sums(period, Some(code))?,
            None => Arc::clone(&all),
        };
        let gather = |groups: &mut dyn Iterator<Item = &Groups>| {
            let mut gathered = Groups::new();
            for (drg, sums) in groups.flatten() {
                let entry: &mut DrgSums = gathered.entry(drg.clone()).or_default();
                entry.add(sums);
            }
            gathered
        };
        let mut members = self.members.iter().filter_map(|member| own.get(member));
        Some((gather(&mut members), gather(&mut all.values())))
    }

    /// The groups of the risk that is meant which the unit has cases in.
    pub(super) fn low_risk_groups(&self, settings: &LowRisk, period: Period) -> BTreeSet<String> {
        let Some((own, reference)) = self.groups(period) else {
            return BTreeSet::new();
        };
        let listed = self.listed(settings);
        let meant = low_risk_groups(&own, &reference, listed.as_ref(), settings);
        meant.into_keys().map(str::to_owned).collect()
    }

    /// The groups of a list that somebody supplied.
    fn listed(&self, settings: &LowRisk) -> Option<BTreeSet<String>> {
        let list = self.values.set().list(settings.list.as_ref()?)?;
        let codes = list.codes.split([',', '，', ' ', '\n', '、']);
        let codes = codes.map(str::trim).filter(|code| !code.is_empty());
        list.is_supplied()
            .then(|| codes.map(str::to_owned).collect())
    }

    fn algorithm(
        &self,
        indicator: &Indicator,
        algorithm: &Algorithm,
        period: Period,
    ) -> Result<Value, NoValue> {
        let no_rows = || NoValue::NoRows {
            source: STAY.to_owned(),
        };
        let (own, reference) = self.groups(period).ok_or_else(no_rows)?;
        let pair = |found: Result<(Decimal, Decimal), NotComputable>| match found {
            Ok((above, below)) => Ok(Value {
                numerator: Some(above),
                denominator: Some(below),
                value: ratio(above, below, indicator.scale).ok_or(NoValue::TooLarge)?,
            }),
            Err(NotComputable::NoCases) => Err(no_rows()),
            Err(NotComputable::NoReference) => Err(NoValue::NoReference),
        };
        match algorithm {
            Algorithm::DrgGroups => match group_count(&own) {
                0 => Err(no_rows()),
                groups => Ok(Value {
                    numerator: Some(Decimal::from(groups)),
                    denominator: None,
                    value: Decimal::from(groups) * indicator.scale,
                }),
            },
            Algorithm::Index(kind) => pair(consumption_index(&own, &reference, kind.of)),
            Algorithm::LowRiskMortality(settings) => {
                let listed = self.listed(settings);
                let found = low_risk_mortality(&own, &reference, listed.as_ref(), settings);
                pair(found.map(|(deaths, cases)| (Decimal::from(deaths), Decimal::from(cases))))
            }
        }
    }
}

impl Evidence for UnitEvidence<'_> {
    fn sum(&self, measure: MeasureId, period: Period) -> Option<Decimal> {
        let definition = self.values.set().measures().get(measure.0)?;
        if definition.source == STAY {
            return self.stays(measure, period);
        }
        self.entries(definition, period)
            .into_iter()
            .reduce(|a, b| a + b)
    }

    fn direct(&self, indicator: &Indicator, period: Period) -> Result<Value, NoValue> {
        let no_rows = |source: &str| NoValue::NoRows {
            source: source.to_owned(),
        };
        match &indicator.formula {
            Formula::Exact(exact) => {
                let months = self.values.stored(&self.members, period);
                let department = self.department().map(|(_, code)| code);
                let pack = &self.values.pack;
                let (files, lookups) = (&self.values.stored, &pack.lookups);
                let stays = (&months[..], period);
                let value = exact_values(files, stays, department, pack.set(), lookups, exact);
                let value = block_on(value)
                    .ok()
                    .flatten()
                    .ok_or_else(|| no_rows(STAY))?;
                let scaled = value
                    .checked_mul(indicator.scale)
                    .ok_or(NoValue::TooLarge)?;
                Ok(Value {
                    numerator: Some(value),
                    denominator: None,
                    value: scaled.normalize(),
                })
            }
            Formula::Algorithm(algorithm) => self.algorithm(indicator, algorithm, period),
            Formula::Entered { dataset, .. } if !period.is_whole_months() => {
                let source = dataset.clone();
                Err(NoValue::NotByDay { source })
            }
            Formula::Entered { dataset, .. } => {
                let parts = self.entered(indicator, period);
                let value = self.values.pack.fields.together(indicator, &parts);
                value.ok_or_else(|| no_rows(dataset))
            }
            Formula::Ratio { .. } | Formula::Growth { .. } => Err(no_rows(STAY)),
        }
    }
}
