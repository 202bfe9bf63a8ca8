//! What stands in a cell: texts, counts, days and the words of the field.

use biaochi_domain::{Language, Localized};
use jiff::civil::Date;

/// What a column holds, for templates, stores and messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A code or id: short, part of keys.
    Code,
    /// A name or other text.
    Text,
    /// Words with a separator between them.
    List,
    /// A whole number from 0.
    Count,
    /// A calendar year.
    Year,
    /// A day.
    Day,
    /// One of these words.
    Word(&'static [&'static str]),
}

/// Why a text is no value of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields say what they hold")]
pub enum ValueFault {
    /// Nothing stands there, and something must.
    Missing,
    /// It has more characters than this.
    TooLong { limit: usize },
    /// It has a line break, a tab or another character that cannot be seen.
    ControlCharacter,
    /// It is none of the words of the column.
    Word { words: &'static [&'static str] },
    /// It is no day such as 2024-03-01.
    Day,
    /// It is no whole number from 0 on.
    Count,
    /// It is no calendar year.
    Year,
}

impl Localized for ValueFault {
    fn text(&self, language: Language) -> String {
        match (self, language) {
            (Self::Missing, Language::Zh) => "没有填写".to_owned(),
            (Self::Missing, Language::En) => "nothing is filled in".to_owned(),
            (Self::TooLong { limit }, Language::Zh) => format!("超过 {limit} 个字"),
            (Self::TooLong { limit }, Language::En) => {
                format!("it has more than {limit} characters")
            }
            (Self::ControlCharacter, Language::Zh) => "含有换行、制表等控制字符".to_owned(),
            (Self::ControlCharacter, Language::En) => "it has control characters".to_owned(),
            (Self::Word { words }, Language::Zh) => {
                format!("不在可用的词中（可用：{}）", words.join("、"))
            }
            (Self::Word { words }, Language::En) => {
                format!("it is none of {}", words.join(", "))
            }
            (Self::Day, Language::Zh) => "不是日期，应写作 2024-03-01".to_owned(),
            (Self::Day, Language::En) => "it is no day such as 2024-03-01".to_owned(),
            (Self::Count, Language::Zh) => "不是 0 以上的整数".to_owned(),
            (Self::Count, Language::En) => "it is no whole number from 0 on".to_owned(),
            (Self::Year, Language::Zh) => "不是年份，应写作 2024".to_owned(),
            (Self::Year, Language::En) => "it is no year such as 2024".to_owned(),
        }
    }
}

/// A type that a cell can hold.
pub(crate) trait Value: Sized {
    const KIND: Kind;
    const REQUIRED: bool = true;

    /// From a text without blanks around it, which is not empty unless the value may be missing.
    fn read(text: &str) -> Result<Self, ValueFault>;

    fn write(&self) -> String;
}

/// Longest codes and other texts; the store's keys hold as much.
const CODE_CHARACTERS: usize = 64;
const TEXT_CHARACTERS: usize = 400;

fn clean(text: &str, limit: usize) -> Result<String, ValueFault> {
    if text.chars().any(char::is_control) {
        Err(ValueFault::ControlCharacter)
    } else if text.chars().nth(limit).is_some() {
        Err(ValueFault::TooLong { limit })
    } else {
        Ok(text.to_owned())
    }
}

/// Names and other texts; empty when nothing is filled in.
impl Value for String {
    const KIND: Kind = Kind::Text;

    fn read(text: &str) -> Result<Self, ValueFault> {
        clean(text, TEXT_CHARACTERS)
    }

    fn write(&self) -> String {
        self.clone()
    }
}

/// A code or id as people write it; never empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(String);

