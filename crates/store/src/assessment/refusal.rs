use biaochi_domain::{Language, Localized};

use super::run::{RunActionKind, RunState};

/// Why an assessment goes no further.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AssessmentRefusal {
    /// The step does not fit the state of the run.
    State {
        /// The run.
        run_id: String,
        /// Its state.
        state: RunState,
        /// The step.
        step: RunActionKind,
    },
    /// Objections without reply, or adjustments without decision.
    Undecided {
        /// Objections.
        objections: u64,
        /// Adjustments.
        adjustments: u64,
    },
    /// The same person did the step before.
    SamePerson {
        /// Who.
        actor: String,
    },
    /// Somebody else reported it.
    NotReporter {
        /// Who did.
        reporter: String,
    },
    /// It was decided already.
    Decided {
        /// What.
        subject: String,
    },
    /// Another change of the same subject holds already.
    AlreadyAdjusted {
        /// Its number.
        number: u64,
    },
    /// The stored result is another one than the caller saw.
    OtherResult {
        /// Hash that is stored.
        stored: String,
    },
    /// There is nothing to assess.
    NoUnits,
}

impl Localized for AssessmentRefusal {
    fn text(&self, language: Language) -> String {
        match language {
            Language::Zh => self.zh(),
            Language::En => self.en(),
        }
    }
}

impl AssessmentRefusal {
    fn zh(&self) -> String {
        let zh = Language::Zh;
        match self {
            Self::State {
                run_id,
                state,
                step,
            } => {
                let hint = match (state, step) {
                    (RunState::Published, _) => "已发布的考核不再改动，如需更正请重新考核",
                    (RunState::Frozen, _) => "请先计算",
                    (RunState::Adjusted, _) => "有调整刚刚作出决定，请先重新计算",
                    (RunState::Computed, _) => "请查看考核的状态",
                };
                format!(
                    "考核“{run_id}”的状态是“{}”，不能{}：{hint}。",
                    state.text(zh),
                    step.text(zh)
                )
            }
            Self::Undecided {
                objections,
                adjustments,
            } => format!(
                "还有 {objections} 件异议没有答复、{adjustments} 项调整没有决定，不能发布。请先处理。"
            ),
            Self::SamePerson { actor } => {
                format!("“{actor}”是提出人，须由另一人审核决定，没有保存。")
            }
            Self::NotReporter { reporter } => format!(
                "这件事项由“{reporter}”报告，只有本人能改正或撤回，没有改动。不应计分的，请由审核人不予认定。"
            ),
            Self::Decided { subject } => format!("{subject}已经处理过，没有改动。请刷新查看。"),
            Self::AlreadyAdjusted { number } => format!(
                "同一机构、阶段、项目已有第 {number} 号调整生效，没有保存。确要改用这一项，请选择“替代”（--replace），原调整随之失效。"
            ),
            Self::OtherResult { stored } => format!(
                "已存的结果（{}）与您看到的不同，没有发布。请重新查看后再发布。",
                stored.get(..12).unwrap_or(stored)
            ),
            Self::NoUnits => "没有被考核的机构，没有保存。请检查机构名单。".to_owned(),
        }
    }

    fn en(&self) -> String {
        let en = Language::En;
        match self {
            Self::State {
                run_id,
                state,
                step,
            } => format!(
                "the assessment {run_id} is {}: `{}` is not possible",
                state.text(en),
                step.text(en)
            ),
            Self::Undecided {
                objections,
                adjustments,
            } => format!(
                "{objections} objections have no reply and {adjustments} adjustments no decision; settle them first"
            ),
            Self::SamePerson { actor } => {
                format!("{actor} proposed it, another person has to decide; nothing was stored")
            }
            Self::NotReporter { reporter } => format!(
                "{reporter} reported it: nobody else corrects it or takes it back; nothing was changed"
            ),
            Self::Decided { subject } => format!("{subject} was decided already; reload"),
            Self::AlreadyAdjusted { number } => format!(
                "adjustment {number} of the same subject holds already; nothing was stored: replace it (--replace) if this one shall hold instead"
            ),
            Self::OtherResult { stored } => {
                format!("the stored result is {stored}, not the one you saw; look again")
            }
            Self::NoUnits => "there is no institution to assess; nothing was stored".to_owned(),
        }
    }
}
