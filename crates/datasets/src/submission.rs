//! The way of a submission from draft to approval: which step leads where.

use biaochi_domain::{Language, Localized, coded};

coded! {
    /// Where a version of a submission stands.
    pub enum State {
        /// It is being filled in.
        Draft = "draft", "草稿", "draft";
        /// It waits for approval.
        Submitted = "submitted", "已提交", "submitted";
        /// The approver gave it back with a comment.
        Returned = "returned", "已退回", "returned";
        /// It counts.
        Approved = "approved", "已审核", "approved";
    }
}

coded! {
    /// What a person does with a submission.
    pub enum Step {
        /// Fills it in, or fills it in again.
        Save = "save", "保存", "save";
        /// Hands it in.
        Submit = "submit", "提交", "submit";
        /// Takes back what was handed in.
        Withdraw = "withdraw", "撤回", "withdraw";
        /// Gives it back to the filler.
        Return = "return", "退回", "return";
        /// Lets it count.
        Approve = "approve", "审核通过", "approve";
    }
}

/// What a step looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing<'a> {
    /// Version, from 1.
    pub version: u64,
    /// Where it stands.
    pub state: State,
    /// Faults that keep it from being submitted.
    pub errors: u64,
    /// Faults that need an explanation.
    pub warnings: u64,
    /// Who handed it in last; empty for nobody.
    pub submitter: &'a str,
}

/// Where a step leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Next {
    /// The version; a correction of what was approved is a new one.
    pub version: u64,
    /// Where it stands then.
    pub state: State,
}

/// Why a step is not possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Nothing was filled in yet.
    Nothing,
    /// Not from this state.
    State {
        /// The state.
        state: State,
        /// The step.
        step: Step,
    },
    /// There are errors.
    Errors {
        /// How many.
        count: u64,
    },
    /// There are warnings and no explanation.
    Unexplained {
        /// How many.
        count: u64,
    },
    /// The step needs a comment.
    NoComment {
        /// The step.
        step: Step,
    },
    /// Who handed it in cannot approve it.
    SamePerson,
    /// Only who handed it in can take it back.
    AnotherPerson,
}

/// What becomes of a submission; `current` is its newest version, if there is one.
pub fn step(
    current: Option<Standing<'_>>,
    step: Step,
    actor: &str,
    comment: &str,
) -> Result<Next, Refusal> {
    let Some(current) = current else {
        return match step {
            Step::Save => Ok(Next {
                version: 1,
                state: State::Draft,
            }),
            _ => Err(Refusal::Nothing),
        };
    };
    let Standing { version, state, .. } = current;
    let commented = !comment.trim().is_empty();
    let to = |state| Ok(Next { version, state });
    match (step, state) {
        (Step::Save, State::Draft | State::Returned) => to(state),
        (Step::Save, State::Approved) if !commented => Err(Refusal::NoComment { step }),
        (Step::Save, State::Approved) => Ok(Next {
            version: version + 1,
            state: State::Draft,
        }),
        (Step::Submit, State::Draft | State::Returned) => {
            match (current.errors, current.warnings) {
                (0, 0) => to(State::Submitted),
                (0, count) if !commented => Err(Refusal::Unexplained { count }),
                (0, _) => to(State::Submitted),
                (count, _) => Err(Refusal::Errors { count }),
            }
        }
        (Step::Withdraw, State::Submitted) if actor != current.submitter => {
            Err(Refusal::AnotherPerson)
        }
        (Step::Withdraw, State::Submitted) => to(State::Draft),
        (Step::Return, State::Submitted) if !commented => Err(Refusal::NoComment { step }),
        (Step::Return, State::Submitted) => to(State::Returned),
        (Step::Approve, State::Submitted) if actor == current.submitter => Err(Refusal::SamePerson),
        (Step::Approve, State::Submitted) => to(State::Approved),
        _ => Err(Refusal::State { state, step }),
    }
}

impl Localized for Refusal {
    fn text(&self, language: Language) -> String {
        match language {
            Language::Zh => self.zh(),
            Language::En => self.en(),
        }
    }
}

