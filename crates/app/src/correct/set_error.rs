use biaochi_domain::{Language, Localized};

/// What is wrong with what was typed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the fields say what they hold")]
pub enum SetError {
    #[error("{text:?} is no correction; write field=value")]
    Form { text: String },
    #[error("there is no field {name:?}")]
    UnknownField { name: String, alike: Vec<String> },
    #[error("{name:?} means several fields: {}", .ids.join(", "))]
    Ambiguous {
        name: String,
        ids: Vec<&'static str>,
    },
    #[error("{id} is a list: say which element")]
    NoElement { id: &'static str },
    #[error("{id} is no list")]
    NotAList { id: &'static str },
    #[error("elements count from 1")]
    Element { text: String },
    #[error("the layout {layout} has no column for {place}")]
    NoColumn { place: String, layout: &'static str },
    #[error("{id} is part of what tells the record from others")]
    Key { id: &'static str },
    #[error("{place}: {value} is no {expected}")]
    Value {
        place: String,
        value: String,
        expected: &'static str,
    },
    #[error("{place}: {value} stands for \"not filled in\"")]
    Unfilled { place: String, value: String },
    #[error("{place}: longer than {limit} characters")]
    TooLong { place: String, limit: u16 },
    #[error("{place}: control characters")]
    Control { place: String },
    #[error("{place}: {set} has no code {value}")]
    UnknownCode {
        place: String,
        value: String,
        set: &'static str,
    },
}

impl Localized for SetError {
    fn text(&self, language: Language) -> String {
        if language == Language::En {
            return match self {
                Self::UnknownField { alike, .. } if !alike.is_empty() => {
                    format!("{self}; alike: {}", alike.join(", "))
                }
                Self::UnknownField { .. } => format!("{self}; see docs/front-page-fields.md"),
                Self::NoElement { id } => format!("{self}, such as {id}[1] for the first"),
                Self::Key { .. } => {
                    format!("{self}; correct it at its source and import the month again")
                }
                Self::Unfilled { .. } => {
                    format!("{self}; leave the value out to empty the place")
                }
                _ => self.to_string(),
            };
        }
        match self {
            Self::Form { text } => format!(
                "“{text}”不是更正，应写作 字段=值，如 sex=2 或 diagnoses.code[1]=I10.x00x002；值留空表示清空"
            ),
            Self::UnknownField { name, alike } if alike.is_empty() => format!(
                "没有字段“{name}”。可以写字段标识、中文名称或接口列名，见 docs/front-page-fields.md"
            ),
            Self::UnknownField { name, alike } => {
                format!("没有字段“{name}”。是不是：{}", alike.join("、"))
            }
            Self::Ambiguous { name, ids } => {
                format!("“{name}”对应多个字段，请写字段标识：{}", ids.join("、"))
            }
            Self::NoElement { id } => {
                format!(
                    "“{id}”有多个，请写明第几个，如 {id}[1] 表示第一个（诊断、手术的第一个是主要的）"
                )
            }
            Self::NotAList { id } => format!("“{id}”只有一个，不要写 [第几个]"),
            Self::Element { text } => format!("“{text}”不是第几个，应从 1 数起，如 [1]"),
            Self::NoColumn { place, layout } => {
                format!("这份病案的版式 {layout} 没有放“{place}”的列，改了也不能上报")
            }
            Self::Key { id } => format!(
                "“{id}”是病案标识的一部分（机构代码、病案号、住院次数、出院时间），改了就成了另一份病案。请在来源系统改正，再导入这个月"
            ),
            Self::Value {
                place,
                value,
                expected,
            } => format!("“{place}”的值{value}不对，应为{}", expected_zh(expected)),
            Self::Unfilled { place, value } => format!(
                "“{place}”的值“{value}”表示没有填写。要清空请写 {place}=；“-”（不适用）只用于首页本身的字段"
            ),
            Self::TooLong { place, limit } => format!("“{place}”的值超过 {limit} 个字"),
            Self::Control { place } => format!("“{place}”的值含有换行、制表等控制字符"),
            Self::UnknownCode { place, value, set } => {
                format!("“{place}”的值“{value}”不在值域 {set} 中。可用 biaochi codes 查找")
            }
        }
    }
}

fn expected_zh(expected: &str) -> &'static str {
    match expected {
        "whole number" => "整数，不小于 0",
        "number" => "数字，不小于 0，小数不超过两位",
        "date" => "日期，如 2024-01-31",
        "time" => "时间，如 2024-01-31 08:05:00",
        "true or false" => "是或否",
        _ => "文字",
    }
}
