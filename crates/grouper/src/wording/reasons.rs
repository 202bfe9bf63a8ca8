use biaochi_domain::{Language, Localized};
use compact_str::CompactString;

use super::sets::SetLabel;
use crate::definition::{Comparison, Field, Number};
use crate::reason::Reason;

/// Longest list of codes that a sentence repeats.
const MOST_CODES: usize = 5;

/// All reasons of one decision as one clause.
pub(super) fn clause(reasons: &[Reason], language: Language) -> String {
    let texts: Vec<String> = reasons.iter().map(|reason| reason.text(language)).collect();
    match language {
        Language::Zh => texts.join("，"),
        Language::En => texts.join(", "),
    }
}

pub(super) fn field_name(field: Field, language: Language) -> &'static str {
    let (zh, en) = match field {
        Field::PrincipalDiagnosis => ("主要诊断", "the principal diagnosis"),
        Field::AnyDiagnosis => ("诊断", "diagnosis"),
        Field::SecondaryDiagnosis => ("其他诊断", "secondary diagnosis"),
        Field::PrincipalProcedure => ("主要手术", "the principal procedure"),
        Field::AnyProcedure => ("手术操作", "procedure"),
        Field::SecondaryProcedure => ("其他手术操作", "secondary procedure"),
    };
    if language == Language::Zh { zh } else { en }
}

/// What an empty field lacks. Without a first procedure there is none at all.
fn nothing_in(field: Field, language: Language) -> &'static str {
    match (field, language) {
        (Field::PrincipalProcedure, _) => field_name(Field::AnyProcedure, language),
        (Field::PrincipalDiagnosis, _) => field_name(Field::AnyDiagnosis, language),
        _ => field_name(field, language),
    }
}

pub(super) fn number_name(number: Number, language: Language) -> &'static str {
    let (zh, en) = match number {
        Number::Age => ("年龄（岁）", "the age in years"),
        Number::AgeDays => ("年龄天数", "the age in days"),
        Number::Weight => ("新生儿体重（克）", "the weight in grams"),
        Number::LengthOfStay => ("住院天数", "the length of stay in days"),
        Number::IcuHours => ("重症监护小时数", "the time in intensive care in hours"),
        Number::VentilatorHours => ("呼吸机使用小时数", "the time on the ventilator in hours"),
    };
    if language == Language::Zh { zh } else { en }
}

pub(super) fn comparison_name(comparison: Comparison, language: Language) -> &'static str {
    let (zh, en) = match comparison {
        Comparison::Less => ("小于", "less than"),
        Comparison::LessOrEqual => ("不大于", "at most"),
        Comparison::Greater => ("大于", "more than"),
        Comparison::GreaterOrEqual => ("不小于", "at least"),
        Comparison::Equal => ("等于", "equal to"),
        Comparison::NotEqual => ("不等于", "other than"),
    };
    if language == Language::Zh { zh } else { en }
}

pub(super) fn sex_name(sex: u8, language: Language) -> &'static str {
    match (sex, language) {
        (1, Language::Zh) => "男",
        (1, Language::En) => "male",
        (_, Language::Zh) => "女",
        (_, Language::En) => "female",
    }
}

fn code_list(codes: &[CompactString], language: Language) -> String {
    let shown: Vec<&str> = codes
        .iter()
        .take(MOST_CODES)
        .map(CompactString::as_str)
        .collect();
    match (language, codes.len() > MOST_CODES) {
        (Language::Zh, false) => shown.join("、"),
        (Language::Zh, true) => format!("{} 等 {} 个", shown.join("、"), codes.len()),
        (Language::En, false) => shown.join(", "),
        (Language::En, true) => {
            format!("{} and {} more", shown.join(", "), codes.len() - MOST_CODES)
        }
    }
}

impl Localized for Reason {
    fn text(&self, language: Language) -> String {
        match self {
            Self::Membership {
                field,
                set,
                class,
                holds,
                codes,
            } => membership(*field, set, class.as_deref(), *holds, codes, language),
            _ => match language {
                Language::Zh => self.chinese(),
                Language::En => self.english(),
            },
        }
    }
}