impl Code {
    /// The code, if it is one: not empty, no blanks around it, at most 64 characters.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        (!text.is_empty())
            .then(|| <Self as Value>::read(text).ok())
            .flatten()
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::ops::Deref for Code {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl std::borrow::Borrow<str> for Code {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}

impl PartialEq<str> for Code {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for Code {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

impl Value for Code {
    const KIND: Kind = Kind::Code;

    fn read(text: &str) -> Result<Self, ValueFault> {
        clean(text, CODE_CHARACTERS).map(Self)
    }

    fn write(&self) -> String {
        self.0.clone()
    }
}

impl<T: Value> Value for Option<T> {
    const KIND: Kind = T::KIND;
    const REQUIRED: bool = false;

    fn read(text: &str) -> Result<Self, ValueFault> {
        if text.is_empty() {
            Ok(None)
        } else {
            T::read(text).map(Some)
        }
    }

    fn write(&self) -> String {
        self.as_ref().map(T::write).unwrap_or_default()
    }
}

/// Words of a cell, with 、 between them; `；`, `,` and `;` are read as well.
impl Value for Vec<String> {
    const KIND: Kind = Kind::List;
    const REQUIRED: bool = false;

    fn read(text: &str) -> Result<Self, ValueFault> {
        let text = clean(text, TEXT_CHARACTERS)?;
        let words = text.split(['、', '；', '，', ',', ';']).map(str::trim);
        Ok(words
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect())
    }

    fn write(&self) -> String {
        self.join("、")
    }
}

impl Value for u64 {
    const KIND: Kind = Kind::Count;

    fn read(text: &str) -> Result<Self, ValueFault> {
        // As many digits as every store and sum holds.
        let digits = text.bytes().all(|byte| byte.is_ascii_digit()) && text.len() <= 15;
        let number = digits.then(|| text.parse().ok()).flatten();
        number.ok_or(ValueFault::Count)
    }

    fn write(&self) -> String {
        self.to_string()
    }
}

impl Value for i16 {
    const KIND: Kind = Kind::Year;

    fn read(text: &str) -> Result<Self, ValueFault> {
        let text = text.strip_suffix('年').unwrap_or(text);
        let year = text
            .parse()
            .ok()
            .filter(|year| (1949..=2199).contains(year));
        year.ok_or(ValueFault::Year)
    }

    fn write(&self) -> String {
        self.to_string()
    }
}

impl Value for Date {
    const KIND: Kind = Kind::Day;

    /// `2024-03-01`, also `2024/3/1`, `2024.3.1`, `20240301`, `2024年3月1日`, and with midnight behind it.
    fn read(text: &str) -> Result<Self, ValueFault> {
        let text = text.strip_suffix("00:00:00").unwrap_or(text).trim_end();
        let parts: Vec<&str> = if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
            vec![&text[..4], &text[4..6], &text[6..]]
        } else {
            let text = text.strip_suffix('日').unwrap_or(text);
            text.split(['-', '/', '.', '年', '月']).collect()
        };
        let day = match *parts {
            [year, month, day] if year.len() == 4 => || -> Option<Self> {
                Self::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
            }(),
            _ => None,
        };
        day.ok_or(ValueFault::Day)
    }

    fn write(&self) -> String {
        self.to_string()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[track_caller]
    fn check<T: Value + PartialEq + std::fmt::Debug>(text: &str, expected: Result<T, ValueFault>) {
        let found = T::read(text);
        assert_eq!(found, expected, "{text:?}");
        if let Ok(value) = found {
            assert_eq!(T::read(&value.write()), Ok(value));
        }
    }

    #[test]
    fn days_are_read_as_people_write_them() {
        let day = date(2024, 3, 1);
        for text in [
            "2024-03-01",
            "2024/3/1",
            "2024.3.1",
            "20240301",
            "2024年3月1日",
            "2024-03-01 00:00:00",
        ] {
            check(text, Ok(day));
        }
        for text in ["", "2024-02-30", "24-3-1", "2024-3", "2024年3月", "45352"] {
            check::<Date>(text, Err(ValueFault::Day));
        }
    }

    #[test]
    fn numbers_are_whole_and_bounded() {
        check("0", Ok(0u64));
        check("123456789012345", Ok(123_456_789_012_345u64));
        for text in ["-1", "+1", "1.5", "1234567890123456", "１", "一"] {
            check::<u64>(text, Err(ValueFault::Count));
        }
        check("2024", Ok(2024i16));
        check("2024年", Ok(2024i16));
        check::<i16>("24", Err(ValueFault::Year));
        check::<i16>("202403", Err(ValueFault::Year));
    }

    #[test]
    fn texts_fit_the_store() {
        check("云泽县", Ok("云泽县".to_owned()));
        check::<String>("云泽\n县", Err(ValueFault::ControlCharacter));
        let long = "县".repeat(401);
        check::<String>(&long, Err(ValueFault::TooLong { limit: 400 }));
        check::<Option<Code>>(&long[..195], Err(ValueFault::TooLong { limit: 64 }));
        check::<Option<Code>>("", Ok(None));
        check(
            "中心卫生院； 试点",
            Ok(vec!["中心卫生院".to_owned(), "试点".to_owned()]),
        );
        assert_eq!(Code::new(" a ").as_deref(), Some("a"));
        assert_eq!(Code::new(" "), None);
    }
}
