//! Conditions in sentences, as a scheme states them: without a stay that meets or misses them.

use biaochi_domain::{Language, Localized};

use super::reasons::{comparison_name, field_name, number_name, sex_name};
use super::sets::SetLabel;
use crate::definition::{Field, Rule};

/// What a person calls a set of a scheme that a field is looked up in.
pub fn set_title(field: Field, set: &str, language: Language) -> String {
    match SetLabel::new(set, field.is_diagnosis(), language) {
        SetLabel::Code(code) => code.to_owned(),
        SetLabel::Table(table) => table,
    }
}

impl Rule {
    /// The sets that the condition looks into, each once, with the field that is looked up; single codes are no sets.
    pub fn sets(&self) -> Vec<(Field, &str)> {
        let mut sets = Vec::new();
        self.add_sets(&mut sets);
        sets
    }

    fn add_sets<'r>(&'r self, sets: &mut Vec<(Field, &'r str)>) {
        match self {
            Self::And(rules) | Self::Or(rules) => {
                rules.iter().for_each(|rule| rule.add_sets(sets));
            }
            Self::Not(rule) => rule.add_sets(sets),
            Self::In(field, set)
            | Self::InClass(field, set, _)
            | Self::Classes(field, set, _)
            | Self::Count(field, set, ..) => {
                let known = sets.iter().any(|(_, known)| known == set);
                if !known && !set.starts_with('=') {
                    sets.push((*field, set));
                }
            }
            _ => {}
        }
    }

    /// The text as a part of a longer one.
    fn part(&self, language: Language) -> String {
        let text = self.text(language);
        match (self, language) {
            (Self::And(rules) | Self::Or(rules), Language::Zh) if rules.len() > 1 => {
                format!("（{text}）")
            }
            (Self::And(rules) | Self::Or(rules), Language::En) if rules.len() > 1 => {
                format!("({text})")
            }
            _ => text,
        }
    }
}

fn joined(rules: &[Rule], between: &str, language: Language) -> String {
    match rules {
        [only] => only.text(language),
        _ => {
            let parts: Vec<String> = rules.iter().map(|rule| rule.part(language)).collect();
            parts.join(between)
        }
    }
}

/// `主要诊断在“GB2”诊断表中`, `有手术操作在“GB2”手术表中`.
fn within(field: Field, set: &str, class: Option<&str>, holds: bool, language: Language) -> String {
    let name = field_name(field, language);
    let single = matches!(field, Field::PrincipalDiagnosis | Field::PrincipalProcedure);
    let title = set_title(field, set, language);
    let is_code = set.starts_with('=');
    if language == Language::En {
        let place = match class {
            Some(class) => format!("class {class} of {title}"),
            None => title,
        };
        return match holds {
            true => format!("{name} in {place}"),
            false => format!("no {} in {place}", name.trim_start_matches("the ")),
        };
    }
    let class = class.map_or_else(String::new, |class| format!("第 {class} 类"));
    match (is_code, holds, single) {
        (true, true, true) => format!("{name}是 {title}"),
        (true, false, true) => format!("{name}不是 {title}"),
        (true, true, false) => format!("有{name} {title}"),
        (true, false, false) => format!("没有{name} {title}"),
        (false, true, true) => format!("{name}在{title}{class}中"),
        (false, false, true) => format!("{name}不在{title}{class}中"),
        (false, true, false) => format!("有{name}在{title}{class}中"),
        (false, false, false) => format!("没有{name}在{title}{class}中"),
    }
}

