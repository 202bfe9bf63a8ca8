//! Words in which two names that look alike exclude each other.
//!
//! 左侧腹股沟疝 and 右侧腹股沟疝 share nearly everything and must not be taken for each other.

/// Words that exclude each other.
const PAIRS: [(&str, &str); 31] = [
    ("左", "右"),
    ("上", "下"),
    ("内", "外"),
    ("前", "后"),
    ("高", "低"),
    ("近", "远"),
    ("深", "浅"),
    ("大", "小"),
    ("早", "晚"),
    ("单", "双"),
    ("男", "女"),
    ("急性", "慢性"),
    ("急性", "亚急"),
    ("慢性", "亚急"),
    ("良性", "恶性"),
    ("癌", "炎"),
    ("瘤", "炎"),
    ("原发", "继发"),
    ("原位", "转移"),
    ("先天", "后天"),
    ("开放", "闭合"),
    ("阳性", "阴性"),
    ("动脉", "静脉"),
    ("部分", "全部"),
    ("置入", "取出"),
    ("植入", "取出"),
    ("切除", "修补"),
    ("切除", "切开"),
    ("经皮", "开放"),
    ("初治", "复治"),
    ("甲状腺", "甲状旁腺"),
];

/// Words that make another condition of the same illness wherever only one name has them.
const ASIDE: [&str; 4] = ["史", "后遗症", "妊娠", "新生儿"];

/// Words that deny what follows them.
const DENIALS: [char; 4] = ['不', '非', '未', '无'];

/// Words that deny nothing: they say that no more is known.
const UNSPECIFIED: [&str; 5] = ["未特指", "未分类", "未明", "未定", "不可归类"];

/// The words in which two folded names exclude each other: the first of one, then of the other.
pub(crate) fn opposed(one: &str, other: &str) -> Option<(Box<str>, Box<str>)> {
    // 亚急性 is a degree of its own, not a kind of 急性.
    let (one, other) = (
        &one.replace("亚急性", "亚急"),
        &other.replace("亚急性", "亚急"),
    );
    let only = |name: &str, has: &str, lacks: &str| name.contains(has) && !name.contains(lacks);
    for (a, b) in PAIRS {
        if only(one, a, b) && only(other, b, a) {
            return Some((a.into(), b.into()));
        }
        if only(one, b, a) && only(other, a, b) {
            return Some((b.into(), a.into()));
        }
    }
    aside(one, other)
        .or_else(|| denial(one, other))
        .or_else(|| numbers(one, other))
}

fn aside(one: &str, other: &str) -> Option<(Box<str>, Box<str>)> {
    let only_one = |word: &&&str| one.contains(**word) != other.contains(**word);
    let word = ASIDE.iter().find(only_one)?;
    let said = |name: &str| if name.contains(word) { *word } else { "—" };
    Some((said(one).into(), said(other).into()))
}

fn denial(one: &str, other: &str) -> Option<(Box<str>, Box<str>)> {
    let denied = |name: &str| {
        let name = UNSPECIFIED
            .iter()
            .fold(name.to_owned(), |name, word| name.replace(word, ""));
        name.chars().find(|c| DENIALS.contains(c))
    };
    let said = |word: Option<char>| word.map_or_else(|| "—".into(), |c| c.to_string().into());
    let (a, b) = (denied(one), denied(other));
    (a.is_some() != b.is_some()).then(|| (said(a), said(b)))
}

/// Names that both have numbers (3级, Ⅱ型, 第5腰椎) must have the same ones.
fn numbers(one: &str, other: &str) -> Option<(Box<str>, Box<str>)> {
    let (a, b) = (numbers_of(one), numbers_of(other));
    if a.is_empty() || b.is_empty() || a == b {
        return None;
    }
    let shown = |numbers: &[String]| numbers.join("、").into();
    Some((shown(&a), shown(&b)))
}

/// The numbers of a name, Roman ones as Arabic, each once and sorted.
fn numbers_of(name: &str) -> Vec<String> {
    let mut found: Vec<String> = name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter_map(number)
        .collect();
    found.sort();
    found.dedup();
    found
}

/// The number that a run of Latin letters and digits is; folded Roman numerals are small letters.
fn number(run: &str) -> Option<String> {
    const ROMAN: [&str; 12] = [
        "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii",
    ];
    if !run.is_empty() && run.bytes().all(|b| b.is_ascii_digit()) {
        return Some(run.trim_start_matches('0').to_owned());
    }
    let at = ROMAN.iter().position(|numeral| *numeral == run)?;
    Some((at + 1).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::fold_name;

    #[track_caller]
    fn check(one: &str, other: &str, expected: Option<(&str, &str)>) {
        let (one, other) = (fold_name(one), fold_name(other));
        let own = |words: (&str, &str)| (words.0.into(), words.1.into());
        assert_eq!(opposed(&one, &other), expected.map(own), "{one} {other}");
        let swapped = expected.map(|(a, b)| (b, a));
        assert_eq!(opposed(&other, &one), swapped.map(own), "{other} {one}");
    }

    #[test]
    fn decisive_words_are_seen() {
        check("左侧腹股沟疝", "右侧腹股沟疝", Some(("左", "右")));
        check("双侧腹股沟疝，左侧嵌顿，右侧可复", "左侧腹股沟疝", None);
        check("急性阑尾炎", "慢性阑尾炎", Some(("急性", "慢性")));
        check("不稳定性心绞痛", "稳定性心绞痛", Some(("不", "—")));
        check("急性阑尾炎", "亚急性阑尾炎", Some(("急性", "亚急")));
        check("乳腺癌", "乳腺炎", Some(("癌", "炎")));
        check("乳腺恶性肿瘤", "乳腺恶性肿瘤史", Some(("—", "史")));
        check("2型糖尿病", "Ⅱ型糖尿病", None);
        check("1型糖尿病", "Ⅱ型糖尿病", Some(("1", "2")));
        check("高血压病3级", "高血压病", None);
        check("急性阑尾炎", "急性阑尾炎伴穿孔", None);
        check("急性阑尾炎", "急性阑尾炎，未特指", None);
        check("", "", None);
    }
}
