//! Whether rows fit together: versions, references, hierarchies.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;

use crate::problem::{Problem, RowProblem};
use crate::span::Span;
use crate::tables::{
    Alliance, Beds, Campus, Commission, Department, Division, Institution, Member, Population, Row,
    Rows, StaffMember, Table, Ward,
};
use crate::value::Code;

impl Rows {
    /// Everything that does not fit together.
    pub fn check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        versions::<Division>(self, &mut problems);
        versions::<Commission>(self, &mut problems);
        versions::<Institution>(self, &mut problems);
        versions::<Campus>(self, &mut problems);
        versions::<Department>(self, &mut problems);
        versions::<Ward>(self, &mut problems);
        versions::<StaffMember>(self, &mut problems);
        versions::<Beds>(self, &mut problems);
        versions::<Population>(self, &mut problems);
        versions::<Alliance>(self, &mut problems);
        versions::<Member>(self, &mut problems);
        references(self, &mut problems);
        hierarchies(self, &mut problems);
        leads(self, &mut problems);
        problems
    }
}

/// How messages name what a row is about.
pub(crate) fn shown(key: &[String]) -> String {
    let parts: Vec<&str> = key
        .iter()
        .map(String::as_str)
        .filter(|part| !part.is_empty())
        .collect();
    parts.join("/")
}

/// Numbers of the rows by what they are about, in the order of their begins.
pub(crate) fn by_key<T: Row>(rows: &[T]) -> BTreeMap<Vec<String>, Vec<usize>> {
    let mut keys: BTreeMap<Vec<String>, Vec<usize>> = BTreeMap::new();
    for (number, row) in rows.iter().enumerate() {
        keys.entry(row.key()).or_default().push(number);
    }
    for numbers in keys.values_mut() {
        numbers.sort_by_key(|number| rows[*number].span().from);
    }
    keys
}

fn versions<T: Row>(rows: &Rows, problems: &mut Vec<Problem>) {
    let rows = T::rows(rows);
    let column = |id: &str| T::COLUMNS.iter().position(|column| column.id == id);
    for (key, numbers) in by_key(rows) {
        let mut tell = |row, column, problem| {
            problems.push(Problem {
                table: T::TABLE,
                row,
                column,
                problem,
            });
        };
        for number in &numbers {
            if rows[*number].span().is_empty() {
                let key = shown(&key);
                tell(
                    *number,
                    column("valid_until"),
                    RowProblem::EndsBeforeBegin { key },
                );
            }
        }
        for pair in numbers.windows(2) {
            let (one, next) = (rows[pair[0]].span(), rows[pair[1]].span());
            if one.from == next.from {
                // The first of two equal ones may be stored already; the second is the one to mend.
                let number = pair[0].max(pair[1]);
                let number = if column("valid_from").is_some() {
                    number
                } else {
                    pair[1]
                };
                let key = shown(&key);
                tell(number, None, RowProblem::Repeated { key });
            } else if one.until.is_some_and(|until| until >= next.begin()) {
                let (key, next) = (shown(&key), next.begin().to_string());
                tell(
                    pair[0],
                    column("valid_until"),
                    RowProblem::Overlap { key, next },
                );
            }
        }
    }
}

/// On which days something exists, by what it is about.
struct Known {
    table: Table,
    spans: HashMap<Vec<String>, Vec<Span>>,
}

impl Known {
    fn of<T: Row>(rows: &Rows) -> Self {
        let mut spans: HashMap<Vec<String>, Vec<Span>> = HashMap::new();
        for row in T::rows(rows) {
            spans.entry(row.key()).or_default().push(row.span());
        }
        let table = T::TABLE;
        Self { table, spans }
    }
}

/// Checks that what the rows name exists on at least one of their days.
fn refer<T: Row>(
    rows: &Rows,
    column: &str,
    known: &Known,
    names: impl Fn(&T) -> Option<Vec<&Code>>,
    problems: &mut Vec<Problem>,
) {
    let column = T::COLUMNS.iter().position(|one| one.id == column);
    for (number, row) in T::rows(rows).iter().enumerate() {
        let Some(named) = names(row) else { continue };
        let named: Vec<String> = named.into_iter().map(Code::to_string).collect();
        let (key, table) = (shown(&row.key()), known.table);
        let code = shown(&named);
        let problem = match known.spans.get(&named) {
            None => RowProblem::Unknown { key, table, code },
            Some(spans) if spans.iter().any(|span| span.meets(row.span())) => continue,
            Some(_) => RowProblem::NotThen { key, table, code },
        };
        problems.push(Problem {
            table: T::TABLE,
            row: number,
            column,
            problem,
        });
    }
}

