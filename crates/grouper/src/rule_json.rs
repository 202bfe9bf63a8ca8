//! The JSON form of a rule, as packs store it: `["and", ["dx0", "BB2/dx"], ["age", "<", 17]]`.
//!
//! ```text
//! rule   = true | false
//!        | ["and", rule, …] | ["or", rule, …] | ["not", rule]
//!        | [field, set]                     some code of the field is in the set
//!        | ["pxc", set, class]              some procedure has this class in the set
//!        | ["sites", set, n]                the diagnoses hit at least n classes of the set
//!        | ["in_class", field, set, class]  the same two for any field
//!        | ["classes", field, set, n]
//!        | ["count", field, set, op, n]     number of different codes of the field in the set
//!        | ["mcc"] | ["cc"] | ["sex", 1 | 2]
//!        | [number, op, value]
//!        | ["dept", text] | ["leaving", text, …] | ["dx_prefix", text]
//! field  = "dx0" | "dx" | "dx2" | "px0" | "px" | "px2"
//! number = "age" | "age_days" | "weight" | "los" | "icu_hours" | "ventilator_hours"
//! op     = "<" | "<=" | ">" | ">=" | "==" | "!="
//! ```

use biaochi_domain::{Language, Localized};
use serde_json::{Value, json};

use crate::definition::{Comparison, Field, Level, Number, Rule};

/// A text that is not a rule in the JSON form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleJsonError {
    /// The text is not JSON at all.
    #[error("not JSON (column {column}): {message}")]
    NotJson {
        /// Column in the text, from one.
        column: usize,
        /// What the JSON reader says.
        message: String,
    },
    /// JSON, but this part of it is not a rule.
    #[error("not a rule: {0}")]
    NotARule(String),
}

impl Localized for RuleJsonError {
    fn text(&self, language: Language) -> String {
        match (language, self) {
            (Language::En, _) => self.to_string(),
            (Language::Zh, Self::NotJson { column, message }) => {
                format!("规则不是合法的 JSON（第 {column} 列：{message}），请检查引号和括号")
            }
            (Language::Zh, Self::NotARule(part)) => {
                format!("规则中的 {part} 不是已知的条件，请对照规则语言说明修改")
            }
        }
    }
}

impl Rule {
    /// Reads the JSON form.
    ///
    /// ```
    /// use biaochi_grouper::definition::{Comparison, Field, Number, Rule};
    ///
    /// let rule = Rule::from_json(r#"["and",["px0","AB1/px"],["age","<",17]]"#)?;
    /// assert_eq!(
    ///     rule,
    ///     Rule::And(vec![
    ///         Rule::In(Field::PrincipalProcedure, "AB1/px".into()),
    ///         Rule::Compare(Number::Age, Comparison::Less, 17),
    ///     ])
    /// );
    /// # Ok::<(), biaochi_grouper::RuleJsonError>(())
    /// ```
    pub fn from_json(text: &str) -> Result<Self, RuleJsonError> {
        let value = serde_json::from_str(text).map_err(|error| RuleJsonError::NotJson {
            column: error.column(),
            message: error.to_string(),
        })?;
        Self::from_json_value(&value)
    }

    /// Reads the JSON form from a parsed value.
    pub fn from_json_value(value: &Value) -> Result<Self, RuleJsonError> {
        read(value).ok_or_else(|| RuleJsonError::NotARule(innermost_fault(value).to_string()))
    }

    /// The JSON form, compact.
    pub fn to_json(&self) -> String {
        self.to_json_value().to_string()
    }

    /// The JSON form as a value.
    pub fn to_json_value(&self) -> Value {
        let list = |name: &str, rules: &[Rule]| {
            let rest = rules.iter().map(Rule::to_json_value);
            Value::Array(std::iter::once(json!(name)).chain(rest).collect())
        };
        match self {
            Rule::Constant(value) => json!(value),
            Rule::And(rules) => list("and", rules),
            Rule::Or(rules) => list("or", rules),
            Rule::Not(rule) => json!(["not", rule.to_json_value()]),
            Rule::In(field, set) => json!([field.symbol(), set]),
            Rule::InClass(Field::AnyProcedure, set, class) => json!(["pxc", set, class.as_str()]),
            Rule::InClass(field, set, class) => {
                json!(["in_class", field.symbol(), set, class.as_str()])
            }
            Rule::Classes(Field::AnyDiagnosis, set, least) => json!(["sites", set, least]),
            Rule::Classes(field, set, least) => json!(["classes", field.symbol(), set, least]),
            Rule::Count(field, set, comparison, n) => {
                json!(["count", field.symbol(), set, comparison.symbol(), n])
            }
            Rule::Has(Level::Mcc) => json!(["mcc"]),
            Rule::Has(Level::Cc) => json!(["cc"]),
            Rule::Sex(sex) => json!(["sex", sex]),
            Rule::Compare(number, comparison, value) => {
                json!([number.symbol(), comparison.symbol(), value])
            }
            Rule::Department(text) => json!(["dept", text]),
            Rule::Disposition(texts) => {
                let rest = texts.iter().map(|text| json!(text));
                Value::Array(std::iter::once(json!("leaving")).chain(rest).collect())
            }
            Rule::DiagnosisPrefix(text) => json!(["dx_prefix", text]),
        }
    }
}