/// `主要手术 51.2300 不在“AB1”手术表中`.
pub(super) fn membership_text(
    field: Field,
    holds: bool,
    codes: &[CompactString],
    table: &str,
    language: Language,
) -> String {
    let name = field_name(field, language);
    let single = matches!(field, Field::PrincipalDiagnosis | Field::PrincipalProcedure);
    let list = code_list(codes, language);
    match (language, codes.is_empty(), holds, single) {
        (Language::Zh, true, ..) => format!("没有{}", nothing_in(field, language)),
        (Language::Zh, _, true, _) => format!("{name} {list} 在{table}中"),
        (Language::Zh, _, false, true) => format!("{name} {list} 不在{table}中"),
        (Language::Zh, _, false, false) => format!("没有{name}在{table}中"),
        (Language::En, true, ..) => {
            format!("there is no {}", nothing_in(field, language))
        }
        (Language::En, _, true, _) => format!("{name} {list} is in {table}"),
        (Language::En, _, false, true) => format!("{name} {list} is not in {table}"),
        (Language::En, _, false, false) => format!("no {name} is in {table}"),
    }
}

fn membership(
    field: Field,
    set: &str,
    class: Option<&str>,
    holds: bool,
    codes: &[CompactString],
    language: Language,
) -> String {
    let table = match (
        SetLabel::new(set, field.is_diagnosis(), language),
        class,
        language,
    ) {
        (SetLabel::Table(table), None, _) => table,
        (SetLabel::Table(table), Some(class), Language::Zh) => format!("{table}第 {class} 类"),
        (SetLabel::Table(table), Some(class), Language::En) => format!("class {class} of {table}"),
        (SetLabel::Code(code), ..) => return single_code(field, code, holds, codes, language),
    };
    membership_text(field, holds, codes, &table, language)
}

/// A set of one code reads better as a comparison.
fn single_code(
    field: Field,
    code: &str,
    holds: bool,
    codes: &[CompactString],
    language: Language,
) -> String {
    let name = field_name(field, language);
    let single = matches!(field, Field::PrincipalDiagnosis | Field::PrincipalProcedure);
    match (language, holds, codes.first().filter(|_| single)) {
        (Language::Zh, true, _) => format!("{name}是 {code}"),
        (Language::Zh, false, Some(found)) => format!("{name} {found} 不是 {code}"),
        (Language::Zh, false, None) => format!("没有{name} {code}"),
        (Language::En, true, _) => format!("{name} is {code}"),
        (Language::En, false, Some(found)) => format!("{name} {found} is not {code}"),
        (Language::En, false, None) => {
            format!("there is no {} {code}", name.trim_start_matches("the "))
        }
    }
}

