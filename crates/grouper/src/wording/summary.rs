use biaochi_domain::{Language, Localized};

use super::reasons::clause;
use crate::evaluation::Evaluation;
use crate::reason::Reason;
use crate::trace::{Decided, Decision, Explanation};

impl Explanation<'_> {
    /// The reasons in one line, for a column of a table: what let the stay into its category, its
    /// entry and its group, without everything that was tried in vain.
    ///
    /// `MDCH：主要诊断 K81.000 在“MDCH”主诊表中；HC2：主要手术 51.2300 在“HC2”手术表中；HC25：没有计入的 MCC`
    pub fn summary(&self, language: Language) -> String {
        if self.grouping.status.is_failure() {
            return self.grouping.status.text(language);
        }
        let walk = &self.scheme.walk;
        let held = |what: fn(Decided) -> Option<usize>| {
            let decisions = self.decisions.iter().enumerate().rev();
            decisions
                .filter(|(_, decision)| decision.holds)
                .find_map(|(at, decision)| Some((at, what(decision.what)?)))
        };
        let category = held(|what| match what {
            Decided::Category(category) => Some(category as usize),
            _ => None,
        });
        let step = held(|what| match what {
            Decided::Step(step) => Some(step as usize),
            _ => None,
        });
        let mut parts = Vec::new();
        if let Some((at, category)) = category {
            let code = &walk.categories[category].code;
            parts.push(self.part(code, &self.decisions[at..=at], language));
        }
        let entry = step.filter(|&(_, step)| !walk.steps[step].entry.is_empty());
        let grouped = entry.filter(|_| self.decided_by_last_step());
        match grouped {
            Some((at, step)) => {
                let entry = &walk.steps[step].entry;
                parts.push(self.part(entry, &self.decisions[at..=at], language));
                // Which group it is follows from the rules that failed as much as from the last.
                let drgs = &self.decisions[at + 1..];
                if !drgs.is_empty() {
                    parts.push(self.part(self.grouping.drg, drgs, language));
                }
            }
            None => parts.push(self.grouping.status.text(language)),
        }
        parts.join(if language == Language::Zh {
            "；"
        } else {
            "; "
        })
    }

    /// The last decisions are an entry that held and its DRG rules.
    fn decided_by_last_step(&self) -> bool {
        let last = self
            .decisions
            .iter()
            .rev()
            .find(|decision| !matches!(decision.what, Decided::Drg(_)));
        last.is_some_and(|last| last.holds && matches!(last.what, Decided::Step(_)))
    }

    /// A code and what decided for it; a missing condition is only mentioned when it stands alone.
    fn part(&self, code: &str, decisions: &[Decision], language: Language) -> String {
        let stay = self.stay.stay();
        let mut procedures = stay.procedures;
        let first = self
            .decisions
            .iter()
            .rev()
            .find_map(|decision| match decision.what {
                Decided::Pass(first) => Some(first as usize),
                _ => None,
            });
        if let Some(first) = first.filter(|&first| first > 0) {
            procedures = procedures.get(first..=first).unwrap_or_default();
        }
        let mut evaluation = Evaluation::new(self.scheme, &stay, procedures);
        let mut reasons = Vec::new();
        for decision in decisions {
            evaluation.reasons(decision.decisive, &mut reasons);
        }
        if reasons.len() > 1 {
            reasons.retain(|reason| !matches!(reason, Reason::Constant { .. }));
        }
        let colon = if language == Language::Zh {
            "："
        } else {
            ": "
        };
        format!("{code}{colon}{}", clause(&reasons, language))
    }
}
