//! Cells as people write them.

use biaochi_domain::{Language, Localized};
use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::definition::{Field, Kind};
use crate::value::Value;

/// Longest text.
const TEXT_CHARACTERS: usize = 2000;
/// Larger numbers have no meaning in a hospital, and no place in the tables.
const LARGEST: i64 = 1_000_000_000_000_000;

/// Why a cell has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CellProblem {
    /// It is no number.
    NotANumber,
    /// A word or sign that may mean zero and may mean nothing.
    ZeroOrNothing,
    /// Commas that do not part thousands.
    Separators,
    /// Another unit than the field's.
    Unit {
        /// What is written.
        written: String,
        /// The field's unit.
        unit: String,
        /// The number in the field's unit, where it is certain.
        instead: Option<Decimal>,
    },
    /// A fraction where whole numbers are asked for.
    NotWhole,
    /// More places than are asked for.
    Places {
        /// How many may be given.
        places: u32,
    },
    /// A number that is too large.
    TooLarge,
    /// A spreadsheet shows more digits than it keeps.
    DigitsLost,
    /// Neither yes nor no.
    NotYesOrNo,
    /// None of the words.
    NotAChoice {
        /// The words.
        choices: Vec<String>,
    },
    /// No day.
    NotADay,
    /// Too long a text.
    TooLong,
    /// A formula that failed, such as `#REF!`.
    Formula,
}

/// Reads a cell. A blank one is `None`, which is not zero.
pub fn parse_cell(field: &Field, text: &str) -> Result<Option<Value>, CellProblem> {
    let raw = text.trim();
    let text = plain(raw);
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    if text.starts_with('#') && (text.ends_with(['!', '?']) || text == "#N/A") {
        return Err(CellProblem::Formula);
    }
    let value = match &field.kind {
        Kind::Integer | Kind::Decimal(_) => Value::Number(number(field, text)?),
        Kind::Boolean => Value::Boolean(yes_or_no(text).ok_or(CellProblem::NotYesOrNo)?),
        Kind::Choice(choices) => Value::Text(choice(choices, text)?),
        Kind::Date => Value::Date(day(text).ok_or(CellProblem::NotADay)?),
        Kind::Text if raw.chars().nth(TEXT_CHARACTERS).is_some() => {
            return Err(CellProblem::TooLong);
        }
        Kind::Text => Value::Text(raw.to_owned()),
    };
    Ok(Some(value))
}

/// The text with characters of full width as those of half width, where they say the same.
fn plain(text: &str) -> String {
    let text = text.strip_prefix('\'').unwrap_or(text);
    text.chars()
        .map(|character| match character {
            '\u{3000}' | '\u{a0}' => ' ',
            '\u{2212}' | '－' => '-',
            '，' => ',',
            '。' => '.',
            '（' => '(',
            '）' => ')',
            '\u{ff01}'..='\u{ff5e}' => {
                char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character)
            }
            other => other,
        })
        .collect()
}

fn number(field: &Field, text: &str) -> Result<Decimal, CellProblem> {
    const UNCERTAIN: [&str; 12] = [
        "-",
        "--",
        "—",
        "——",
        "/",
        "\\",
        "无",
        "没有",
        "不适用",
        "N/A",
        "n/a",
        "NA",
    ];
    if UNCERTAIN.contains(&text) {
        return Err(CellProblem::ZeroOrNothing);
    }
    let (text, negative) = match text
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'))
    {
        Some(inner) => (inner, true),
        None => (text, false),
    };
    let text = text
        .strip_prefix(['¥', '￥'])
        .filter(|_| field.unit.contains('元'))
        .unwrap_or(text)
        .trim();
    let end = text
        .find(|character: char| !(character.is_ascii_digit() || "+-., Ee".contains(character)))
        .unwrap_or(text.len());
    let (digits, suffix) = (text[..end].trim(), text[end..].trim());
    if digits.contains(['E', 'e']) {
        return Err(match digits.parse::<f64>() {
            Ok(_) => CellProblem::DigitsLost,
            Err(_) => CellProblem::NotANumber,
        });
    }
    let number: Decimal = without_separators(digits)?
        .parse()
        .map_err(|_| CellProblem::NotANumber)?;
    let number = if negative { -number } else { number };
    if suffix != plain(&field.unit).trim() && !suffix.is_empty() {
        return Err(unit_problem(field, suffix, number));
    }
    if number.abs() > Decimal::from(LARGEST) {
        return Err(CellProblem::TooLarge);
    }
    let number = number.normalize();
    match &field.kind {
        Kind::Integer if !number.is_integer() => Err(CellProblem::NotWhole),
        Kind::Decimal(places) if number.scale() > *places => {
            Err(CellProblem::Places { places: *places })
        }
        _ => Ok(number),
    }
}