impl Reason {
    fn chinese(&self) -> String {
        let language = Language::Zh;
        let either =
            |holds: bool, yes: &'static str, no: &'static str| if holds { yes } else { no };
        match self {
            Self::Constant { holds } => either(*holds, "没有条件", "条件永不成立").to_owned(),
            Self::Membership { .. } => self.text(language),
            Self::Classes {
                field,
                set,
                classes,
                least,
                ..
            } => {
                let name = field_name(*field, language);
                let SetLabel::Table(table) = SetLabel::new(set, field.is_diagnosis(), language)
                else {
                    return format!("{name}命中 {} 类，需要 {least} 类", classes.len());
                };
                let hit = if classes.is_empty() {
                    "无".to_owned()
                } else {
                    classes.join("、")
                };
                let count = classes.len();
                format!("{name}命中{table}的 {count} 类（{hit}），需要至少 {least} 类")
            }
            Self::Count {
                field,
                set,
                found,
                comparison,
                number,
                ..
            } => {
                let name = field_name(*field, language);
                let op = comparison_name(*comparison, language);
                format!("{name}中有 {found} 个不同编码在“{set}”表中，要求{op} {number}")
            }
            Self::Severity {
                level,
                codes,
                holds,
            } => match holds {
                true => {
                    format!(
                        "有 {}（{}）",
                        level.abbreviation(),
                        code_list(codes, language)
                    )
                }
                false => format!("没有计入的 {}", level.abbreviation()),
            },
            Self::Sex { wanted, found, .. } => {
                let found = found.map_or("空", |sex| sex_name(sex, language));
                format!("性别为{found}，要求{}", sex_name(*wanted, language))
            }
            Self::Number {
                number,
                found,
                comparison,
                value,
                ..
            } => {
                let name = number_name(*number, language);
                let op = comparison_name(*comparison, language);
                match found {
                    Some(found) => format!("{name}为 {found}，要求{op} {value}"),
                    None => format!("{name}为空，要求{op} {value}"),
                }
            }
            Self::Department { wanted, found, .. } => {
                let found = if found.is_empty() { "空" } else { found };
                format!("科室为{found}，要求 {}", wanted.join(" 或 "))
            }
            Self::Disposition { wanted, found, .. } => {
                let found = if found.is_empty() { "空" } else { found };
                format!("离院方式为{found}，要求 {}", wanted.join(" 或 "))
            }
            Self::DiagnosisPrefix {
                prefix,
                codes,
                holds,
            } => match holds {
                true => format!("诊断 {} 以 {prefix} 开头", code_list(codes, language)),
                false => format!("没有诊断以 {prefix} 开头"),
            },
        }
    }

    fn english(&self) -> String {
        let language = Language::En;
        match self {
            Self::Constant { holds: true } => "no condition".to_owned(),
            Self::Constant { holds: false } => "the condition never holds".to_owned(),
            Self::Membership { .. } => self.text(language),
            Self::Classes {
                field,
                set,
                classes,
                least,
                ..
            } => {
                let name = field_name(*field, language);
                let hit = classes.join(", ");
                let count = classes.len();
                format!("{name} codes hit {count} classes of `{set}` ({hit}); {least} are needed")
            }
            Self::Count {
                field,
                set,
                found,
                comparison,
                number,
                ..
            } => {
                let name = field_name(*field, language);
                let op = comparison_name(*comparison, language);
                format!("{found} different {name} codes are in `{set}`, wanted {op} {number}")
            }
            Self::Severity {
                level,
                codes,
                holds,
            } => match holds {
                true => {
                    format!(
                        "there is an {} ({})",
                        level.abbreviation(),
                        code_list(codes, language)
                    )
                }
                false => format!("no {} counts", level.abbreviation()),
            },
            Self::Sex { wanted, found, .. } => {
                let found = found.map_or("missing", |sex| sex_name(sex, language));
                format!("the sex is {found}, wanted {}", sex_name(*wanted, language))
            }
            Self::Number {
                number,
                found,
                comparison,
                value,
                ..
            } => {
                let name = number_name(*number, language);
                let op = comparison_name(*comparison, language);
                match found {
                    Some(found) => format!("{name} is {found}, wanted {op} {value}"),
                    None => format!("{name} is missing, wanted {op} {value}"),
                }
            }
            Self::Department { wanted, found, .. } => {
                let found = if found.is_empty() { "missing" } else { found };
                format!(
                    "the department is {found}, wanted `{}`",
                    wanted.join("` or `")
                )
            }
            Self::Disposition { wanted, found, .. } => {
                let found = if found.is_empty() { "missing" } else { found };
                format!(
                    "the disposition is {found}, wanted `{}`",
                    wanted.join("` or `")
                )
            }
            Self::DiagnosisPrefix {
                prefix,
                codes,
                holds,
            } => match holds {
                true => format!(
                    "diagnosis {} begins with {prefix}",
                    code_list(codes, language)
                ),
                false => format!("no diagnosis begins with {prefix}"),
            },
        }
    }
}
