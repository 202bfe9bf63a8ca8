//! Why a rule held or failed: the simple conditions that decided it, with the values they met.

use compact_str::CompactString;
use serde::Serialize;

use crate::condition::{Node, NodeId};
use crate::definition::{Comparison, Field, Level, Number};
use crate::evaluation::{Evaluation, first, rest};

/// A simple condition that decided a rule, and what it met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "condition", rename_all = "snake_case")]
pub enum Reason {
    /// The rule has no condition, or can never hold.
    Constant {
        /// Whether it holds.
        holds: bool,
    },
    /// Some code of a field is in a set.
    Membership {
        /// The field.
        field: Field,
        /// The set, as the scheme names it.
        set: String,
        /// The class of the set that was asked for.
        #[serde(skip_serializing_if = "Option::is_none")]
        class: Option<String>,
        /// Whether it holds.
        holds: bool,
        /// The codes that are in the set; when there are none, all that the field holds.
        #[serde(serialize_with = "crate::json_text::texts")]
        codes: Vec<CompactString>,
    },
    /// The codes of a field hit enough classes of a set.
    Classes {
        /// The field.
        field: Field,
        /// The set, as the scheme names it.
        set: String,
        /// The classes that were hit.
        classes: Vec<String>,
        /// How many are needed.
        least: u32,
        /// Whether it holds.
        holds: bool,
    },
    /// The number of different codes of a field in a set.
    Count {
        /// The field.
        field: Field,
        /// The set, as the scheme names it.
        set: String,
        /// The number of different codes.
        found: usize,
        /// How it is compared.
        comparison: Comparison,
        /// With what it is compared.
        number: u32,
        /// Whether it holds.
        holds: bool,
    },
    /// A secondary diagnosis counts as MCC or CC.
    Severity {
        /// The level asked for.
        level: Level,
        /// The secondary diagnoses of that level that count.
        #[serde(serialize_with = "crate::json_text::texts")]
        codes: Vec<CompactString>,
        /// Whether it holds.
        holds: bool,
    },
    /// The sex.
    Sex {
        /// The sex asked for.
        wanted: u8,
        /// The sex of the stay.
        found: Option<u8>,
        /// Whether it holds.
        holds: bool,
    },
    /// A number of the stay.
    Number {
        /// Which one.
        number: Number,
        /// Its value as the rules see it.
        found: Option<i32>,
        /// How it is compared.
        comparison: Comparison,
        /// With what it is compared.
        value: i64,
        /// Whether it holds.
        holds: bool,
    },
    /// The department.
    Department {
        /// The department asked for.
        wanted: Vec<String>,
        /// The department of the stay.
        found: String,
        /// Whether it holds.
        holds: bool,
    },
    /// The way of leaving.
    Disposition {
        /// Any of these is asked for.
        wanted: Vec<String>,
        /// The way of leaving of the stay.
        found: String,
        /// Whether it holds.
        holds: bool,
    },
    /// Some diagnosis begins with a text.
    DiagnosisPrefix {
        /// The text.
        prefix: String,
        /// The diagnoses that do.
        #[serde(serialize_with = "crate::json_text::texts")]
        codes: Vec<CompactString>,
        /// Whether it holds.
        holds: bool,
    },
}

impl Reason {
    /// Whether the condition itself holds. A rule can hold because a condition fails.
    pub fn holds(&self) -> bool {
        match self {
            Self::Constant { holds }
            | Self::Membership { holds, .. }
            | Self::Classes { holds, .. }
            | Self::Count { holds, .. }
            | Self::Severity { holds, .. }
            | Self::Sex { holds, .. }
            | Self::Number { holds, .. }
            | Self::Department { holds, .. }
            | Self::Disposition { holds, .. }
            | Self::DiagnosisPrefix { holds, .. } => *holds,
        }
    }
}

impl<D: AsRef<str>, P: AsRef<str>> Evaluation<'_, '_, D, P> {
    /// Adds the simple conditions behind a decisive one.
    pub(crate) fn reasons(&mut self, decisive: NodeId, reasons: &mut Vec<Reason>) {
        let conditions = &self.scheme.conditions;
        match conditions.node(decisive) {
            Node::And(run) | Node::Or(run) => {
                for &child in conditions.children(run) {
                    let (_, decisive) = self.decide(child);
                    self.reasons(decisive, reasons);
                }
            }
            Node::Not(inner) => self.reasons(inner, reasons),
            simple => {
                let reason = self.reason(simple, decisive);
                if !reasons.contains(&reason) {
                    reasons.push(reason);
                }
            }
        }
    }

