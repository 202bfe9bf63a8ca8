//! What may be stored: keys are short and clean, free texts lose only what no database can hold.

use biaochi_domain::{Language, Localized};

use crate::error::{Result, StoreError};

/// Something that a caller names and that is part of a key, or must be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// The organisation code.
    Organisation,
    /// The key of a record.
    Record,
    /// The id of a check.
    Check,
    /// Who acts.
    Actor,
    /// Who shall do it.
    Assignee,
    /// Why.
    Reason,
    /// The code system of a choice.
    CodeSystem,
    /// The clinical code.
    SourceCode,
    /// The written name.
    SourceName,
    /// The insurance code.
    TargetCode,
    /// The id of an assessment run.
    Run,
    /// The id of an assessment scheme.
    Scheme,
    /// The period.
    Period,
    /// A phase or item of an assessment.
    Item,
    /// What is entered.
    Value,
    /// The id of a plan.
    Plan,
    /// The id of a task.
    Task,
    /// A department.
    Department,
    /// A title, or the name of a file.
    Title,
    /// The id of a data set.
    DataSet,
    /// The name of an account.
    Account,
    /// The id of a role.
    Role,
    /// The unit for which a role is held.
    Unit,
    /// What an identity provider calls somebody.
    ProviderPerson,
}

/// What is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It is empty.
    Empty,
    /// It has more characters than this.
    TooLong(usize),
    /// It has control characters.
    ControlCharacter,
    /// It has characters that are not seen, or turn the direction of what follows: two names could look the same.
    Unseen,
}

/// Whether a character is not seen: marks of direction, joiners, fillers.
fn is_unseen(letter: char) -> bool {
    matches!(letter,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Characters of a key. Four bytes each, all keys of a row still fit into an index page.
const KEY_CHARACTERS: usize = 64;
const NAME_CHARACTERS: usize = 400;

impl Named {
    /// The value without blanks around it, if it may be stored.
    pub(crate) fn check(self, value: &str) -> Result<String> {
        let value = value.trim();
        let fault = |fault| Err(StoreError::Invalid { named: self, fault });
        let limit = match self {
            Self::SourceName | Self::Title | Self::Unit | Self::ProviderPerson => NAME_CHARACTERS,
            Self::Reason => usize::MAX,
            _ => KEY_CHARACTERS,
        };
        if value.is_empty() {
            fault(Fault::Empty)
        } else if value.chars().nth(limit).is_some() {
            fault(Fault::TooLong(limit))
        } else if self != Self::Reason && value.chars().any(char::is_control) {
            fault(Fault::ControlCharacter)
        } else if self.names_somebody() && value.chars().any(is_unseen) {
            fault(Fault::Unseen)
        } else {
            Ok(free_text(value))
        }
    }

    /// Whether people recognise somebody or something by it; the rest is taken as files deliver it.
    fn names_somebody(self) -> bool {
        matches!(
            self,
            Self::Actor
                | Self::Assignee
                | Self::Account
                | Self::Title
                | Self::Role
                | Self::Unit
                | Self::ProviderPerson
        )
    }

    /// The same, where nothing may be given.
    pub(crate) fn check_optional(self, value: &str) -> Result<String> {
        if value.trim().is_empty() {
            Ok(String::new())
        } else {
            self.check(value)
        }
    }
}

impl Localized for Named {
    fn text(&self, language: Language) -> String {
        let (zh, en) = match self {
            Self::Organisation => ("机构代码", "the organisation code"),
            Self::Record => ("病案标识", "the record key"),
            Self::Check => ("检查编号", "the check's id"),
            Self::Actor => ("操作人", "the actor"),
            Self::Assignee => ("负责人", "the assignee"),
            Self::Reason => ("理由", "the reason"),
            Self::CodeSystem => ("编码体系", "the code system"),
            Self::SourceCode => ("临床编码", "the clinical code"),
            Self::SourceName => ("临床名称", "the clinical name"),
            Self::TargetCode => ("医保编码", "the insurance code"),
            Self::Run => ("考核标识", "the id of the assessment"),
            Self::Scheme => ("考核方案", "the scheme"),
            Self::Period => ("时期", "the period"),
            Self::Item => ("考核项目", "the item"),
            Self::Value => ("录入的值", "the value"),
            Self::Plan => ("方案标识", "the plan's id"),
            Self::Task => ("任务编号", "the task's id"),
            Self::Department => ("责任科室", "the department"),
            Self::Title => ("名称", "the title"),
            Self::DataSet => ("数据集", "the data set"),
            Self::Account => ("用户名", "the user name"),
            Self::Role => ("角色", "the role"),
            Self::Unit => ("范围", "the unit"),
            Self::ProviderPerson => ("统一身份账号", "the name at the identity provider"),
        };
        match language {
            Language::Zh => zh.to_owned(),
            Language::En => en.to_owned(),
        }
    }
}

/// A text that PostgreSQL and SQLite both hold: the character U+0000, which PostgreSQL refuses, is
/// replaced by the replacement character.
pub(crate) fn free_text(text: &str) -> String {
    text.replace('\0', "\u{FFFD}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(named: Named, value: &str, expected: Result<&str, Fault>) {
        let found = match named.check(value) {
            Ok(value) => Ok(value),
            Err(StoreError::Invalid { fault, .. }) => Err(fault),
            Err(other) => panic!("{other}"),
        };
        assert_eq!(found.as_deref(), expected.as_ref().map(|text| *text));
    }

    #[test]
    fn keys_are_short_and_clean() {
        check(Named::Check, " CP002 ", Ok("CP002"));
        check(Named::Check, " \t", Err(Fault::Empty));
        check(Named::Record, &"a".repeat(65), Err(Fault::TooLong(64)));
        check(Named::Record, &"病".repeat(64), Ok(&"病".repeat(64)));
        check(Named::SourceName, "急\0性", Err(Fault::ControlCharacter));
        check(Named::Actor, "adm\u{200B}in", Err(Fault::Unseen));
        check(Named::Title, "\u{202E}fdp.张三", Err(Fault::Unseen));
        check(Named::SourceName, "急性\u{FEFF}", Ok("急性\u{FEFF}"));
        check(Named::Reason, "一行\n两\0行", Ok("一行\n两\u{FFFD}行"));
    }
}
