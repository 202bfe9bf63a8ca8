use biaochi_domain::{Language, Localized};
use serde::Serialize;

/// How the grouping of a stay ended. Every stay ends in exactly one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// 分组成功: a group was found.
    Grouped,
    /// 歧义病案: the surgery does not fit the principal diagnosis (a QY group).
    UnrelatedProcedure,
    /// 无法入组: no category gave a group.
    Ungrouped,
    /// The sex is missing.
    SexMissing,
    /// The sex is neither 1 nor 2.
    SexInvalid,
    /// The age is missing.
    AgeMissing,
    /// The age is 0 and the age in days is missing.
    AgeDaysMissing,
    /// A newborn without weight.
    WeightMissing,
    /// There is no principal diagnosis.
    DiagnosisMissing,
    /// A diagnosis has no translation into the edition that the scheme groups.
    UntranslatableDiagnosis,
    /// A procedure has no translation into the edition that the scheme groups.
    UntranslatableProcedure,
}

impl Status {
    /// Every status, in the order of the declaration.
    pub const ALL: [Self; 11] = [
        Self::Grouped,
        Self::UnrelatedProcedure,
        Self::Ungrouped,
        Self::SexMissing,
        Self::SexInvalid,
        Self::AgeMissing,
        Self::AgeDaysMissing,
        Self::WeightMissing,
        Self::DiagnosisMissing,
        Self::UntranslatableDiagnosis,
        Self::UntranslatableProcedure,
    ];

    /// The published Chinese status text. All failed checks share one; [`Localized::text`] tells
    /// them apart.
    pub fn label(self) -> &'static str {
        match self {
            Self::Grouped => "分组成功",
            Self::UnrelatedProcedure => "歧义病案",
            Self::Ungrouped => "无法入组",
            Self::SexMissing
            | Self::SexInvalid
            | Self::AgeMissing
            | Self::AgeDaysMissing
            | Self::WeightMissing
            | Self::DiagnosisMissing => "信息校验不通过",
            Self::UntranslatableDiagnosis => "诊断不能转换为分组器支持的编码",
            Self::UntranslatableProcedure => "手术操作不能转换为分组器支持的编码",
        }
    }

    /// Stable machine-readable name, such as `unrelated_procedure`; equal to the serialised form.
    pub fn name(self) -> &'static str {
        match self {
            Self::Grouped => "grouped",
            Self::UnrelatedProcedure => "unrelated_procedure",
            Self::Ungrouped => "ungrouped",
            Self::SexMissing => "sex_missing",
            Self::SexInvalid => "sex_invalid",
            Self::AgeMissing => "age_missing",
            Self::AgeDaysMissing => "age_days_missing",
            Self::WeightMissing => "weight_missing",
            Self::DiagnosisMissing => "diagnosis_missing",
            Self::UntranslatableDiagnosis => "untranslatable_diagnosis",
            Self::UntranslatableProcedure => "untranslatable_procedure",
        }
    }

    /// A check or the translation failed, so that no category was tried.
    pub fn is_failure(self) -> bool {
        !matches!(
            self,
            Self::Grouped | Self::UnrelatedProcedure | Self::Ungrouped
        )
    }
}

impl Localized for Status {
    fn text(&self, language: Language) -> String {
        let (zh, en) = match self {
            Self::Grouped => ("分组成功", "grouped"),
            Self::UnrelatedProcedure => (
                "歧义病案：手术与主要诊断不符，请核对主要诊断和主要手术的选择",
                "unrelated procedure: the surgery does not fit the principal diagnosis",
            ),
            Self::Ungrouped => (
                "无法入组：没有一个病组的条件成立，请核对主要诊断编码",
                "ungrouped: no group's condition holds; check the principal diagnosis code",
            ),
            Self::SexMissing => (
                "信息校验不通过：性别为空，请补填",
                "check failed: the sex is missing",
            ),
            Self::SexInvalid => (
                "信息校验不通过：性别不是 1（男）或 2（女），请改正",
                "check failed: the sex is neither 1 (male) nor 2 (female)",
            ),
            Self::AgeMissing => (
                "信息校验不通过：年龄为空，请补填",
                "check failed: the age is missing",
            ),
            Self::AgeDaysMissing => (
                "信息校验不通过：年龄为 0 岁但年龄天数为空，请补填",
                "check failed: the age is 0 and the age in days is missing",
            ),
            Self::WeightMissing => (
                "信息校验不通过：新生儿体重为空，请补填",
                "check failed: the weight of a newborn is missing",
            ),
            Self::DiagnosisMissing => (
                "信息校验不通过：没有主要诊断，请补填",
                "check failed: there is no principal diagnosis",
            ),
            Self::UntranslatableDiagnosis => (
                "诊断不能转换为分组器支持的编码，请核对诊断编码所用的版本",
                "a diagnosis has no translation; check which edition the codes are from",
            ),
            Self::UntranslatableProcedure => (
                "手术操作不能转换为分组器支持的编码，请核对手术编码所用的版本",
                "a procedure has no translation; check which edition the codes are from",
            ),
        };
        match language {
            Language::Zh => zh.to_owned(),
            Language::En => en.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_serialised_forms() {
        for status in Status::ALL {
            let serialised = serde_json::to_value(status).expect("a text");
            assert_eq!(serialised, status.name());
        }
    }

    #[test]
    fn the_finer_text_begins_with_the_published_label() {
        for status in Status::ALL {
            assert!(
                status.text(Language::Zh).starts_with(status.label()),
                "{status:?}"
            );
        }
    }
}