fn references(rows: &Rows, problems: &mut Vec<Problem>) {
    let divisions = Known::of::<Division>(rows);
    let commissions = Known::of::<Commission>(rows);
    let institutions = Known::of::<Institution>(rows);
    let campuses = Known::of::<Campus>(rows);
    let departments = Known::of::<Department>(rows);
    let wards = Known::of::<Ward>(rows);
    let alliances = Known::of::<Alliance>(rows);
    /// The code of a column, and before it those of the columns that it belongs to.
    macro_rules! check {
        ($($row:ident . $column:ident in $known:ident: $names:expr;)+) => {
            $( refer::<$row>(rows, stringify!($column), &$known, $names, problems); )+
        };
    }
    check! {
        Division.parent in divisions: |row| Some(vec![row.parent.as_ref()?]);
        Commission.division in divisions: |row| Some(vec![&row.division]);
        Commission.parent in commissions: |row| Some(vec![row.parent.as_ref()?]);
        Institution.division in divisions: |row| Some(vec![&row.division]);
        Institution.commission in commissions: |row| Some(vec![row.commission.as_ref()?]);
        Campus.institution in institutions: |row| Some(vec![&row.institution]);
        Campus.division in divisions: |row| Some(vec![row.division.as_ref()?]);
        Department.institution in institutions: |row| Some(vec![&row.institution]);
        Department.parent in departments: |row| Some(vec![&row.institution, row.parent.as_ref()?]);
        Department.campus in campuses: |row| Some(vec![&row.institution, row.campus.as_ref()?]);
        Ward.institution in institutions: |row| Some(vec![&row.institution]);
        Ward.department in departments: |row| Some(vec![&row.institution, row.department.as_ref()?]);
        Ward.campus in campuses: |row| Some(vec![&row.institution, row.campus.as_ref()?]);
        StaffMember.institution in institutions: |row| Some(vec![&row.institution]);
        StaffMember.department in departments: |row| Some(vec![&row.institution, row.department.as_ref()?]);
        Beds.institution in institutions: |row| Some(vec![&row.institution]);
        Beds.department in departments: |row| Some(vec![&row.institution, row.department.as_ref()?]);
        Beds.ward in wards: |row| Some(vec![&row.institution, row.ward.as_ref()?]);
        Population.division in divisions: |row| Some(vec![&row.division]);
        Alliance.lead in institutions: |row| Some(vec![&row.lead]);
        Alliance.division in divisions: |row| Some(vec![row.division.as_ref()?]);
        Member.alliance in alliances: |row| Some(vec![&row.alliance]);
        Member.institution in institutions: |row| Some(vec![&row.institution]);
    }
}

fn hierarchies(rows: &Rows, problems: &mut Vec<Problem>) {
    cycles::<Division>(rows, problems, |row| Some(vec![row.parent.as_ref()?]));
    cycles::<Commission>(rows, problems, |row| Some(vec![row.parent.as_ref()?]));
    cycles::<Department>(rows, problems, |row| {
        Some(vec![&row.institution, row.parent.as_ref()?])
    });
    let column = |id: &str| Division::COLUMNS.iter().position(|one| one.id == id);
    let divisions = by_key(&rows.divisions);
    for (number, row) in rows.divisions.iter().enumerate() {
        let Some(parent) = &row.parent else { continue };
        let versions = divisions.get([parent.to_string()].as_slice());
        let wrong = versions.into_iter().flatten().find(|above| {
            let above = &rows.divisions[**above];
            above.span().meets(row.span()) && above.level >= row.level
        });
        if let Some(above) = wrong {
            problems.push(Problem {
                table: Table::Divisions,
                row: number,
                column: column("parent"),
                problem: RowProblem::Rank {
                    key: format!("{} {}", row.code, row.name),
                    parent: format!("{parent} {}", rows.divisions[*above].name),
                },
            });
        }
    }
}

/// Tells rows that are above themselves on some day. The day on which the newest version of such a ring
/// begins is one, so that it is enough to climb from each version on its first day.
fn cycles<T: Row>(
    rows: &Rows,
    problems: &mut Vec<Problem>,
    parent: impl Fn(&T) -> Option<Vec<&Code>>,
) {
    let rows = T::rows(rows);
    let keys = by_key(rows);
    let above = |row: &T, day: Date| -> Option<usize> {
        let key: Vec<String> = parent(row)?.into_iter().map(Code::to_string).collect();
        let versions = keys.get(&key)?;
        let then = versions.iter().rev().copied();
        then.into_iter()
            .find(|version| rows[*version].span().contains(day))
    };
    for (number, row) in rows.iter().enumerate() {
        let day = row.span().begin();
        let mut at = above(row, day);
        // No climb is longer than there are rows.
        for _ in 0..rows.len() {
            match at {
                Some(found) if found == number => {
                    problems.push(Problem {
                        table: T::TABLE,
                        row: number,
                        column: T::COLUMNS.iter().position(|one| one.id == "parent"),
                        problem: RowProblem::Cycle {
                            key: shown(&row.key()),
                        },
                    });
                    break;
                }
                Some(found) => at = above(&rows[found], day),
                None => break,
            }
        }
    }
}

