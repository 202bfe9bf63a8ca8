//! Grouping with reasons: every decision is noted in compact form and put into words on demand.

use compact_str::CompactString;

use crate::compile::{NOTHING, Outcome};
use crate::condition::NodeId;
use crate::evaluation::Evaluation;
use crate::grouping::Grouping;
use crate::scheme::Scheme;
use crate::stay::Stay;

/// How a stay came to its group: every category, entry and DRG rule that was tried, in order, and
/// the condition that decided each.
///
/// The trace itself is compact. [`Explanation::report`] unfolds it to structured data, which is
/// also its serialised form; [`biaochi_domain::Localized::text`] tells it in sentences.
#[derive(Debug, Clone)]
pub struct Explanation<'s> {
    pub(crate) scheme: &'s Scheme,
    pub(crate) grouping: Grouping<'s>,
    pub(crate) stay: KeptStay,
    pub(crate) decisions: Vec<Decision>,
}

/// What was decided about one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Decision {
    pub(crate) what: Decided,
    pub(crate) holds: bool,
    /// The condition that decided.
    pub(crate) decisive: NodeId,
}

/// What a decision was about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decided {
    /// A pass begins whose procedures start at this place of the list; nothing is decided.
    Pass(u32),
    Category(u32),
    Step(u32),
    Drg(u32),
}

/// The stay, so that an explanation can outlive the record.
#[derive(Debug, Clone)]
pub(crate) struct KeptStay {
    diagnoses: Vec<CompactString>,
    procedures: Vec<CompactString>,
    department: CompactString,
    disposition: CompactString,
    /// Everything that is no text.
    rest: Stay<'static, CompactString, CompactString>,
}

impl KeptStay {
    fn new<D: AsRef<str>, P: AsRef<str>>(stay: &Stay<'_, D, P>) -> Self {
        Self {
            diagnoses: stay
                .diagnoses
                .iter()
                .map(|code| code.as_ref().into())
                .collect(),
            procedures: stay
                .procedures
                .iter()
                .map(|code| code.as_ref().into())
                .collect(),
            department: stay.department.into(),
            disposition: stay.disposition.into(),
            rest: Stay {
                diagnoses: &[],
                procedures: &[],
                sex: stay.sex,
                age: stay.age,
                age_days: stay.age_days,
                weight: stay.weight,
                length_of_stay: stay.length_of_stay,
                icu_hours: stay.icu_hours,
                ventilator_hours: stay.ventilator_hours,
                department: "",
                disposition: "",
                translate: stay.translate,
            },
        }
    }

    pub(crate) fn stay(&self) -> Stay<'_, CompactString, CompactString> {
        Stay {
            department: &self.department,
            disposition: &self.disposition,
            ..self.rest.with_codes(&self.diagnoses, &self.procedures)
        }
    }
}

impl Scheme {
    /// Groups one stay and notes every decision on the way. The result is that of
    /// [`Scheme::group`].
    pub fn explain<D: AsRef<str>, P: AsRef<str>>(&self, stay: &Stay<'_, D, P>) -> Explanation<'_> {
        let mut decisions = Vec::with_capacity(128);
        let grouping = match self.first_failure(stay) {
            Some(status) => self.failed(status),
            None => self
                .traced(stay, &mut decisions)
                .unwrap_or(&self.ungrouped)
                .grouping(),
        };
        Explanation {
            scheme: self,
            grouping,
            stay: KeptStay::new(stay),
            decisions,
        }
    }

    fn traced<D: AsRef<str>, P: AsRef<str>>(
        &self,
        stay: &Stay<'_, D, P>,
        decisions: &mut Vec<Decision>,
    ) -> Option<&Outcome> {
        let mut tracer = Tracer {
            evaluation: Evaluation::new(self, stay, stay.procedures),
            decisions,
        };
        if let Some(outcome) = tracer.pass(0) {
            return Some(outcome);
        }
        let singles = stay.procedures.chunks(1).enumerate().skip(1);
        for (at, single) in singles.filter(|_| self.retry_single_procedure) {
            tracer.evaluation = Evaluation::new(self, stay, single);
            if let Some(outcome) = tracer.pass(at as u32) {
                return Some(outcome);
            }
        }
        None
    }
}

struct Tracer<'s, 'a, 't, D, P> {
    evaluation: Evaluation<'s, 'a, D, P>,
    decisions: &'t mut Vec<Decision>,
}

impl<'s, D: AsRef<str>, P: AsRef<str>> Tracer<'s, '_, '_, D, P> {
    fn decide(&mut self, what: Decided, rule: NodeId) -> bool {
        let (holds, decisive) = self.evaluation.decide(rule);
        self.decisions.push(Decision {
            what,
            holds,
            decisive,
        });
        holds
    }

    /// One pass over everything, in order, without the short cuts of the fast way.
    fn pass(&mut self, first_procedure: u32) -> Option<&'s Outcome> {
        let what = Decided::Pass(first_procedure);
        self.decisions.push(Decision {
            what,
            holds: true,
            decisive: 0,
        });
        let walk = &self.evaluation.scheme.walk;
        for (number, category) in (0..).zip(&walk.categories) {
            if !self.decide(Decided::Category(number), category.rule) {
                continue;
            }
            for at in category.first_step..category.first_step + category.steps {
                let step = &walk.steps[at as usize];
                if !self.decide(Decided::Step(at), step.rule) {
                    continue;
                }
                let mut drgs = step.first_drg..step.first_drg + step.drgs;
                let drg =
                    drgs.find(|&at| self.decide(Decided::Drg(at), walk.drgs[at as usize].rule));
                let outcome = drg.map_or(step.fallback, |at| walk.drgs[at as usize].outcome);
                if outcome != NOTHING {
                    return Some(&walk.outcomes[outcome as usize]);
                }
            }
        }
        None
    }
}

impl<'s> Explanation<'s> {
    /// The result, the same as that of [`Scheme::group`].
    pub fn grouping(&self) -> Grouping<'s> {
        self.grouping
    }

    /// The number of decisions that were made: categories, entries and DRG rules tried.
    pub fn decisions(&self) -> usize {
        let made = |decision: &&Decision| !matches!(decision.what, Decided::Pass(_));
        self.decisions.iter().filter(made).count()
    }
}