/// Digits without the commas and blanks between thousands.
fn without_separators(digits: &str) -> Result<String, CellProblem> {
    if !digits.contains([',', ' ']) {
        return Ok(digits.to_owned());
    }
    let (sign, rest) = match digits.strip_prefix(['-', '+']) {
        Some(rest) => (&digits[..1], rest),
        None => ("", digits),
    };
    let (whole, fraction) = match rest.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (rest, None),
    };
    let separator = if whole.contains(',') { ',' } else { ' ' };
    let mut groups = whole.split(separator);
    let first = groups.next().unwrap_or_default();
    let is_digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let fits = (1..=3).contains(&first.len())
        && is_digits(first)
        && groups.all(|group| group.len() == 3 && is_digits(group))
        && fraction.is_none_or(is_digits);
    if !fits {
        return Err(CellProblem::Separators);
    }
    let fraction = fraction.map(|fraction| format!(".{fraction}"));
    Ok(format!(
        "{sign}{}{}",
        whole.replace(separator, ""),
        fraction.unwrap_or_default()
    ))
}

/// What to say about a unit that is not the field's: the number in the field's unit, where one is a
/// multiple of the other.
fn unit_problem(field: &Field, suffix: &str, number: Decimal) -> CellProblem {
    let unit = plain(&field.unit);
    const VAGUE: [&str; 7] = ["左右", "上下", "多", "余", "以上", "以下", "来"];
    let is_unit = |text: &str| {
        text.chars()
            .all(|character| character.is_alphabetic() || "%‰/²³℃".contains(character))
    };
    if !is_unit(suffix) || VAGUE.iter().any(|word| suffix.contains(word)) {
        return CellProblem::NotANumber;
    }
    let (written, own) = (scaled_unit(suffix), scaled_unit(&unit));
    // 「12.5万」 without a unit means ten thousands of the field's own.
    let same = written.1 == own.1 || written.1.is_empty();
    let factor = written.0.checked_div(own.0).filter(|_| same);
    CellProblem::Unit {
        written: suffix.to_owned(),
        unit: field.unit.clone(),
        instead: factor
            .and_then(|factor| number.checked_mul(factor))
            .map(|number| number.normalize()),
    }
}

/// A unit as a multiple of a plain one: 万元 is 10,000 元.
fn scaled_unit(unit: &str) -> (Decimal, &str) {
    const SCALES: [(&str, i64); 7] = [
        ("亿", 100_000_000),
        ("千万", 10_000_000),
        ("百万", 1_000_000),
        ("十万", 100_000),
        ("万", 10_000),
        ("千", 1000),
        ("百", 100),
    ];
    for (word, scale) in SCALES {
        if let Some(rest) = unit.strip_prefix(word) {
            return (Decimal::from(scale), rest);
        }
    }
    (Decimal::ONE, unit)
}

fn yes_or_no(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "是" | "有" | "√" | "1" | "y" | "yes" | "true" => Some(true),
        "否" | "无" | "×" | "0" | "n" | "no" | "false" => Some(false),
        _ => None,
    }
}

fn choice(choices: &[String], text: &str) -> Result<String, CellProblem> {
    let same = |one: &&String| plain(one).trim().eq_ignore_ascii_case(text);
    let found = choices.iter().find(same).cloned();
    found.ok_or_else(|| CellProblem::NotAChoice {
        choices: choices.to_vec(),
    })
}

