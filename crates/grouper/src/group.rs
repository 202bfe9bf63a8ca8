//! Grouping without reasons: the fast way.

use crate::compile::{NOTHING, Outcome};
use crate::definition::Check;
use crate::evaluation::Evaluation;
use crate::grouping::Grouping;
use crate::scheme::Scheme;
use crate::status::Status;
use crate::stay::Stay;

impl Scheme {
    /// Groups one stay. Allocates nothing.
    pub fn group<D: AsRef<str>, P: AsRef<str>>(&self, stay: &Stay<'_, D, P>) -> Grouping<'_> {
        if let Some(status) = self.first_failure(stay) {
            return self.failed(status);
        }
        let outcome = self.pass(stay, stay.procedures).or_else(|| {
            let retry = self.retry_single_procedure && stay.procedures.len() > 1;
            let singles = stay.procedures.chunks(1).skip(1);
            retry
                .then(|| {
                    singles
                        .into_iter()
                        .find_map(|single| self.pass(stay, single))
                })
                .flatten()
        });
        outcome.unwrap_or(&self.ungrouped).grouping()
    }

    /// The failure that keeps a stay from being grouped: untranslatable codes, then the checks.
    pub(crate) fn first_failure<D: AsRef<str>, P: AsRef<str>>(
        &self,
        stay: &Stay<'_, D, P>,
    ) -> Option<Status> {
        if stay.translate {
            if stay
                .diagnoses
                .iter()
                .any(|code| self.diagnoses.translated(code.as_ref()).is_none())
            {
                return Some(Status::UntranslatableDiagnosis);
            }
            if stay
                .procedures
                .iter()
                .any(|code| self.procedures.translated(code.as_ref()).is_none())
            {
                return Some(Status::UntranslatableProcedure);
            }
        }
        self.checks.iter().find_map(|&check| failure(check, stay))
    }

    pub(crate) fn failed(&self, status: Status) -> Grouping<'_> {
        Grouping {
            status,
            ..self.failure.grouping()
        }
    }

    /// One pass over all steps that the first codes leave open.
    fn pass<D: AsRef<str>, P: AsRef<str>>(
        &self,
        stay: &Stay<'_, D, P>,
        procedures: &[P],
    ) -> Option<&Outcome> {
        let mut evaluation = Evaluation::new(self, stay, procedures);
        let words = self.walk.mask_words();
        let by_diagnosis = &self.diagnoses.candidates[evaluation.principal.row as usize * words..];
        let by_procedure = match procedures.is_empty() {
            true => &*self.without_procedures,
            false => &self.procedures.candidates[evaluation.first_procedure.row as usize * words..],
        };
        // Entered categories are remembered one at a time: their steps follow one another.
        let mut category = u32::MAX;
        let mut entered = false;
        for word in 0..words {
            let mut open = by_diagnosis[word] & by_procedure[word];
            while open != 0 {
                let at = word * 64 + open.trailing_zeros() as usize;
                open &= open - 1;
                let step = &self.walk.steps[at];
                if step.category != category {
                    category = step.category;
                    let rule = self.walk.categories[category as usize].rule;
                    entered = evaluation.holds(rule);
                }
                if !entered || !evaluation.holds(step.rule) {
                    continue;
                }
                let drgs = &self.walk.drgs[step.first_drg as usize..][..step.drgs as usize];
                let drg = drgs.iter().find(|drg| evaluation.holds(drg.rule));
                let outcome = drg.map_or(step.fallback, |drg| drg.outcome);
                if outcome != NOTHING {
                    return Some(&self.walk.outcomes[outcome as usize]);
                }
            }
        }
        None
    }
}

impl Outcome {
    pub(crate) fn grouping(&self) -> Grouping<'_> {
        Grouping {
            status: self.status,
            mdc: &self.mdc,
            adrg: &self.adrg,
            drg: &self.drg,
        }
    }
}

/// How a stay fails a check, if it does.
pub(crate) fn failure<D: AsRef<str>, P>(check: Check, stay: &Stay<'_, D, P>) -> Option<Status> {
    match check {
        Check::Sex => match stay.sex {
            None => Some(Status::SexMissing),
            Some(1 | 2) => None,
            Some(_) => Some(Status::SexInvalid),
        },
        Check::Age => stay.age.is_none().then_some(Status::AgeMissing),
        Check::AgeDays => {
            let missing = stay.age == Some(0) && stay.age_days.is_none();
            missing.then_some(Status::AgeDaysMissing)
        }
        Check::WeightUpToDays(days) => {
            let newborn = stay.age == Some(0)
                && stay
                    .age_days
                    .is_some_and(|age_days| age_days <= i32::from(days));
            (newborn && stay.weight.is_none()).then_some(Status::WeightMissing)
        }
        Check::Diagnosis => {
            let missing = stay
                .diagnoses
                .first()
                .is_none_or(|code| code.as_ref().is_empty());
            missing.then_some(Status::DiagnosisMissing)
        }
    }
}
