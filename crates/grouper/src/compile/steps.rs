//! The order in which groups are tried, and the results they give.

use rustc_hash::FxHashMap;

use super::rules::Lowering;
use crate::condition::NodeId;
use crate::definition::Rule;
use crate::definition::{Category, ResultColumns, SchemeDefinition, Walk};
use crate::status::Status;

/// No outcome.
pub(crate) const NOTHING: u32 = u32::MAX;

/// Categories, entries and DRG rules in the order in which they are tried, and their results.
#[derive(Debug)]
pub(crate) struct Walkway {
    pub(crate) categories: Vec<CategoryStep>,
    pub(crate) steps: Vec<Step>,
    pub(crate) drgs: Vec<DrgStep>,
    pub(crate) outcomes: Vec<Outcome>,
}

#[derive(Debug)]
pub(crate) struct CategoryStep {
    pub(crate) code: Box<str>,
    pub(crate) rule: NodeId,
    pub(crate) first_step: u32,
    pub(crate) steps: u32,
}

/// An entry; or, where a category is final, its end.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) category: u32,
    pub(crate) rule: NodeId,
    pub(crate) first_drg: u32,
    pub(crate) drgs: u32,
    /// Outcome when no DRG rule holds, [`NOTHING`] for going on with the next step.
    pub(crate) fallback: u32,
    /// Id of the entry, empty for the end of a category.
    pub(crate) entry: Box<str>,
    pub(crate) adrg: Box<str>,
}

/// A DRG rule and what it gives.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DrgStep {
    pub(crate) rule: NodeId,
    pub(crate) outcome: u32,
}

/// A result as it is reported.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Outcome {
    pub(crate) status: Status,
    pub(crate) mdc: Box<str>,
    pub(crate) adrg: Box<str>,
    pub(crate) drg: Box<str>,
}

impl Walkway {
    pub(super) fn new(definition: &SchemeDefinition, rules: &mut Lowering<'_, '_>) -> Self {
        let mut outcomes = Outcomes {
            columns: definition.columns,
            ..Outcomes::default()
        };
        let mut walk = Self {
            categories: Vec::new(),
            steps: Vec::new(),
            drgs: Vec::new(),
            outcomes: vec![],
        };
        for (index, category) in definition.categories.iter().enumerate() {
            let rule = rules.add(&category.rule);
            let first_step = walk.steps.len() as u32;
            for entry in &category.entries {
                let first_drg = walk.drgs.len() as u32;
                let entry_rule = rules.add(&entry.rule);
                for drg in &entry.drgs {
                    let outcome = outcomes.of_code(&drg.drg);
                    walk.drgs.push(DrgStep {
                        rule: rules.add(&drg.rule),
                        outcome,
                    });
                }
                walk.steps.push(Step {
                    category: index as u32,
                    rule: entry_rule,
                    first_drg,
                    drgs: entry.drgs.len() as u32,
                    fallback: match &entry.fallback {
                        Some(code) => outcomes.of_code(code),
                        None => NOTHING,
                    },
                    entry: entry.id.as_str().into(),
                    adrg: entry.adrg.as_str().into(),
                });
            }
            if definition.walk == Walk::StopUnlessUnconditional
                && category.rule != Rule::Constant(true)
            {
                walk.steps.push(Step {
                    category: index as u32,
                    rule: rules.add(&Rule::Constant(true)),
                    first_drg: walk.drgs.len() as u32,
                    drgs: 0,
                    fallback: outcomes.ungrouped_within(category, definition),
                    entry: "".into(),
                    adrg: "".into(),
                });
            }
            let steps = walk.steps.len() as u32 - first_step;
            let code = category.code.as_str().into();
            walk.categories.push(CategoryStep {
                code,
                rule,
                first_step,
                steps,
            });
        }
        walk.outcomes = outcomes.list;
        walk
    }
}

/// Collects results, each once.
#[derive(Default)]
struct Outcomes {
    columns: ResultColumns,
    list: Vec<Outcome>,
    ids: FxHashMap<Outcome, u32>,
}

impl Outcomes {
    fn id(&mut self, outcome: Outcome) -> u32 {
        let list = &mut self.list;
        *self.ids.entry(outcome).or_insert_with_key(|outcome| {
            list.push(outcome.clone());
            list.len() as u32 - 1
        })
    }

    /// The result that a code stands for. The category comes from the code itself.
    fn of_code(&mut self, code: &str) -> u32 {
        let letter: String = code.chars().take(1).collect();
        let adrg: String = code.chars().take(3).collect();
        let (status, adrg) = match (adrg.get(1..), self.columns) {
            (Some("QY"), ResultColumns::Abbreviated) => {
                (Status::UnrelatedProcedure, "QY".to_owned())
            }
            (Some("QY"), ResultColumns::Published) => (Status::UnrelatedProcedure, adrg),
            // The row that closes a category (B00, B000): in the category, in no group.
            (Some("00"), _) => (Status::Ungrouped, adrg),
            _ => (Status::Grouped, adrg),
        };
        let mdc = format!("MDC{letter}").into();
        self.id(Outcome {
            status,
            mdc,
            adrg: adrg.into(),
            drg: code.into(),
        })
    }

    fn ungrouped_within(&mut self, category: &Category, definition: &SchemeDefinition) -> u32 {
        let mdc = category.code.as_str().into();
        self.id(Outcome {
            mdc,
            ..ungrouped(definition)
        })
    }
}

/// The result of a stay that no category took.
pub(super) fn ungrouped(definition: &SchemeDefinition) -> Outcome {
    Outcome {
        status: Status::Ungrouped,
        mdc: "0000".into(),
        adrg: no_adrg(definition).into(),
        drg: definition.ungrouped_code.as_str().into(),
    }
}

/// The columns of a stay that failed a check or the translation; the status is set each time.
pub(super) fn failure_columns(definition: &SchemeDefinition) -> Outcome {
    let [mdc, adrg, drg] = match definition.blank_on_failure {
        true => ["", "", ""],
        false => ["0000", no_adrg(definition), "0000"],
    };
    Outcome {
        status: Status::Ungrouped,
        mdc: mdc.into(),
        adrg: adrg.into(),
        drg: drg.into(),
    }
}

fn no_adrg(definition: &SchemeDefinition) -> &'static str {
    match definition.columns {
        ResultColumns::Abbreviated => "00",
        ResultColumns::Published => "000",
    }
}
