//! The codes a coded field may hold.

use biaochi_domain::{Language, Localized};

use crate::concept::language_text;

/// A value set, such as 离院方式: its members and whether other values are allowed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ValueSet {
    /// Unique id, such as `RC019` or `RC028@tcm2019`.
    pub id: String,
    /// The number in the standard; several sets can have the same one in different layouts.
    pub number: String,
    /// Chinese title.
    pub title: String,
    /// English title.
    pub title_en: String,
    /// The standard the codes come from, empty when they are the front page's own.
    pub standard: String,
    /// Layouts in which the number means this set; empty: in all of them.
    pub layouts: Vec<String>,
    /// Members in the order of the source.
    pub members: Vec<Member>,
    /// What else the field may hold.
    pub other_values: OtherValues,
}

/// One value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Member {
    /// The code, or a range such as `A00-B99`.
    pub code: String,
    /// Chinese meaning.
    pub name: String,
    /// English meaning.
    pub name_en: String,
    /// How sure the row is.
    pub certainty: Certainty,
}

/// How sure a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Certainty {
    /// Confirmed in an implementation of the national upload format.
    Implementation,
    /// Confirmed in another source.
    Confirmed,
    /// Confirmed in part, the rest is general knowledge.
    PartlyGeneral,
    /// General knowledge, to be verified against the official manual.
    #[default]
    General,
}

/// Values beside the members.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum OtherValues {
    /// None.
    #[default]
    No,
    /// Any number of three digits (ISO 3166-1).
    ThreeDigits,
    /// Any text: the list stands elsewhere.
    Any,
}

impl ValueSet {
    /// Whether the code may stand in the field.
    pub fn contains(&self, code: &str) -> bool {
        self.member(code).is_some()
            || match self.other_values {
                OtherValues::No => false,
                OtherValues::ThreeDigits => {
                    code.len() == 3 && code.bytes().all(|b| b.is_ascii_digit())
                }
                OtherValues::Any => !code.is_empty(),
            }
    }

    /// The Chinese meaning of a code, `None` when the set does not list it.
    pub fn name_of(&self, code: &str) -> Option<&str> {
        self.member(code).map(|member| member.name.as_str())
    }

    /// The member that a code is or, in a set of ranges, falls into.
    pub fn member(&self, code: &str) -> Option<&Member> {
        self.members
            .iter()
            .find(|member| member.code == code)
            .or_else(|| {
                self.members
                    .iter()
                    .find(|member| in_range(&member.code, code))
            })
    }

    /// The codes with a meaning, found by its Chinese text.
    pub fn code_of(&self, name: &str) -> Option<&str> {
        self.members
            .iter()
            .find(|member| member.name == name)
            .map(|member| member.code.as_str())
    }

    /// Whether the number means this set in a layout.
    pub fn applies_to(&self, layout: &str) -> bool {
        self.layouts.is_empty() || self.layouts.iter().any(|known| known == layout)
    }
}

/// Whether `code` begins like the bounds of `A00-B99` and lies between them.
///
/// The beginning must have the same shape (digit for digit, letter for letter), so that `M81.000`
/// is no tumour morphology `M8000/0-M9999/9`.
fn in_range(range: &str, code: &str) -> bool {
    let Some((low, high)) = range.split_once('-') else {
        return false;
    };
    let Some(start) = code.get(..low.len()) else {
        return false;
    };
    low.len() == high.len()
        && start
            .bytes()
            .zip(low.bytes())
            .all(|(a, b)| shape(a) == shape(b))
        && (low..=high).contains(&start)
}

/// Digits are alike, upper-case letters are alike, everything else is only like itself.
fn shape(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => b'0',
        b'A'..=b'Z' => b'A',
        other => other,
    }
}

impl Localized for Certainty {
    fn text(&self, language: Language) -> String {
        let (zh, en) = match self {
            Self::Implementation => (
                "已由全国上报格式的实现证实",
                "confirmed in an implementation of the national upload format",
            ),
            Self::Confirmed => ("已由其他来源证实", "confirmed in another source"),
            Self::PartlyGeneral => (
                "部分为一般知识，请核对官方手册",
                "partly general knowledge; verify",
            ),
            Self::General => (
                "一般知识，请核对官方手册",
                "general knowledge; verify against the official manual",
            ),
        };
        language_text(language, zh, en)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(codes: &[(&str, &str)], other_values: OtherValues) -> ValueSet {
        let members = codes.iter().map(|(code, name)| Member {
            code: (*code).into(),
            name: (*name).into(),
            ..Member::default()
        });
        ValueSet {
            members: members.collect(),
            other_values,
            ..ValueSet::default()
        }
    }

    #[test]
    fn closed_set() {
        let set = set(&[("1", "男"), ("2", "女")], OtherValues::No);
        assert!(set.contains("1") && !set.contains("01") && !set.contains(""));
        assert_eq!(set.name_of("2"), Some("女"));
        assert_eq!(set.code_of("男"), Some("1"));
        assert_eq!(set.name_of("3"), None);
    }

    #[test]
    fn open_set() {
        let set = set(&[("156", "中国")], OtherValues::ThreeDigits);
        assert!(set.contains("840") && !set.contains("84") && !set.contains("CHN"));
        assert_eq!(set.name_of("840"), None);
    }

    #[test]
    fn ranges() {
        let set = set(
            &[("A00-B99", "传染病"), ("M8000/0-M9999/9", "形态学")],
            OtherValues::No,
        );
        for (code, expected) in [
            ("A15.000x001", Some("传染病")),
            ("B99", Some("传染病")),
            ("C00.0", None),
            ("M8140/3", Some("形态学")),
            ("M81.000", None),
            ("A0", None),
            ("癌症癌症", None),
        ] {
            assert_eq!(set.name_of(code), expected, "{code}");
        }
    }
}
