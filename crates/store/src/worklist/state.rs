use biaochi_domain::Language;

biaochi_domain::coded! {
    /// Where an item stands.
    pub enum State {
        /// Nobody has taken it yet.
        Open = "open", "待处理", "open";
        /// Somebody shall settle it.
        Assigned = "assigned", "处理中", "assigned";
        /// The record was corrected; the next check tells whether that was enough.
        Corrected = "corrected", "已修改待复查", "corrected";
        /// Somebody says, with a reason, that the record is right as it is.
        Accepted = "accepted", "核实无误", "accepted";
        /// The check does not find it any more.
        Closed = "closed", "已关闭", "closed";
    }
}

/// What a person can do with an item, besides correcting the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Give it to somebody.
    Assign {
        /// Who shall settle it.
        to: String,
    },
    /// Take it from whoever has it.
    Release,
    /// Say that the record is right as it is.
    Accept {
        /// Why.
        reason: String,
    },
    /// Undo an acceptance, or send a correction back that is not enough.
    SendBack {
        /// Why.
        reason: String,
    },
    /// Write something into its history.
    Note {
        /// What.
        text: String,
    },
}

impl Step {
    /// The names of all steps, Chinese and English.
    pub const NAMES: [(&'static str, &'static str); 5] = [
        ("分派", "assign"),
        ("取消分派", "release"),
        ("核实无误", "accept"),
        ("退回重新处理", "send back"),
        ("备注", "note"),
    ];

    /// The name of the step, a verb.
    pub fn name(&self, language: Language) -> &'static str {
        let place = match self {
            Self::Assign { .. } => 0,
            Self::Release => 1,
            Self::Accept { .. } => 2,
            Self::SendBack { .. } => 3,
            Self::Note { .. } => 4,
        };
        let (zh, en) = Self::NAMES[place];
        match language {
            Language::Zh => zh,
            Language::En => en,
        }
    }

    /// The state after the step; `None` when it does not fit. `to_do` is the state of work that is to
    /// be done.
    pub(super) fn after(&self, state: State, to_do: State) -> Option<State> {
        use State::{Accepted, Assigned, Corrected, Open};
        match (self, state) {
            (Self::Assign { .. }, Open | Assigned) => Some(Assigned),
            (Self::Release, Assigned) => Some(Open),
            (Self::Accept { .. }, Open | Assigned | Corrected) => Some(Accepted),
            (Self::SendBack { .. }, Corrected | Accepted) => Some(to_do),
            (Self::Note { .. }, state) => Some(state),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::State::{Accepted, Assigned, Closed, Corrected, Open};
    use super::*;

    #[track_caller]
    fn check(step: &Step, expected: [Option<State>; 5]) {
        let found: Vec<_> = [Open, Assigned, Corrected, Accepted, Closed]
            .iter()
            .map(|state| step.after(*state, Assigned))
            .collect();
        assert_eq!(found, expected, "{step:?}");
    }

    #[test]
    fn steps_lead_from_state_to_state() {
        let text = String::new;
        check(
            &Step::Assign { to: text() },
            [Some(Assigned), Some(Assigned), None, None, None],
        );
        check(&Step::Release, [None, Some(Open), None, None, None]);
        check(
            &Step::Accept { reason: text() },
            [Some(Accepted), Some(Accepted), Some(Accepted), None, None],
        );
        check(
            &Step::SendBack { reason: text() },
            [None, None, Some(Assigned), Some(Assigned), None],
        );
        check(
            &Step::Note { text: text() },
            [Open, Assigned, Corrected, Accepted, Closed].map(Some),
        );
    }
}
