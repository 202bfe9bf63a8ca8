use biaochi_domain::Language;
use jiff::civil::Date;

use crate::evidence::Evidence;

biaochi_domain::coded! {
    /// Where a task stands.
    pub enum TaskState {
        /// Nobody has it yet.
        Open = "open", "待分派", "open";
        /// Somebody works on it.
        Assigned = "assigned", "办理中", "assigned";
        /// Reported as done; waits for acceptance.
        Submitted = "submitted", "待验收", "submitted";
        /// What was done is not enough and is being mended.
        Correcting = "correcting", "整改中", "correcting";
        /// Accepted as done.
        Accepted = "accepted", "已验收", "accepted";
    }
}

/// What a person can do with a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TaskStep {
    /// Give it to a department, and in it to somebody.
    Assign {
        /// The department.
        department: String,
        /// The person; empty when the department decides.
        to: String,
    },
    /// Make a part of it a task of its own.
    BreakDown {
        /// What the part is.
        title: String,
        /// Who has it.
        department: String,
        /// The person; may be empty.
        to: String,
        /// Its last day; that of the whole when not given.
        due: Option<Date>,
    },
    /// Plan a step on the way.
    Milestone {
        /// What is reached then.
        title: String,
        /// Until when.
        due: Date,
    },
    /// Say that such a step was reached.
    Reach {
        /// Its number, from one.
        number: u64,
        /// The day.
        on: Date,
    },
    /// Tell how far it is.
    Report {
        /// Per cent.
        progress: u8,
        /// What was done.
        text: String,
        /// What shows it.
        evidence: Vec<Evidence>,
    },
    /// Say that it is done.
    Submit {
        /// What was done.
        text: String,
        /// What shows it.
        evidence: Vec<Evidence>,
    },
    /// Demand an answer (督办).
    Supervise {
        /// Why.
        reason: String,
        /// The last day for the answer.
        reply_due: Date,
    },
    /// Answer that demand.
    Reply {
        /// The answer.
        text: String,
        /// What shows it.
        evidence: Vec<Evidence>,
    },
    /// Have what was done mended (整改).
    Correct {
        /// What is wrong.
        reason: String,
        /// The last day for mending; the old one when not given.
        due: Option<Date>,
    },
    /// Accept what was done (验收).
    Accept {
        /// What the acceptance found.
        text: String,
    },
    /// Set another last day.
    Postpone {
        /// The day.
        due: Date,
        /// Why.
        reason: String,
    },
    /// Write something into its history.
    Note {
        /// What.
        text: String,
    },
}

impl TaskStep {
    /// The names of all steps, Chinese and English.
    pub const NAMES: [(&'static str, &'static str); 12] = [
        ("分派", "assign"),
        ("分解", "break down"),
        ("设置节点", "plan a milestone"),
        ("登记节点完成", "reach a milestone"),
        ("报告进展", "report"),
        ("报送完成", "submit"),
        ("督办", "supervise"),
        ("回复督办", "reply"),
        ("要求整改", "have corrected"),
        ("验收", "accept"),
        ("调整期限", "postpone"),
        ("备注", "note"),
    ];

    /// The name of the step, a verb.
    pub fn name(&self, language: Language) -> &'static str {
        let place = match self {
            Self::Assign { .. } => 0,
            Self::BreakDown { .. } => 1,
            Self::Milestone { .. } => 2,
            Self::Reach { .. } => 3,
            Self::Report { .. } => 4,
            Self::Submit { .. } => 5,
            Self::Supervise { .. } => 6,
            Self::Reply { .. } => 7,
            Self::Correct { .. } => 8,
            Self::Accept { .. } => 9,
            Self::Postpone { .. } => 10,
            Self::Note { .. } => 11,
        };
        let (zh, en) = Self::NAMES[place];
        match language {
            Language::Zh => zh,
            Language::En => en,
        }
    }

    /// The state after the step; `None` when it does not fit.
    pub(super) fn after(&self, state: TaskState) -> Option<TaskState> {
        use TaskState::{Accepted, Assigned, Correcting, Open, Submitted};
        match (self, state) {
            (Self::Note { .. }, state) => Some(state),
            (Self::Correct { .. }, Submitted | Accepted) => Some(Correcting),
            (Self::Accept { .. }, Submitted) => Some(Accepted),
            (_, Accepted) => None,
            (Self::Assign { .. } | Self::Report { .. }, Open) => Some(Assigned),
            (Self::Assign { .. } | Self::Report { .. }, Assigned | Correcting) => Some(state),
            (Self::Submit { .. }, Open | Assigned | Correcting) => Some(Submitted),
            (Self::BreakDown { .. } | Self::Milestone { .. }, Submitted) => None,
            (
                Self::BreakDown { .. }
                | Self::Milestone { .. }
                | Self::Reach { .. }
                | Self::Supervise { .. }
                | Self::Reply { .. }
                | Self::Postpone { .. },
                state,
            ) => Some(state),
            _ => None,
        }
    }

    /// The files that it brings.
    pub(super) fn evidence(&self) -> &[Evidence] {
        match self {
            Self::Report { evidence, .. }
            | Self::Submit { evidence, .. }
            | Self::Reply { evidence, .. } => evidence,
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::TaskState::{Accepted, Assigned, Correcting, Open, Submitted};
    use super::*;

    #[track_caller]
    fn check(step: &TaskStep, expected: [Option<TaskState>; 5]) {
        let states = [Open, Assigned, Submitted, Correcting, Accepted];
        assert_eq!(states.map(|state| step.after(state)), expected, "{step:?}");
    }

    #[test]
    fn steps_lead_from_state_to_state() {
        let text = String::new;
        let day = jiff::civil::date(2024, 6, 30);
        let assign = TaskStep::Assign {
            department: text(),
            to: text(),
        };
        check(
            &assign,
            [Some(Assigned), Some(Assigned), None, Some(Correcting), None],
        );
        let submit = TaskStep::Submit {
            text: text(),
            evidence: Vec::new(),
        };
        check(
            &submit,
            [
                Some(Submitted),
                Some(Submitted),
                None,
                Some(Submitted),
                None,
            ],
        );
        let supervise = TaskStep::Supervise {
            reason: text(),
            reply_due: day,
        };
        check(
            &supervise,
            [
                Some(Open),
                Some(Assigned),
                Some(Submitted),
                Some(Correcting),
                None,
            ],
        );
        check(
            &TaskStep::Accept { text: text() },
            [None, None, Some(Accepted), None, None],
        );
        let correct = TaskStep::Correct {
            reason: text(),
            due: None,
        };
        check(
            &correct,
            [None, None, Some(Correcting), None, Some(Correcting)],
        );
        let all = [Open, Assigned, Submitted, Correcting, Accepted].map(Some);
        check(&TaskStep::Note { text: text() }, all);
    }
}