fn leads(rows: &Rows, problems: &mut Vec<Problem>) {
    for (number, alliance) in rows.alliances.iter().enumerate() {
        let is_lead = |member: &&Member| {
            member.alliance == alliance.id
                && member.institution == alliance.lead
                && member.span().meets(alliance.span())
        };
        if !rows.members.iter().any(|member| is_lead(&member)) {
            problems.push(Problem {
                table: Table::Alliances,
                row: number,
                column: Alliance::COLUMNS.iter().position(|one| one.id == "lead"),
                problem: RowProblem::LeadNotMember {
                    key: format!("{} {}", alliance.id, alliance.name),
                    lead: alliance.lead.to_string(),
                },
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use biaochi_domain::{Language, Localized as _};

    use super::*;
    use crate::testing::{put, region};

    /// The region with further rows, and what is wrong then.
    #[track_caller]
    fn check(more: &[(Table, &str)], expected: &[&str]) {
        let mut rows = region();
        for (table, text) in more {
            put(&mut rows, *table, text);
        }
        let problems = rows.check();
        let texts: Vec<_> = problems
            .iter()
            .map(|problem| {
                let text = problem.problem.text(Language::Zh);
                format!("{}·{}：{text}", problem.table.title(), problem.heading())
            })
            .collect();
        assert_eq!(texts.len(), expected.len(), "{texts:#?}");
        for (text, expected) in texts.iter().zip(expected) {
            assert!(text.contains(expected), "{text}");
        }
    }

    #[test]
    fn what_fits_together_is_fine() {
        check(&[], &[]);
        // A new version ends the one before it.
        let renamed = "990121,云泽市,县,9901,2025-01-01";
        check(&[(Table::Divisions, renamed)], &[]);
    }

    #[test]
    fn versions_follow_each_other() {
        let first = (
            Table::Departments,
            "A,99,新科,,,临床,,2024-01-01,2024-06-30",
        );
        let second = |from| (Table::Departments, from);
        check(&[first, second("A,99,新科,,,临床,,2024-07-01,")], &[]);
        check(
            &[first, second("A,99,新科,,,临床,,2024-06-30,")],
            &["科室·截止日期：A/99 的截止日期晚于下一版的生效日期 2024-06-30"],
        );
        check(
            &[first, second("A,99,新科二,,,临床,,2024-01-01,")],
            &["科室·：A/99 在同一个生效日期有两行"],
        );
        check(
            &[(Table::Populations, "990121,2024,常住人口,9")],
            &["服务人口·：990121/2024/常住人口 在同一个生效日期"],
        );
        check(
            &[second("A,99,新科,,,临床,,2024-07-01,2024-06-30")],
            &["科室·截止日期：A/99 的截止日期早于生效日期"],
        );
    }

    #[test]
    fn what_is_named_exists_then() {
        check(
            &[
                (Table::Wards, "A,w1,一病区,88,,,"),
                (Table::Beds, "Z,,,实有床位,5,,"),
                (Table::Members, "county,D,紧密型,2020-01-01,2021-01-01"),
            ],
            &[
                "病区·科室代码：A/w1：科室表中没有“A/88”",
                "床位·机构代码：Z/实有床位：医疗机构表中没有“Z”",
                "医联体成员·医联体代码：county/D：医联体“county”在这段时间里不存在",
            ],
        );
    }

    #[test]
    fn hierarchies_lead_upwards() {
        check(
            &[
                (Table::Departments, "A,1,甲,2,,临床,,,"),
                (Table::Departments, "A,2,乙,1,,临床,,,"),
            ],
            &["A/1 的上级又归它管", "A/2 的上级又归它管"],
        );
        // Not on the same days: no ring.
        check(
            &[
                (Table::Departments, "A,1,甲,2,,临床,,,2023-12-31"),
                (Table::Departments, "A,2,乙,,,临床,,,2023-12-31"),
                (Table::Departments, "A,1,甲,,,临床,,2024-01-01,"),
                (Table::Departments, "A,2,乙,1,,临床,,2024-01-01,"),
            ],
            &[],
        );
        check(
            &[(Table::Divisions, "990122,北渡县,县,990121,,")],
            &["990122 北渡县 的上级 990121 云泽县 级别并不更高"],
        );
    }

    #[test]
    fn the_lead_is_a_member() {
        check(
            &[
                (Table::Alliances, "heart,胸痛联盟,专科联盟,B,,胸痛,,"),
                (Table::Members, "heart,A,松散型,,"),
            ],
            &["heart 胸痛联盟 的牵头机构 B 不在它的成员中"],
        );
    }
}
