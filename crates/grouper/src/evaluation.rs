//! One stay while its rules are evaluated.

use crate::code_facts::{CC, EMPTY_ROW, Facts, MCC};
use crate::compile::WIDEST_ROW;
use crate::condition::{Node, NodeId};
use crate::definition::{Field, Level, Number};
use crate::scheme::Scheme;
use crate::stay::Stay;

/// What has been found out about a stay so far. Fields other than the first codes are only looked
/// at when a rule asks for them.
pub(crate) struct Evaluation<'s, 'a, D, P> {
    pub(crate) scheme: &'s Scheme,
    pub(crate) stay: &'a Stay<'a, D, P>,
    /// The procedures in force: all of the stay's, or one alone in a second pass.
    pub(crate) procedures: &'a [P],
    pub(crate) principal: &'s Facts,
    pub(crate) first_procedure: &'s Facts,
    severity: Option<Severity>,
    secondary_row: Option<Row>,
    further_procedures: Option<Row>,
}

/// Bits of several codes together.
type Row = [u64; WIDEST_ROW];

/// What the secondary diagnoses add up to.
#[derive(Debug, Clone, Copy, Default)]
struct Severity {
    mcc: bool,
    cc: bool,
}

impl Severity {
    #[inline]
    fn add(&mut self, scheme: &Scheme, principal: &Facts, secondary: &Facts) {
        if secondary.severity != 0 && !scheme.diagnoses.excludes(principal, secondary) {
            self.mcc |= secondary.severity & MCC != 0;
            self.cc |= secondary.severity & CC != 0;
        }
    }
}

impl<'s, 'a, D: AsRef<str>, P: AsRef<str>> Evaluation<'s, 'a, D, P> {
    pub(crate) fn new(scheme: &'s Scheme, stay: &'a Stay<'a, D, P>, procedures: &'a [P]) -> Self {
        let principal = match stay.diagnoses.first() {
            Some(code) => scheme.diagnosis(code.as_ref(), stay.translate),
            None => &scheme.diagnoses.facts[0],
        };
        let first_procedure = match procedures.first() {
            Some(code) => scheme.procedure(code.as_ref(), stay.translate),
            None => &scheme.procedures.facts[0],
        };
        Self {
            scheme,
            stay,
            procedures,
            principal,
            first_procedure,
            severity: None,
            secondary_row: None,
            further_procedures: None,
        }
    }

    /// Whether a rule holds.
    pub(crate) fn holds(&mut self, rule: NodeId) -> bool {
        let scheme = self.scheme;
        match scheme.conditions.node(rule) {
            Node::Constant(value) => value,
            Node::And(run) => scheme
                .conditions
                .children(run)
                .iter()
                .all(|&rule| self.holds(rule)),
            Node::Or(run) => scheme
                .conditions
                .children(run)
                .iter()
                .any(|&rule| self.holds(rule)),
            Node::Not(rule) => !self.holds(rule),
            Node::In { field, bit, .. } => self.is_in(field, bit),
            Node::Classes {
                field,
                first_bit,
                bits,
                least,
                ..
            } => {
                let bits = first_bit..first_bit + bits;
                bits.filter(|&bit| self.is_in(field, bit)).count() >= least as usize
            }
            Node::Count {
                field,
                bit,
                comparison,
                number,
                ..
            } => comparison.holds(self.different(field, bit), number as usize),
            Node::Has(Level::Mcc) => self.severity().mcc,
            Node::Has(Level::Cc) => self.severity().cc,
            Node::Sex(sex) => self.stay.sex == Some(sex),
            Node::Compare(number, comparison, value) => self
                .number(number)
                .is_some_and(|found| comparison.holds(i64::from(found), value)),
            Node::Department(list) => scheme
                .conditions
                .texts(list)
                .iter()
                .any(|text| **text == *self.stay.department),
            Node::Disposition(list) => scheme
                .conditions
                .texts(list)
                .iter()
                .any(|text| **text == *self.stay.disposition),
            Node::DiagnosisPrefix(list) => scheme.conditions.texts(list).iter().any(|prefix| {
                self.stay.diagnoses.iter().any(|code| {
                    scheme
                        .diagnosis_text(code.as_ref(), self.stay.translate)
                        .starts_with(prefix.as_ref())
                })
            }),
        }
    }

    /// Whether a rule holds, and the condition that decided it: the one that failed in an `and`, the
    /// one that held in an `or`. Where all of them had to be looked at it is the `and` or `or`
    /// itself.
    pub(crate) fn decide(&mut self, rule: NodeId) -> (bool, NodeId) {
        let conditions = &self.scheme.conditions;
        match conditions.node(rule) {
            Node::And(run) => self.decide_all(rule, conditions.children(run), false),
            Node::Or(run) => self.decide_all(rule, conditions.children(run), true),
            Node::Not(inner) => {
                let (holds, decisive) = self.decide(inner);
                (!holds, decisive)
            }
            _ => (self.holds(rule), rule),
        }
    }

    fn decide_all(&mut self, rule: NodeId, children: &[NodeId], wanted: bool) -> (bool, NodeId) {
        for &child in children {
            let (holds, decisive) = self.decide(child);
            if holds == wanted || children.len() == 1 {
                return (holds, decisive);
            }
        }
        (!wanted, rule)
    }

