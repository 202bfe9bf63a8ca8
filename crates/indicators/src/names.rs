//! Names in SQL: which columns or terms, and which code lists, an expression speaks of.

/// Words outside of quotes: columns, terms, functions and keywords alike.
pub(crate) fn words(sql: &str) -> impl Iterator<Item = &str> {
    // Every second piece stands in quotes.
    let plain = sql.split('\'').step_by(2);
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    plain
        .flat_map(move |text| text.split(move |c: char| !is_word(c)))
        .filter(|word| word.starts_with(|c: char| c.is_alphabetic() || c == '_'))
}

/// Code lists that an expression names: `@name` within quotes.
pub fn lists(sql: &str) -> impl Iterator<Item = &str> {
    let quoted = sql.split('\'').skip(1).step_by(2);
    quoted
        .flat_map(|text| text.split([',', '，']))
        .filter_map(|piece| piece.trim().strip_prefix('@'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(sql: &str, words_of: &[&str], lists_of: &[&str]) {
        assert_eq!(words(sql).collect::<Vec<_>>(), words_of, "{sql}");
        assert_eq!(lists(sql).collect::<Vec<_>>(), lists_of, "{sql}");
    }

    #[test]
    fn finds_words_and_lists() {
        check(
            "has_surgery and los > 3",
            &["has_surgery", "and", "los"],
            &[],
        );
        check(
            "any_code(procedures, '36.1, @grade-4, @other') or x = 'is_death'",
            &["any_code", "procedures", "or", "x"],
            &["grade-4", "other"],
        );
        check("", &[], &[]);
    }
}