/// A day as 2024-01-31, 2024/1/31, 2024.1.31, 2024年1月31日 or 20240131; a time behind it is left out.
pub(crate) fn day(text: &str) -> Option<Date> {
    let text = text.split([' ', 'T']).next()?;
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Date::strptime("%Y%m%d", text).ok();
    }
    let text = text.strip_suffix('日').unwrap_or(text);
    let mut parts = text.split(['-', '/', '.', '年', '月']);
    let year = parts.next().filter(|year| year.len() == 4)?;
    let (month, day) = (parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

impl Localized for CellProblem {
    fn text(&self, language: Language) -> String {
        match language {
            Language::Zh => self.zh(),
            Language::En => self.en(),
        }
    }
}

impl CellProblem {
    fn zh(&self) -> String {
        match self {
            Self::NotANumber => "不是数字，请只填数字".to_owned(),
            Self::ZeroOrNothing => "含义不明：没有发生请填 0，不适用或不掌握请留空".to_owned(),
            Self::Separators => "逗号或空格的位置不是千分位，请去掉后重填".to_owned(),
            Self::Unit {
                written,
                unit,
                instead,
            } => {
                let unit = if unit.is_empty() {
                    "本栏没有单位，只填数字".to_owned()
                } else {
                    format!("本栏单位是“{unit}”，填的是“{written}”")
                };
                match instead {
                    Some(number) => format!("{unit}；如数值无误，请填 {number}"),
                    None => format!("{unit}；请换算后只填数字"),
                }
            }
            Self::NotWhole => "应为整数，请核对".to_owned(),
            Self::Places { places } => {
                format!("最多 {places} 位小数，请四舍五入后重填（系统不替您舍入）")
            }
            Self::TooLarge => "数值过大，请核对单位和位数".to_owned(),
            Self::DigitsLost => {
                "电子表格把数字显示成了科学计数，尾数可能已丢失，请按数字重填".to_owned()
            }
            Self::NotYesOrNo => "请填“是”或“否”".to_owned(),
            Self::NotAChoice { choices } => format!("请从中选一项：{}", choices.join("、")),
            Self::NotADay => "不是日期，请写作 2024-01-31".to_owned(),
            Self::TooLong => format!("超过 {TEXT_CHARACTERS} 个字，请缩短"),
            Self::Formula => "公式出错，请改正公式或直接填数".to_owned(),
        }
    }

    fn en(&self) -> String {
        match self {
            Self::NotANumber => "is not a number; give digits only".to_owned(),
            Self::ZeroOrNothing => "may mean zero or nothing: give 0, or leave it blank".to_owned(),
            Self::Separators => {
                "has commas or blanks that part no thousands; remove them".to_owned()
            }
            Self::Unit {
                written,
                unit,
                instead,
            } => match instead {
                Some(number) => {
                    format!("is in {written:?}, the field is in {unit:?}: give {number}")
                }
                None => format!("is in {written:?}, the field is in {unit:?}: convert it"),
            },
            Self::NotWhole => "is not a whole number".to_owned(),
            Self::Places { places } => {
                format!("has more than {places} decimals; round it yourself")
            }
            Self::TooLarge => "is too large; check unit and digits".to_owned(),
            Self::DigitsLost => "is in exponent form, digits may be lost; type it again".to_owned(),
            Self::NotYesOrNo => "is neither 是 nor 否".to_owned(),
            Self::NotAChoice { choices } => format!("is none of {}", choices.join(", ")),
            Self::NotADay => "is no day such as 2024-01-31".to_owned(),
            Self::TooLong => format!("has more than {TEXT_CHARACTERS} characters"),
            Self::Formula => "is a failed formula; mend it or type the value".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::OverTime;
    use crate::test_set::field;

    #[track_caller]
    fn check(kind: Kind, unit: &str, text: &str, expected: Result<&str, CellProblem>) {
        let mut asked = field("x", kind);
        unit.clone_into(&mut asked.unit);
        asked.over_time = Some(OverTime::Sum);
        let found = parse_cell(&asked, text);
        let found = found.map(|value| value.map_or(String::new(), |value| value.to_string()));
        assert_eq!(found, expected.map(str::to_owned), "{text}");
    }

    fn unit(written: &str, unit: &str, instead: Option<&str>) -> CellProblem {
        CellProblem::Unit {
            written: written.to_owned(),
            unit: unit.to_owned(),
            instead: instead.map(|number| number.parse().expect("a number")),
        }
    }

    #[test]
    fn numbers_as_people_write_them() {
        let money = |text, expected| check(Kind::Decimal(2), "元", text, expected);
        money("1234.5", Ok("1234.5"));
        money(" 1,234,567.80 ", Ok("1234567.8"));
        money("１，２３４．５６", Ok("1234.56"));
        money("￥1,000元", Ok("1000"));
        money("¥ 12", Ok("12"));
        money("1 234 567", Ok("1234567"));
        money("-1,000", Ok("-1000"));
        money("－５", Ok("-5"));
        money("（1,000.50）", Ok("-1000.5"));
        money("'007", Ok("7"));
        money("0.00", Ok("0"));
        money("", Ok(""));
        money("　 ", Ok(""));
    }

    #[test]
    fn numbers_that_are_refused() {
        use CellProblem::{
            DigitsLost, Formula, NotANumber, NotWhole, Places, Separators, TooLarge, ZeroOrNothing,
        };
        let money = |text, problem| check(Kind::Decimal(2), "元", text, Err(problem));
        money("12.5万元", unit("万元", "元", Some("125000")));
        money("12.5万", unit("万", "元", Some("125000")));
        money("3千元", unit("千元", "元", Some("3000")));
        money("12人", unit("人", "元", None));
        money("50%", unit("%", "元", None));
        check(
            Kind::Decimal(2),
            "万元",
            "125000元",
            Err(unit("元", "万元", Some("12.5"))),
        );
        check(Kind::Decimal(2), "", "12元", Err(unit("元", "", None)));
        check(Kind::Decimal(1), "%", "12.5%", Ok("12.5"));
        check(Kind::Decimal(1), "%", "１２.5％", Ok("12.5"));
        money("12,34", Separators);
        money("1,2345", Separators);
        money("1.234,5", Separators);
        money("约100", NotANumber);
        money("100左右", NotANumber);
        money("100(估)", NotANumber);
        money("一百", NotANumber);
        money("1-2", NotANumber);
        money("1.2.3", NotANumber);
        for text in ["-", "—", "/", "无", "N/A", "－"] {
            money(text, ZeroOrNothing);
        }
        money("1.234", Places { places: 2 });
        money("1.2E+15", DigitsLost);
        money("99999999999999999", TooLarge);
        money("#REF!", Formula);
        money("#N/A", Formula);
        check(Kind::Integer, "人", "12.5", Err(NotWhole));
        check(Kind::Integer, "人", "12.00 人", Ok("12"));
        check(
            Kind::Integer,
            "人次",
            "1.2万人次",
            Err(unit("万人次", "人次", Some("12000"))),
        );
    }

    #[test]
    fn other_kinds() {
        use CellProblem::{NotAChoice, NotADay, NotYesOrNo, TooLong};
        for (text, expected) in [("是", "是"), ("√", "是"), ("FALSE", "否"), ("０", "否")] {
            check(Kind::Boolean, "", text, Ok(expected));
        }
        check(Kind::Boolean, "", "也许", Err(NotYesOrNo));
        let levels = || Kind::Choice(vec!["4级".to_owned(), "A（优）".to_owned()]);
        check(levels(), "", "４级", Ok("4级"));
        check(levels(), "", "a(优)", Ok("A（优）"));
        let choices = vec!["4级".to_owned(), "A（优）".to_owned()];
        check(levels(), "", "4", Err(NotAChoice { choices }));
        for text in [
            "2024-01-31",
            "2024/1/31",
            "2024.1.31",
            "2024年1月31日",
            "20240131",
            "2024-01-31 00:00:00",
        ] {
            check(Kind::Date, "", text, Ok("2024-01-31"));
        }
        for text in ["2024-02-30", "31.1.2024", "45000", "2024年1月"] {
            check(Kind::Date, "", text, Err(NotADay));
        }
        check(Kind::Text, "", " 已开展（二期） ", Ok("已开展（二期）"));
        check(Kind::Text, "", &"长".repeat(2001), Err(TooLong));
    }
}