    /// A number of the stay as the rules see it.
    pub(crate) fn number(&self, number: Number) -> Option<i32> {
        let stay = self.stay;
        match number {
            Number::Age => stay.age,
            Number::AgeDays => {
                let stale =
                    self.scheme.age_days_only_under_one && stay.age.is_some_and(|age| age > 0);
                if stale { None } else { stay.age_days }
            }
            Number::Weight => stay.weight,
            Number::LengthOfStay => stay.length_of_stay,
            Number::IcuHours => stay.icu_hours,
            Number::VentilatorHours => stay.ventilator_hours,
        }
    }

    #[inline]
    pub(crate) fn is_in(&mut self, field: Field, bit: u32) -> bool {
        let scheme = self.scheme;
        match field {
            Field::PrincipalDiagnosis => scheme.diagnoses.has_bit(self.principal.row, bit),
            Field::SecondaryDiagnosis => has_bit(self.secondary_row(), bit),
            Field::AnyDiagnosis => {
                scheme.diagnoses.has_bit(self.principal.row, bit)
                    || has_bit(self.secondary_row(), bit)
            }
            Field::PrincipalProcedure => scheme.procedures.has_bit(self.first_procedure.row, bit),
            Field::SecondaryProcedure => has_bit(self.further_procedures(), bit),
            Field::AnyProcedure => {
                scheme.procedures.has_bit(self.first_procedure.row, bit)
                    || has_bit(self.further_procedures(), bit)
            }
        }
    }

    /// Whether some secondary diagnosis counts as MCC and some as CC.
    fn severity(&mut self) -> Severity {
        if let Some(severity) = self.severity {
            return severity;
        }
        let mut severity = Severity::default();
        for code in rest(self.stay.diagnoses) {
            let facts = self.scheme.diagnosis(code.as_ref(), self.stay.translate);
            severity.add(self.scheme, self.principal, facts);
        }
        self.severity = Some(severity);
        severity
    }

    /// The bits of all secondary diagnoses together. Their severity comes along for nothing.
    fn secondary_row(&mut self) -> &Row {
        let (scheme, stay, principal) = (self.scheme, self.stay, self.principal);
        let noted = &mut self.severity;
        self.secondary_row.get_or_insert_with(|| {
            let mut row = [0; WIDEST_ROW];
            let mut severity = Severity::default();
            for code in rest(stay.diagnoses) {
                let facts = scheme.diagnosis(code.as_ref(), stay.translate);
                severity.add(scheme, principal, facts);
                if facts.row != EMPTY_ROW {
                    add_row(&mut row, scheme.diagnoses.row(facts.row));
                }
            }
            *noted = Some(severity);
            row
        })
    }

    fn further_procedures(&mut self) -> &Row {
        let (scheme, procedures, translate) = (self.scheme, self.procedures, self.stay.translate);
        self.further_procedures.get_or_insert_with(|| {
            let mut row = [0; WIDEST_ROW];
            for code in procedures.iter().skip(1) {
                let facts = scheme.procedure(code.as_ref(), translate);
                add_row(&mut row, scheme.procedures.row(facts.row));
            }
            row
        })
    }

    /// The number of different codes of a field with this bit.
    pub(crate) fn different(&self, field: Field, bit: u32) -> usize {
        let (scheme, translate) = (self.scheme, self.stay.translate);
        let diagnoses = |codes: &'a [D]| {
            count_different(
                codes,
                |code| {
                    scheme
                        .diagnoses
                        .has_bit(scheme.diagnosis(code, translate).row, bit)
                },
                |code| scheme.diagnosis_text(code, translate),
            )
        };
        let procedures = |codes: &'a [P]| {
            count_different(
                codes,
                |code| {
                    scheme
                        .procedures
                        .has_bit(scheme.procedure(code, translate).row, bit)
                },
                |code| scheme.procedure_text(code, translate),
            )
        };
        let (all_diagnoses, all_procedures) = (self.stay.diagnoses, self.procedures);
        match field {
            Field::PrincipalDiagnosis => diagnoses(first(all_diagnoses)),
            Field::AnyDiagnosis => diagnoses(all_diagnoses),
            Field::SecondaryDiagnosis => diagnoses(rest(all_diagnoses)),
            Field::PrincipalProcedure => procedures(first(all_procedures)),
            Field::AnyProcedure => procedures(all_procedures),
            Field::SecondaryProcedure => procedures(rest(all_procedures)),
        }
    }
}

/// The first code of a list, as a list.
pub(crate) fn first<T>(codes: &[T]) -> &[T] {
    codes.get(..1).unwrap_or_default()
}

/// All codes of a list but the first.
pub(crate) fn rest<T>(codes: &[T]) -> &[T] {
    codes.get(1..).unwrap_or_default()
}

#[inline]
fn has_bit(row: &Row, bit: u32) -> bool {
    row[bit as usize / 64] >> (bit % 64) & 1 != 0
}

#[inline]
fn add_row(sum: &mut Row, row: &[u64]) {
    sum.iter_mut().zip(row).for_each(|(sum, word)| *sum |= word);
}

/// Counts the codes that are wanted, each text once. Lists are short: comparing each with those
/// before it needs no memory.
fn count_different<'t, C: AsRef<str>>(
    codes: &'t [C],
    wanted: impl Fn(&str) -> bool,
    text: impl Fn(&'t str) -> &'t str,
) -> usize {
    let repeated = |at: usize| {
        let this = text(codes[at].as_ref());
        codes[..at]
            .iter()
            .any(|before| text(before.as_ref()) == this)
    };
    (0..codes.len())
        .filter(|&at| wanted(codes[at].as_ref()) && !repeated(at))
        .count()
}