/// The whole rule, or `None` when some part of it is not one.
fn read(value: &Value) -> Option<Rule> {
    if let Some(constant) = value.as_bool() {
        return Some(Rule::Constant(constant));
    }
    let (name, rest) = value.as_array()?.split_first()?;
    let name = name.as_str()?;
    let all = |rules: &[Value]| rules.iter().map(read).collect::<Option<Vec<_>>>();
    Some(match (name, rest) {
        ("and", rules) => Rule::And(all(rules)?),
        ("or", rules) => Rule::Or(all(rules)?),
        ("not", [rule]) => Rule::Not(Box::new(read(rule)?)),
        ("mcc", []) => Rule::Has(Level::Mcc),
        ("cc", []) => Rule::Has(Level::Cc),
        ("pxc", [set, class]) => {
            Rule::InClass(Field::AnyProcedure, text(set)?, class_name(class)?.into())
        }
        ("in_class", [field, set, class]) => {
            Rule::InClass(symbol_of(field)?, text(set)?, class_name(class)?.into())
        }
        ("sites", [set, least]) => Rule::Classes(Field::AnyDiagnosis, text(set)?, count(least)?),
        ("classes", [field, set, least]) => {
            Rule::Classes(symbol_of(field)?, text(set)?, count(least)?)
        }
        ("count", [field, set, comparison, n]) => Rule::Count(
            symbol_of(field)?,
            text(set)?,
            Comparison::from_symbol(comparison.as_str()?)?,
            count(n)?,
        ),
        ("sex", [sex]) => {
            let sex = u8::try_from(sex.as_u64()?).ok()?;
            matches!(sex, 1 | 2).then_some(Rule::Sex(sex))?
        }
        ("dept", [department]) => Rule::Department(text(department)?),
        ("leaving", ways) if !ways.is_empty() => {
            Rule::Disposition(ways.iter().map(text).collect::<Option<_>>()?)
        }
        ("dx_prefix", [prefix]) => Rule::DiagnosisPrefix(text(prefix)?),
        (name, [set]) => Rule::In(Field::from_symbol(name)?, text(set)?),
        (name, [comparison, value]) => Rule::Compare(
            Number::from_symbol(name)?,
            Comparison::from_symbol(comparison.as_str()?)?,
            value.as_i64()?,
        ),
        _ => return None,
    })
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// Classes are texts; a number is taken as its digits.
fn class_name(value: &Value) -> Option<String> {
    text(value).or_else(|| value.as_u64().map(|number| number.to_string()))
}

fn count(value: &Value) -> Option<u32> {
    u32::try_from(value.as_u64()?).ok()
}

fn symbol_of(value: &Value) -> Option<Field> {
    Field::from_symbol(value.as_str()?)
}

/// The smallest part of a value that is not a rule, to be named in the message.
fn innermost_fault(value: &Value) -> &Value {
    let parts = value.as_array().map(Vec::as_slice).unwrap_or_default();
    if let [Value::String(name), rules @ ..] = parts
        && matches!(name.as_str(), "and" | "or" | "not")
        && let Some(fault) = rules.iter().find(|rule| read(rule).is_none())
    {
        return innermost_fault(fault);
    }
    value
}

impl Field {
    /// The name in the JSON form.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::PrincipalDiagnosis => "dx0",
            Self::AnyDiagnosis => "dx",
            Self::SecondaryDiagnosis => "dx2",
            Self::PrincipalProcedure => "px0",
            Self::AnyProcedure => "px",
            Self::SecondaryProcedure => "px2",
        }
    }

    /// The field with this name in the JSON form.
    pub fn from_symbol(symbol: &str) -> Option<Self> {
        Some(match symbol {
            "dx0" => Self::PrincipalDiagnosis,
            "dx" => Self::AnyDiagnosis,
            "dx2" => Self::SecondaryDiagnosis,
            "px0" => Self::PrincipalProcedure,
            "px" => Self::AnyProcedure,
            "px2" => Self::SecondaryProcedure,
            _ => return None,
        })
    }

    /// Whether the field holds diagnoses; otherwise it holds procedures.
    pub fn is_diagnosis(self) -> bool {
        matches!(
            self,
            Self::PrincipalDiagnosis | Self::AnyDiagnosis | Self::SecondaryDiagnosis
        )
    }
}

