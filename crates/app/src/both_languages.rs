//! Messages that pass through a library which hands on one text and knows no language, such as a reader of files.

use std::fmt;

use biaochi_domain::{Language, Localized};

/// Between the languages of a message; nobody types it.
const BETWEEN: char = '\u{1f}';

/// A message in both languages, Chinese first, to be taken apart by [`in_language`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InBothLanguages(String);

impl InBothLanguages {
    /// The message of an error.
    pub(crate) fn of(error: &impl Localized) -> Self {
        let (zh, en) = (error.text(Language::Zh), error.text(Language::En));
        Self(format!("{zh}{BETWEEN}{en}"))
    }
}

impl fmt::Display for InBothLanguages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The message in one language; what a library said by itself it says in its own.
pub(crate) fn in_language(message: &str, language: Language) -> &str {
    match (message.split_once(BETWEEN), language) {
        (Some((zh, _)), Language::Zh) => zh,
        (Some((_, en)), Language::En) => en,
        (None, _) => message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Wrong;

    impl Localized for Wrong {
        fn text(&self, language: Language) -> String {
            match language {
                Language::Zh => "不对".to_owned(),
                Language::En => "wrong".to_owned(),
            }
        }
    }

    #[test]
    fn a_message_comes_out_in_the_language_of_the_reader() {
        let both = InBothLanguages::of(&Wrong).to_string();
        assert_eq!(in_language(&both, Language::Zh), "不对");
        assert_eq!(in_language(&both, Language::En), "wrong");
        assert_eq!(in_language("unknown field", Language::Zh), "unknown field");
    }
}