    fn reason(&mut self, node: Node, id: NodeId) -> Reason {
        let scheme = self.scheme;
        let conditions = &scheme.conditions;
        let holds = self.holds(id);
        let texts = |list| {
            conditions
                .texts(list)
                .iter()
                .map(|text| text.to_string())
                .collect()
        };
        match node {
            Node::In { field, bit, set } => {
                let name = &conditions.sets[set as usize];
                Reason::Membership {
                    field,
                    set: name.set.to_string(),
                    class: name.class.as_ref().map(ToString::to_string),
                    holds,
                    codes: self.codes(field, |row| !holds || row(bit)),
                }
            }
            Node::Classes {
                field,
                first_bit,
                bits,
                least,
                set,
            } => {
                let hit = (first_bit..first_bit + bits).filter(|&bit| self.is_in(field, bit));
                let name = |bit| conditions.class(field, bit).to_owned();
                let classes = hit.map(name).collect();
                Reason::Classes {
                    field,
                    set: self.set_name(set),
                    classes,
                    least,
                    holds,
                }
            }
            Node::Count {
                field,
                bit,
                comparison,
                number,
                set,
            } => {
                let found = self.different(field, bit);
                let set = self.set_name(set);
                Reason::Count {
                    field,
                    set,
                    found,
                    comparison,
                    number,
                    holds,
                }
            }
            Node::Has(level) => {
                let findings = scheme.complications(self.stay);
                let counted = findings.into_iter().filter(|found| !found.excluded);
                let codes = counted.filter(|found| found.level == level);
                Reason::Severity {
                    level,
                    codes: codes.map(|found| found.code).collect(),
                    holds,
                }
            }
            Node::Sex(wanted) => Reason::Sex {
                wanted,
                found: self.stay.sex,
                holds,
            },
            Node::Compare(number, comparison, value) => Reason::Number {
                number,
                found: self.number(number),
                comparison,
                value,
                holds,
            },
            Node::Department(list) => {
                let found = self.stay.department.to_owned();
                Reason::Department {
                    wanted: texts(list),
                    found,
                    holds,
                }
            }
            Node::Disposition(list) => {
                let found = self.stay.disposition.to_owned();
                Reason::Disposition {
                    wanted: texts(list),
                    found,
                    holds,
                }
            }
            Node::DiagnosisPrefix(list) => {
                let prefix: String = conditions.texts(list).iter().map(|text| &**text).collect();
                let mut codes = self.codes(Field::AnyDiagnosis, |_| true);
                codes.retain(|code| code.starts_with(&prefix));
                Reason::DiagnosisPrefix {
                    prefix,
                    codes,
                    holds,
                }
            }
            Node::Constant(_) | Node::And(_) | Node::Or(_) | Node::Not(_) => {
                Reason::Constant { holds }
            }
        }
    }

    fn set_name(&self, set: u32) -> String {
        self.scheme.conditions.sets[set as usize].set.to_string()
    }

    /// The codes of a field whose rows are wanted, as the rules see them.
    fn codes(
        &self,
        field: Field,
        wanted: impl Fn(&dyn Fn(u32) -> bool) -> bool,
    ) -> Vec<CompactString> {
        let (scheme, translate) = (self.scheme, self.stay.translate);
        let diagnoses = |codes: &[D]| {
            let texts = codes.iter().map(AsRef::as_ref);
            let found = texts.filter(|code| {
                let row = scheme.diagnosis(code, translate).row;
                wanted(&|bit| scheme.diagnoses.has_bit(row, bit))
            });
            found
                .map(|code| scheme.diagnosis_text(code, translate).into())
                .collect()
        };
        let procedures = |codes: &[P]| {
            let texts = codes.iter().map(AsRef::as_ref);
            let found = texts.filter(|code| {
                let row = scheme.procedure(code, translate).row;
                wanted(&|bit| scheme.procedures.has_bit(row, bit))
            });
            found
                .map(|code| scheme.procedure_text(code, translate).into())
                .collect()
        };
        match field {
            Field::PrincipalDiagnosis => diagnoses(first(self.stay.diagnoses)),
            Field::AnyDiagnosis => diagnoses(self.stay.diagnoses),
            Field::SecondaryDiagnosis => diagnoses(rest(self.stay.diagnoses)),
            Field::PrincipalProcedure => procedures(first(self.procedures)),
            Field::AnyProcedure => procedures(self.procedures),
            Field::SecondaryProcedure => procedures(rest(self.procedures)),
        }
    }
}