impl Number {
    /// The name in the JSON form.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Age => "age",
            Self::AgeDays => "age_days",
            Self::Weight => "weight",
            Self::LengthOfStay => "los",
            Self::IcuHours => "icu_hours",
            Self::VentilatorHours => "ventilator_hours",
        }
    }

    /// The number with this name in the JSON form.
    pub fn from_symbol(symbol: &str) -> Option<Self> {
        Some(match symbol {
            "age" => Self::Age,
            "age_days" => Self::AgeDays,
            "weight" => Self::Weight,
            "los" => Self::LengthOfStay,
            "icu_hours" => Self::IcuHours,
            "ventilator_hours" => Self::VentilatorHours,
            _ => return None,
        })
    }
}

impl Comparison {
    /// The operator sign in the JSON form.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Equal => "==",
            Self::NotEqual => "!=",
        }
    }

    /// The comparison with this sign in the JSON form.
    pub fn from_symbol(symbol: &str) -> Option<Self> {
        Some(match symbol {
            "<" => Self::Less,
            "<=" => Self::LessOrEqual,
            ">" => Self::Greater,
            ">=" => Self::GreaterOrEqual,
            "==" => Self::Equal,
            "!=" => Self::NotEqual,
            _ => return None,
        })
    }

    /// Whether `left op right` holds.
    pub fn holds<T: Ord>(self, left: T, right: T) -> bool {
        match self {
            Self::Less => left < right,
            Self::LessOrEqual => left <= right,
            Self::Greater => left > right,
            Self::GreaterOrEqual => left >= right,
            Self::Equal => left == right,
            Self::NotEqual => left != right,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn round_trip(text: &str) {
        let rule = Rule::from_json(text).expect("a rule");
        assert_eq!(rule.to_json(), text);
    }

    #[track_caller]
    fn fault(text: &str, expected: &str) {
        assert_eq!(
            Rule::from_json(text),
            Err(RuleJsonError::NotARule(expected.into()))
        );
    }

    #[test]
    fn every_form_survives_a_round_trip() {
        round_trip("true");
        round_trip("false");
        round_trip(r#"["and",["dx0","BB2/dx"],["or",["px","@valid"],["px2","=96.7201"]]]"#);
        round_trip(r#"["not",["px0","@valid"]]"#);
        round_trip(r#"["dx2","A"]"#);
        round_trip(r#"["pxc","JA1/pxc","1"]"#);
        round_trip(r#"["in_class","dx","S","chest"]"#);
        round_trip(r#"["sites","MDCZ/sites",2]"#);
        round_trip(r#"["classes","px","S",3]"#);
        round_trip(r#"["count","px","OP_IC2",">=",2]"#);
        round_trip(r#"["mcc"]"#);
        round_trip(r#"["cc"]"#);
        round_trip(r#"["sex",1]"#);
        round_trip(r#"["weight","!=",0]"#);
        round_trip(r#"["ventilator_hours",">=",96]"#);
        round_trip(r#"["dept","ICU"]"#);
        round_trip(r#"["leaving","2","5"]"#);
        round_trip(r#"["dx_prefix","Z37."]"#);
    }

    #[test]
    fn the_smallest_wrong_part_is_named() {
        fault(
            r#"["and",["dx0","A"],["or",["dx9","B"]]]"#,
            r#"["dx9","B"]"#,
        );
        fault(r#"["sex",3]"#, r#"["sex",3]"#);
        fault(r#"["age","=",3]"#, r#"["age","=",3]"#);
        fault(r#"["leaving"]"#, r#"["leaving"]"#);
        fault("null", "null");
        assert!(matches!(
            Rule::from_json("[\"dx0\""),
            Err(RuleJsonError::NotJson { .. })
        ));
    }
}