impl Refusal {
    fn zh(self) -> String {
        let zh = Language::Zh;
        match self {
            Self::Nothing => "还没有填报，请先导入或填写".to_owned(),
            Self::State { state, step } => {
                let what = match (state, step) {
                    (State::Submitted, Step::Save) => "请等待审核，或先撤回、退回",
                    (State::Approved, Step::Submit | Step::Return | Step::Withdraw) => {
                        "如需改正，请重新导入并用 --comment 说明理由，系统会建立新版本"
                    }
                    (State::Draft | State::Returned, _) => "请先提交",
                    _ => "请查看最新状态",
                };
                format!("状态是“{}”，不能{}；{what}", state.text(zh), step.text(zh))
            }
            Self::Errors { count } => format!("还有 {count} 处错误，改正后才能提交"),
            Self::Unexplained { count } => {
                format!("有 {count} 处需要核实，请改正，或用 --comment 逐条说明后提交")
            }
            Self::NoComment { step: Step::Save } => {
                "已审核的数据要改正，请用 --comment 说明理由".to_owned()
            }
            Self::NoComment { step } => format!("{}要说明理由，请用 --comment 写明", step.text(zh)),
            Self::SamePerson => "提交人不能审核自己提交的数据，请由另一人审核".to_owned(),
            Self::AnotherPerson => "只有提交人可以撤回；审核人请用退回".to_owned(),
        }
    }

    fn en(self) -> String {
        let en = Language::En;
        match self {
            Self::Nothing => "nothing was filled in yet; import it first".to_owned(),
            Self::State { state, step } => {
                format!("cannot {} what is {}", step.text(en), state.text(en))
            }
            Self::Errors { count } => format!("{count} errors have to be mended first"),
            Self::Unexplained { count } => {
                format!("{count} warnings have to be mended or explained with --comment")
            }
            Self::NoComment { step } => format!("{} needs a reason: --comment", step.text(en)),
            Self::SamePerson => "who submitted it cannot approve it".to_owned(),
            Self::AnotherPerson => "only who submitted it can withdraw it".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use State::{Approved, Draft, Returned, Submitted};

    fn standing(state: State) -> Standing<'static> {
        Standing {
            version: 3,
            state,
            errors: 0,
            warnings: 0,
            submitter: "张财务",
        }
    }

    #[track_caller]
    fn check(state: State, what: Step, expected: Result<(u64, State), Refusal>) {
        let found = step(Some(standing(state)), what, "李局长", "理由");
        assert_eq!(
            found.map(|next| (next.version, next.state)),
            expected,
            "{state:?} {what:?}"
        );
    }

    #[test]
    fn every_step_from_every_state() {
        let no = |state, step| Err(Refusal::State { state, step });
        check(Draft, Step::Save, Ok((3, Draft)));
        check(Draft, Step::Submit, Ok((3, Submitted)));
        for what in [Step::Withdraw, Step::Return, Step::Approve] {
            check(Draft, what, no(Draft, what));
            check(Returned, what, no(Returned, what));
            check(Approved, what, no(Approved, what));
        }
        check(Submitted, Step::Save, no(Submitted, Step::Save));
        check(Submitted, Step::Submit, no(Submitted, Step::Submit));
        check(Submitted, Step::Withdraw, Err(Refusal::AnotherPerson));
        check(Submitted, Step::Return, Ok((3, Returned)));
        check(Submitted, Step::Approve, Ok((3, Approved)));
        check(Returned, Step::Save, Ok((3, Returned)));
        check(Returned, Step::Submit, Ok((3, Submitted)));
        check(Approved, Step::Save, Ok((4, Draft)));
        check(Approved, Step::Submit, no(Approved, Step::Submit));
    }

    #[test]
    fn two_persons_and_reasons() {
        let own = |state, what, comment| step(Some(standing(state)), what, "张财务", comment);
        assert_eq!(own(Submitted, Step::Approve, "x"), Err(Refusal::SamePerson));
        let back = Next {
            version: 3,
            state: Draft,
        };
        assert_eq!(own(Submitted, Step::Withdraw, ""), Ok(back));
        for (state, what) in [(Submitted, Step::Return), (Approved, Step::Save)] {
            assert_eq!(
                own(state, what, " \n"),
                Err(Refusal::NoComment { step: what })
            );
        }
    }

    #[test]
    fn faults_keep_from_submitting() {
        let submit = |errors, warnings, comment| {
            let standing = Standing {
                errors,
                warnings,
                ..standing(Draft)
            };
            step(Some(standing), Step::Submit, "张财务", comment).map(|next| next.state)
        };
        assert_eq!(submit(2, 1, "说明"), Err(Refusal::Errors { count: 2 }));
        assert_eq!(submit(0, 1, ""), Err(Refusal::Unexplained { count: 1 }));
        assert_eq!(submit(0, 1, "新院区开业"), Ok(Submitted));
        assert_eq!(submit(0, 0, ""), Ok(Submitted));
    }

    #[test]
    fn nothing_can_only_be_filled_in() {
        for what in Step::ALL {
            let found = step(None, *what, "张财务", "x").map(|next| (next.version, next.state));
            let expected = match what {
                Step::Save => Ok((1, Draft)),
                _ => Err(Refusal::Nothing),
            };
            assert_eq!(found, expected);
        }
    }
}
