//! One record as JSON, as an electronic record asks while the physician writes.

use biaochi_domain::{Language, Localized};
use biaochi_records::{DataType, Decimal2, FIELDS, FieldInfo, FrontPage, Group, Value};
use serde_json::Value as Json;

use super::file::PageChecker;
use super::{CheckError, CheckOptions, CheckedRecord};

/// What is wrong with a record in JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordJsonError {
    /// It is no JSON object.
    #[error("the record is no JSON object: {reason}")]
    NotAnObject {
        /// What the parser says.
        reason: String,
    },
    /// A key that the front page does not have.
    #[error("the front page has no field {key:?}")]
    UnknownField {
        /// The key, with the group before it.
        key: String,
    },
    /// A value of another type.
    #[error("{key}: {value} is no {expected}")]
    BadValue {
        /// The key.
        key: String,
        /// The value; hidden when it identifies a person.
        value: String,
        /// What the field takes.
        expected: &'static str,
    },
}

impl Localized for RecordJsonError {
    fn text(&self, language: Language) -> String {
        match (self, language) {
            (Self::NotAnObject { reason }, Language::Zh) => {
                format!(
                    "病案应是一个 JSON 对象（{reason}），例如 {{\"sex\": \"1\", \"diagnoses\": [{{\"code\": \"I10.x00\"}}]}}"
                )
            }
            (Self::UnknownField { key }, Language::Zh) => {
                format!("首页没有字段“{key}”，字段标识见 docs/front-page-fields.md")
            }
            (
                Self::BadValue {
                    key,
                    value,
                    expected,
                },
                Language::Zh,
            ) => {
                format!("字段“{key}”的值 {value} 不对，应为{}", in_chinese(expected))
            }
            (_, Language::En) => self.to_string(),
        }
    }
}

fn in_chinese(expected: &str) -> &'static str {
    match expected {
        "text" => "文字",
        "whole number" => "整数",
        "number" => "数字（小数不超过两位）",
        "date" => "日期，如 2024-01-31",
        "time" => "时间，如 2024-01-31T08:00:00",
        "true or false" => "true 或 false",
        "list of texts" => "文字列表",
        "list of objects" => "对象的列表",
        _ => "对象",
    }
}

/// Reads a front page from JSON: fields of the record by their id, charges as an object, diagnoses,
/// procedures and the like as lists of objects.
pub fn page_from_json(text: &str) -> Result<FrontPage, RecordJsonError> {
    let not_an_object = |reason: String| RecordJsonError::NotAnObject { reason };
    let json: Json =
        serde_json::from_str(text).map_err(|error| not_an_object(error.to_string()))?;
    let Json::Object(members) = json else {
        return Err(not_an_object("not an object".to_owned()));
    };
    let mut page = FrontPage::default();
    for (key, value) in &members {
        let group = FIELDS
            .iter()
            .find(|info| info.group != Group::Record && info.group.id() == key);
        match group {
            None => set(&mut page, key, 0, value)?,
            Some(info) => set_group(&mut page, key, info.group, value)?,
        }
    }
    Ok(page)
}

fn set_group(
    page: &mut FrontPage,
    key: &str,
    group: Group,
    value: &Json,
) -> Result<(), RecordJsonError> {
    let bad = |expected| RecordJsonError::BadValue {
        key: key.to_owned(),
        value: "…".to_owned(),
        expected,
    };
    let elements = match value {
        Json::Array(elements) if group.is_repeated() => elements.as_slice(),
        Json::Object(_) if !group.is_repeated() => std::slice::from_ref(value),
        _ if group.is_repeated() => return Err(bad("list of objects")),
        _ => return Err(bad("object")),
    };
    for (index, element) in elements.iter().enumerate() {
        let Json::Object(members) = element else {
            return Err(bad("list of objects"));
        };
        for (member, value) in members {
            set(page, &format!("{key}.{member}"), index, value)?;
        }
    }
    Ok(())
}

fn set(page: &mut FrontPage, key: &str, index: usize, value: &Json) -> Result<(), RecordJsonError> {
    let info = FIELDS.iter().find(|info| info.id == key);
    let info = info.ok_or_else(|| RecordJsonError::UnknownField {
        key: key.to_owned(),
    })?;
    if value.is_null() || value.as_str() == Some("") {
        return Ok(());
    }
    if value.as_str() == Some("-") && info.group == Group::Record {
        page.marked.push(info.field);
        return Ok(());
    }
    let text = match value {
        Json::String(text) => text.clone(),
        Json::Array(values) => {
            let texts: Vec<&str> = values.iter().filter_map(Json::as_str).collect();
            texts.join("|")
        }
        other => other.to_string(),
    };
    let read = read(info, &text);
    let bad = |expected| RecordJsonError::BadValue {
        key: key.to_owned(),
        value: match info.sensitivity {
            biaochi_records::Sensitivity::None => format!("“{text}”"),
            _ => "***".to_owned(),
        },
        expected,
    };
    let value = read.map_err(bad)?;
    page.set(info.field, index, value)
        .map_err(|_| bad("object"))
}

/// A value of a field's type from text: lists parted by `|`, flags as `true`/`false` or 是/否.
pub(crate) fn read(info: &FieldInfo, text: &str) -> Result<Value, &'static str> {
    match info.data_type {
        DataType::Text | DataType::Code => Ok(Value::Text(text.into())),
        DataType::Codes => Ok(Value::Codes(text.split('|').map(Into::into).collect())),
        DataType::Integer => text.parse().map(Value::Integer).map_err(|_| "whole number"),
        DataType::Decimal { .. } => text
            .parse::<Decimal2>()
            .map(Value::Decimal)
            .map_err(|_| "number"),
        DataType::Flag => match text {
            "true" | "是" | "有" => Ok(Value::Flag(true)),
            "false" | "否" | "无" => Ok(Value::Flag(false)),
            _ => Err("true or false"),
        },
        DataType::Date => text.parse().map(Value::Date).map_err(|_| "date"),
        DataType::Time => {
            let with_time = text.replace(' ', "T");
            let time = with_time.parse().or_else(|error| {
                let date: Result<jiff::civil::Date, _> = text.parse();
                date.map(|date| date.at(0, 0, 0, 0)).map_err(|_| error)
            });
            time.map(Value::Time).map_err(|_| "time")
        }
    }
}

/// Checks records one by one, as they are written. Made once and kept, with its buffers for every column.
pub struct RecordChecker<'a>(PageChecker<'a>);

impl std::fmt::Debug for RecordChecker<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecordChecker")
    }
}

impl<'a> RecordChecker<'a> {
    /// A checker for records of a layout.
    pub fn new(options: &'a CheckOptions<'a>, layout: &'static str) -> Self {
        Self(PageChecker::new(options, layout))
    }

    /// Checks one record.
    pub fn check(&mut self, page: &FrontPage) -> Result<CheckedRecord, CheckError> {
        self.0.push(page, 1);
        Ok(self.0.finish()?.remove(0))
    }
}
