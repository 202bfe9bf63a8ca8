//! Lists of codes, written short: `A01.{000,1{00,01x001}}` stands for `A01.000`, `A01.100` and
//! `A01.101x001`.

use biaochi_grouper::definition::Code;

use super::lines::Line;
use crate::problem::{Problem, Problems};

/// Longest code that the braces may build; nothing in any edition comes near it.
const LONGEST_CODE: usize = 64;

/// Reads the codes of a piece of a line and hands each to `take` with its column.
pub(crate) fn read_codes<'a>(
    line: &Line<'a>,
    list: &'a str,
    problems: &mut Problems<'_>,
    mut take: impl FnMut(Code, u32),
) {
    let mut prefix = String::with_capacity(LONGEST_CODE);
    for token in list.split(' ').filter(|token| !token.is_empty()) {
        let column = line.column(token);
        prefix.clear();
        let mut rest = token;
        let mut complete = true;
        expand(&mut rest, &mut prefix, 0, &mut |code| {
            if code.is_empty() || code.len() > LONGEST_CODE {
                complete = false;
            } else {
                take(Code::new(code), column);
            }
        })
        .unwrap_or_else(|()| complete = false);
        if !complete || !rest.is_empty() {
            problems.add(
                line.number,
                column,
                Problem::BadCodeList {
                    token: token.to_owned(),
                },
            );
        }
    }
}

/// Expands one alternative (`text` or `text{alternatives}`) and leaves what follows it in `rest`.
fn expand(
    rest: &mut &str,
    prefix: &mut String,
    depth: usize,
    take: &mut impl FnMut(&str),
) -> Result<(), ()> {
    if depth > 8 {
        return Err(());
    }
    let kept = prefix.len();
    let end = if depth == 0 {
        rest.find(['{', '}'])
    } else {
        rest.find(['{', '}', ','])
    }
    .unwrap_or(rest.len());
    let (text, after) = rest.split_at(end);
    prefix.push_str(text);
    *rest = after;
    if let Some(inner) = after.strip_prefix('{') {
        *rest = inner;
        loop {
            expand(rest, prefix, depth + 1, take)?;
            if let Some(next) = rest.strip_prefix(',') {
                *rest = next;
            } else if let Some(next) = rest.strip_prefix('}') {
                *rest = next;
                break;
            } else {
                return Err(());
            }
        }
        // Nothing may follow the braces but the end of this alternative.
        if !(rest.is_empty() || depth > 0 && rest.starts_with([',', '}'])) {
            return Err(());
        }
    } else {
        take(prefix);
    }
    prefix.truncate(kept);
    Ok(())
}

/// Where lines are broken, in characters. A single code group may be longer.
const WIDTH: usize = 110;

