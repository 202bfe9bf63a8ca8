use super::parser::Parsed;
use super::{RuleError, RuleProblem, WorkbookField, WorkbookRule, WorkbookVariable};
use crate::definition::{Comparison, Field, Level, Number, Rule};

impl Parsed {
    /// The engine's rule of the same meaning.
    pub(super) fn lower(self) -> Result<Rule, RuleError> {
        lower(&self.rule, &mut self.positions.into_iter())
    }
}

fn lower(
    rule: &WorkbookRule,
    positions: &mut impl Iterator<Item = usize>,
) -> Result<Rule, RuleError> {
    let mut all = |rules: &[WorkbookRule]| {
        rules
            .iter()
            .map(|rule| lower(rule, positions))
            .collect::<Result<Vec<_>, _>>()
    };
    match rule {
        WorkbookRule::Constant(value) => Ok(Rule::Constant(*value)),
        WorkbookRule::And(rules) => Ok(Rule::And(all(rules)?)),
        WorkbookRule::Or(rules) => Ok(Rule::Or(all(rules)?)),
        WorkbookRule::Not(rule) => Ok(Rule::Not(Box::new(lower(rule, positions)?))),
        condition => {
            let position = positions.next().unwrap_or(1);
            lower_condition(condition).map_err(|problem| RuleError { position, problem })
        }
    }
}

fn lower_condition(condition: &WorkbookRule) -> Result<Rule, RuleProblem> {
    match condition {
        WorkbookRule::In(fields, sets) => {
            let fields = merge(fields);
            let mut alternatives = Vec::new();
            for set in sets {
                for &field in &fields {
                    alternatives.push(membership(field, set)?);
                }
            }
            Ok(match alternatives.len() {
                1 => alternatives.swap_remove(0),
                _ => Rule::Or(alternatives),
            })
        }
        WorkbookRule::Count(fields, sets, comparison, n) => {
            match (merge(fields).as_slice(), sets.as_slice()) {
                ([_], [set]) if level(set).is_some() => Err(RuleProblem::Severity(set.clone())),
                ([field], [set]) => Ok(Rule::Count(*field, set.clone(), *comparison, *n)),
                _ => Err(RuleProblem::Length),
            }
        }
        WorkbookRule::Compare(variable, comparison, value) => {
            let number = match variable {
                WorkbookVariable::Age => Number::Age,
                WorkbookVariable::AgeDays => Number::AgeDays,
                WorkbookVariable::Weight => Number::Weight,
                WorkbookVariable::Sex => {
                    return match (comparison, value) {
                        (Comparison::Equal, 1) => Ok(Rule::Sex(1)),
                        (Comparison::Equal, 2) => Ok(Rule::Sex(2)),
                        _ => Err(RuleProblem::Sex),
                    };
                }
            };
            Ok(Rule::Compare(number, *comparison, *value))
        }
        // Only conditions get here; the connectives were taken apart above.
        WorkbookRule::Constant(_)
        | WorkbookRule::And(_)
        | WorkbookRule::Or(_)
        | WorkbookRule::Not(_) => Ok(Rule::Constant(true)),
    }
}

fn membership(field: Field, set: &str) -> Result<Rule, RuleProblem> {
    match (level(set), field) {
        (None, field) => Ok(Rule::In(field, set.to_owned())),
        (Some(level), Field::SecondaryDiagnosis) => Ok(Rule::Has(level)),
        (Some(_), _) => Err(RuleProblem::Severity(set.to_owned())),
    }
}

/// `MCC` and `CC` are no sets of the workbook but the outcome of the severity step.
fn level(set: &str) -> Option<Level> {
    match set {
        "MCC" => Some(Level::Mcc),
        "CC" => Some(Level::Cc),
        _ => None,
    }
}

/// Principal and other together are one field of the engine.
fn merge(fields: &[WorkbookField]) -> Vec<Field> {
    let pair = |first, second, alone_first, alone_second, both| match (
        fields.contains(&first),
        fields.contains(&second),
    ) {
        (true, true) => Some(both),
        (true, false) => Some(alone_first),
        (false, true) => Some(alone_second),
        (false, false) => None,
    };
    let diagnosis = pair(
        WorkbookField::PrincipalDiagnosis,
        WorkbookField::SecondaryDiagnosis,
        Field::PrincipalDiagnosis,
        Field::SecondaryDiagnosis,
        Field::AnyDiagnosis,
    );
    let procedure = pair(
        WorkbookField::PrincipalProcedure,
        WorkbookField::SecondaryProcedure,
        Field::PrincipalProcedure,
        Field::SecondaryProcedure,
        Field::AnyProcedure,
    );
    diagnosis.into_iter().chain(procedure).collect()
}
