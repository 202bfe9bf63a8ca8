//! Values of items from the indicators and the approved data sets of the lake.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use biaochi_assessment::{Assessed, PhaseScoring, Reading, Source};
use biaochi_domain::{Language, Localized as _, Period};
use biaochi_indicators::{NoValue, Value};
use biaochi_organisations::Unit;
use biaochi_packs::assessment::{LoadedAssessment, Subject};
use biaochi_store::Scope;
use biaochi_warehouse::WarehouseError;

use super::{AssessmentError, Values};
use crate::indicators::{
    self, Certainty, CompiledIndicators, Indicator, IndicatorError, NATIONAL, Structure, field_id,
};
use crate::{Content, Workspace, organisations};

/// Decimals that a value is frozen with: more than any indicator says.
const DECIMALS: u32 = 10;

/// What an indicator came to for an institution and a period.
type Answer = Result<Value, NoValue>;

/// Values of indicators and of fields of data sets, from the newest version of the lake.
#[derive(Debug)]
pub struct LakeValues {
    values: indicators::Values,
    /// Medians, distinct counts and the like read records for every institution and period: what was asked once,
    /// for the value or for why there is none, is not read again.
    known: Mutex<HashMap<(String, String, Period), Answer>>,
}

impl LakeValues {
    /// Brings the sums up to date and reads what these sources need of a period and the periods in it. `None` for
    /// a workspace that has no data yet.
    pub fn load(
        workspace: &Workspace,
        content: &Content,
        sources: &[Source],
        period: Period,
    ) -> Result<Option<Self>, AssessmentError> {
        let pack = pack(content, sources)?;
        match indicators::Values::load(workspace, &pack, structure(workspace)?, period) {
            Ok(values) => Ok(Some(Self {
                values,
                known: Mutex::default(),
            })),
            Err(IndicatorError::Warehouse(WarehouseError::NoLake { .. })) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The values themselves.
    pub fn values(&self) -> &indicators::Values {
        &self.values
    }

    fn asked(&self, unit: &Assessed, indicator: &Indicator, period: Period) -> Answer {
        let key = (indicator.id.clone(), unit.code.clone(), period);
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = known().get(&key) {
            return answer.clone();
        }
        let of = Unit::Institution(unit.code.clone());
        let answer = self.values.explained(indicator, &of, period);
        known().insert(key, answer.clone());
        answer
    }
}

/// Whether anything of a scheme or index is computed rather than entered.
pub fn needs_values(loaded: &LoadedAssessment) -> bool {
    let computed = |source: &Source| !matches!(source, Source::Entered(_));
    let scored = match &loaded.subject {
        Subject::Scheme(scheme) => scheme
            .phases()
            .any(|phase| phase.scoring == PhaseScoring::Items),
        Subject::Index(_) => true,
    };
    scored && loaded.sources_of_values().iter().any(computed)
}

/// The pack of indicators with the fields of data sets that sources name.
pub(super) fn pack(
    content: &Content,
    sources: &[Source],
) -> Result<CompiledIndicators, AssessmentError> {
    let fields = sources.iter().filter_map(|source| match source {
        Source::Fact { dataset, field } => Some((dataset.clone(), field.clone())),
        Source::Indicator(_) | Source::Entered(_) => None,
    });
    Ok(content.indicators(NATIONAL)?.with_fields(fields))
}

pub(super) fn structure(workspace: &Workspace) -> Result<Structure, AssessmentError> {
    let directory = organisations::directory(workspace, &Scope::All)?;
    Ok(Structure::new(directory))
}

/// Under which id the values of a source are found; `None` for what is entered.
pub(super) fn subject(source: &Source) -> Option<String> {
    match source {
        Source::Indicator(id) => Some(id.clone()),
        Source::Fact { dataset, field } => Some(field_id(dataset, field)),
        Source::Entered(_) => None,
    }
}

impl Values for LakeValues {
    fn read(&self, unit: &Assessed, source: &Source, period: Period) -> Option<Reading> {
        let indicator = self.values.set().get(&subject(source)?)?;
        let value = self.asked(unit, indicator, period).ok()?;
        Some(Reading {
            value: value.value.round_dp(DECIMALS),
            numerator: value.numerator,
            denominator: value.denominator,
            target: None,
            origin: source.to_string(),
            period: period.to_string(),
            certainty: match indicator.certainty {
                Certainty::Confirmed => String::new(),
                Certainty::General => "general".to_owned(),
                Certainty::Memory => "memory".to_owned(),
            },
        })
    }

    fn why_none(&self, unit: &Assessed, source: &Source, period: Period) -> Option<String> {
        let id = subject(source)?;
        let Some(indicator) = self.values.set().get(&id) else {
            return Some(format!("没有指标“{id}”"));
        };
        let why = self.asked(unit, indicator, period).err()?;
        Some(why.text(Language::Zh))
    }

    fn lake_version(&self) -> Option<u64> {
        Some(self.values.provenance().version)
    }
}
