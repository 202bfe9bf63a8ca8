//! A small region for tests.

use crate::tables::{Rows, Table};

/// Adds a row that is written with commas; cells that are left out are empty.
#[track_caller]
pub(crate) fn put(rows: &mut Rows, table: Table, text: &str) {
    let mut cells: Vec<String> = text.split(',').map(str::to_owned).collect();
    cells.resize(table.columns().len(), String::new());
    assert_eq!(rows.push(table, &cells), Ok(()), "{text}");
}

/// A city with a hospital (B), a county in it with a hospital (A) and two health centres (C, D), and the
/// alliance of the county, which D joined a year after the others and A was promoted in 2024.
pub(crate) fn region() -> Rows {
    let mut rows = Rows::default();
    for (table, lines) in [
        (
            Table::Divisions,
            &[
                "99,瀚海省,省",
                "9901,望舒市,市,99",
                "990121,云泽县,县,9901",
                "990121001,桃溪镇,乡,990121",
                "990121002,白鹭乡,乡,990121",
            ] as &[&str],
        ),
        (Table::Commissions, &["WJ,云泽县卫生健康局,990121"]),
        (
            Table::Institutions,
            &[
                "A,云泽县人民医院,,县医院、云泽县总医院,二级,甲等,综合医院,,政府办,990121,WJ,,,2023-12-31",
                "A,云泽县人民医院,,县医院、云泽县总医院,三级,乙等,综合医院,,政府办,990121,WJ,,2024-01-01,",
                "B,望舒市中心医院,,,三级,甲等,综合医院,,政府办,9901,,,,",
                "C,桃溪镇中心卫生院,,,一级,,乡镇卫生院,,政府办,990121001,WJ,中心卫生院,,",
                "D,白鹭乡卫生院,,,一级,,乡镇卫生院,,政府办,990121002,WJ,,,",
                "E,云泽仁爱医院,,,二级,,综合医院,,民营营利,990121,WJ,,,",
            ],
        ),
        (
            Table::Departments,
            &[
                "A,03,内科,,03,临床",
                "A,0301,呼吸内科,03,0301,临床",
                "A,0304,心血管内科,03,0304,临床,,2023-01-01",
                "C,02,全科,,02,临床",
            ],
        ),
        (
            Table::Staff,
            &[
                "A,s1,,0301,医师,正高,,博士",
                "A,s2,,0301,护士,中级",
                "A,s3,,03,医师,初级,,,,2023-12-31",
                "C,s1,,02,医师,中级",
            ],
        ),
        (
            Table::Beds,
            &[
                "A,,,编制床位,500,,2023-12-31",
                "A,,,编制床位,600,2024-01-01",
                "A,0301,,实有床位,40",
                "A,0304,,实有床位,50",
                "C,,,实有床位,20",
            ],
        ),
        (
            Table::Populations,
            &[
                "990121,2023,常住人口,300000",
                "990121,2024,常住人口,299000",
                "990121001,2024,常住人口,30000",
                "990121002,2024,常住人口,12000",
            ],
        ),
        (
            Table::Alliances,
            &["county,云泽县医共体,县域医共体,A,990121,,2022-07-01"],
        ),
        (
            Table::Members,
            &[
                "county,A,紧密型,2022-07-01",
                "county,C,紧密型,2022-07-01",
                "county,D,紧密型,2023-07-01",
            ],
        ),
    ] {
        for line in lines {
            put(&mut rows, table, line);
        }
    }
    rows
}