impl Localized for Rule {
    fn text(&self, language: Language) -> String {
        let zh = language == Language::Zh;
        match self {
            Self::Constant(holds) => {
                let text = match (holds, zh) {
                    (true, true) => "没有条件",
                    (true, false) => "no condition",
                    (false, true) => "条件永不成立",
                    (false, false) => "never",
                };
                text.to_owned()
            }
            Self::And(rules) => joined(rules, if zh { "，且" } else { " and " }, language),
            Self::Or(rules) => joined(rules, if zh { "，或" } else { " or " }, language),
            Self::Not(rule) => match (&**rule, zh) {
                (Self::In(field, set), _) => within(*field, set, None, false, language),
                (Self::InClass(field, set, class), _) => {
                    within(*field, set, Some(class), false, language)
                }
                (Self::Has(level), true) => format!("没有计入的 {}", level.abbreviation()),
                (Self::Has(level), false) => format!("no {} counts", level.abbreviation()),
                (inner, true) => format!("不满足：{}", inner.part(language)),
                (inner, false) => format!("not {}", inner.part(language)),
            },
            Self::In(field, set) => within(*field, set, None, true, language),
            Self::InClass(field, set, class) => within(*field, set, Some(class), true, language),
            Self::Classes(field, set, least) => {
                let (name, title) = (
                    field_name(*field, language),
                    set_title(*field, set, language),
                );
                match zh {
                    true => format!("{name}命中{title}的至少 {least} 类"),
                    false => format!("{name} hits at least {least} classes of {title}"),
                }
            }
            Self::Count(field, set, comparison, number) => {
                let (name, title) = (
                    field_name(*field, language),
                    set_title(*field, set, language),
                );
                let comparison = comparison_name(*comparison, language);
                match zh {
                    true => format!("{name}在{title}中的不同编码数{comparison} {number}"),
                    false => format!("different codes of {name} in {title} {comparison} {number}"),
                }
            }
            Self::Has(level) => match zh {
                true => format!("有计入的 {}", level.abbreviation()),
                false => format!("an {} counts", level.abbreviation()),
            },
            Self::Sex(sex) => match zh {
                true => format!("性别为{}", sex_name(*sex, language)),
                false => format!("the sex is {}", sex_name(*sex, language)),
            },
            Self::Compare(number, comparison, value) => {
                let name = number_name(*number, language);
                let comparison = comparison_name(*comparison, language);
                match zh {
                    true => format!("{name}{comparison} {value}"),
                    false => format!("{name} {comparison} {value}"),
                }
            }
            Self::Department(department) => match zh {
                true => format!("科室为{department}"),
                false => format!("the department is {department}"),
            },
            Self::Disposition(ways) => match zh {
                true => format!("离院方式为 {}", ways.join(" 或 ")),
                false => format!("the disposition is {}", ways.join(" or ")),
            },
            Self::DiagnosisPrefix(prefix) => match zh {
                true => format!("有诊断以 {prefix} 开头"),
                false => format!("a diagnosis begins with {prefix}"),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::{Comparison, Level, Number};

    #[track_caller]
    fn check(rule: Rule, expected: &str) {
        assert_eq!(rule.text(Language::Zh), expected);
    }

    #[test]
    fn conditions_read_as_sentences() {
        let procedure = || Rule::In(Field::AnyProcedure, "GB2".to_owned());
        check(procedure(), "有手术操作在“GB2”手术表中");
        check(
            Rule::Not(Box::new(procedure())),
            "没有手术操作在“GB2”手术表中",
        );
        check(Rule::Constant(true), "没有条件");
        check(
            Rule::And(vec![
                procedure(),
                Rule::Or(vec![
                    Rule::Has(Level::Mcc),
                    Rule::Compare(Number::Age, Comparison::Less, 18),
                ]),
            ]),
            "有手术操作在“GB2”手术表中，且（有计入的 MCC，或年龄（岁）小于 18）",
        );
        check(
            Rule::In(Field::PrincipalDiagnosis, "=K35.8".to_owned()),
            "主要诊断是 K35.8",
        );
    }

    #[test]
    fn sets_are_named_once() {
        let rule = Rule::And(vec![
            Rule::In(Field::PrincipalProcedure, "GB2".to_owned()),
            Rule::Not(Box::new(Rule::In(Field::AnyProcedure, "GB2".to_owned()))),
            Rule::In(Field::AnyDiagnosis, "=K35".to_owned()),
        ]);
        assert_eq!(rule.sets(), [(Field::PrincipalProcedure, "GB2")]);
    }
}