/// Writes codes, which must be sorted, as lines: each category's codes together, lines no longer
/// than about a hundred characters.
pub(crate) fn write_codes<'a>(codes: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let codes: Vec<&str> = codes.into_iter().collect();
    let mut tokens = Vec::new();
    let mut start = 0;
    while start < codes.len() {
        let head = category_of(codes[start]);
        let mut end = start + 1;
        while end < codes.len() && category_of(codes[end]) == head {
            end += 1;
        }
        tokens_of(&codes[start..end], head.len(), &mut tokens);
        start = end;
    }
    let mut lines = Vec::new();
    let mut line = String::new();
    for token in tokens {
        if !line.is_empty() && line.len() + 1 + token.len() > WIDTH {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&token);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// The part of a code up to and including its point: `S00.`, `33.`; the whole code without one.
fn category_of(code: &str) -> &str {
    code.find('.')
        .map_or(code, |point| code.get(..=point).unwrap_or(code))
}

/// Codes with a common prefix of `shared` bytes, as one token, or several if it is long.
fn tokens_of(codes: &[&str], shared: usize, tokens: &mut Vec<String>) {
    let prefix = codes[0].get(..shared).unwrap_or_default();
    let mut text = prefix.to_owned();
    let rests: Vec<&str> = codes
        .iter()
        .map(|code| code.get(shared..).unwrap_or_default())
        .collect();
    if let [only] = rests.as_slice() {
        text.push_str(only);
        tokens.push(text);
        return;
    }
    let parts = alternatives(&rests);
    match parts.as_slice() {
        [only] => text.push_str(only),
        parts => {
            text.push('{');
            text.push_str(&parts.join(","));
            text.push('}');
        }
    }
    let splits = rests
        .iter()
        .all(|rest| rest.starts_with(|first: char| first.is_ascii()));
    if text.len() <= WIDTH || !splits || shared > prefix.find('.').map_or(0, |point| point + 4) {
        tokens.push(text);
        return;
    }
    // Too long for a line: one token for each next character.
    let mut start = 0;
    while start < rests.len() {
        let head = rests[start].as_bytes()[0];
        let count = rests[start..]
            .iter()
            .take_while(|rest| rest.as_bytes()[0] == head)
            .count();
        tokens_of(&codes[start..start + count], shared + 1, tokens);
        start += count;
    }
}

/// What stands between the braces: the rests of codes; extensions of one code (`000x001`,
/// `000x002`) in braces of their own. One level is what a person still reads.
fn alternatives(rests: &[&str]) -> Vec<String> {
    let mut parts = Vec::new();
    let mut start = 0;
    while start < rests.len() {
        let first = rests[start];
        let head = first.find('x').and_then(|x| first.get(..=x));
        let count = head.map_or(1, |head| {
            rests[start..]
                .iter()
                .take_while(|rest| rest.starts_with(head))
                .count()
        });
        let group = &rests[start..start + count];
        let common = common_prefix(first, group[count - 1]);
        if common * (count - 1) > 3 {
            let inner: Vec<&str> = group
                .iter()
                .map(|rest| rest.get(common..).unwrap_or_default())
                .collect();
            let head = first.get(..common).unwrap_or_default();
            parts.push(format!("{head}{{{}}}", inner.join(",")));
        } else {
            parts.extend(group.iter().map(|rest| (*rest).to_owned()));
        }
        start += count;
    }
    parts
}

/// Bytes that two texts share; of sorted texts, what the first and the last share all share.
fn common_prefix(first: &str, last: &str) -> usize {
    first
        .chars()
        .zip(last.chars())
        .take_while(|(left, right)| left == right)
        .map(|(left, _)| left.len_utf8())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::ProblemList;

    fn read(list: &str) -> (Vec<String>, usize) {
        let mut found = ProblemList::default();
        let mut codes = Vec::new();
        let line = Line {
            number: 1,
            indent: 0,
            text: list,
        };
        read_codes(&line, list, &mut found.file("t"), |code, _| {
            codes.push(code.to_string())
        });
        (codes, found.into_vec().len())
    }

    #[track_caller]
    fn check(list: &str, expected: &[&str]) {
        assert_eq!(
            read(list),
            (expected.iter().map(|code| (*code).to_owned()).collect(), 0),
            "{list}"
        );
    }

    #[test]
    fn expands_braces() {
        check("A01.000", &["A01.000"]);
        check(
            "A01.{000,1{00,01x001}} B02.100",
            &["A01.000", "A01.100", "A01.101x001", "B02.100"],
        );
        check("A54.{202+N51.0*,203}", &["A54.202+N51.0*", "A54.203"]);
        check("A01{,.0}", &["A01", "A01.0"]);
        check("", &[]);
    }

    #[test]
    fn says_what_is_not_a_list() {
        for list in [
            "A01.{000",
            "A01.000}",
            "A01.{0,1}x",
            "A{{{{{{{{{{1}}}}}}}}}}",
            "{}",
        ] {
            assert_eq!(read(list).1, 1, "{list}");
        }
    }

    #[test]
    fn writes_short_and_reads_back() {
        let codes = [
            "A01",
            "A01.000",
            "A01.000x001",
            "A01.000x002",
            "A01.100",
            "B02.000+G01*",
            "S00.1",
        ];
        let lines = write_codes(codes);
        assert_eq!(lines, ["A01 A01.{000,000x00{1,2},100} B02.000+G01* S00.1"]);
        assert_eq!(read(&lines[0]), (codes.map(str::to_owned).to_vec(), 0));
    }

    proptest::proptest! {
        #[test]
        fn any_codes_survive(codes in proptest::collection::btree_set("[A-C][0-2]{0,2}[.]?[0-2x]{0,8}", 1..200)) {
            let lines = write_codes(codes.iter().map(String::as_str));
            let (found, problems) = read(&lines.join(" "));
            proptest::prop_assert_eq!(problems, 0);
            let found: std::collections::BTreeSet<String> = found.into_iter().collect();
            proptest::prop_assert_eq!(found, codes);
        }
    }
}
