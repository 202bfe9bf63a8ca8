//! The tables of organisations: each is declared once, and templates, files, store and checks follow.

use biaochi_domain::{Language, Localized};
use jiff::civil::Date;

use crate::span::Span;
use crate::value::{Code, Kind, Value, ValueFault};
use crate::words::{
    AllianceKind, BedKind, Class, Closeness, DepartmentKind, DivisionLevel, Education,
    InstitutionType, Level, Ownership, PopulationKind, Post, Title,
};

/// A column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name in stores and for programs.
    pub id: &'static str,
    /// Its Chinese heading.
    pub heading: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether something must stand there.
    pub required: bool,
}

/// Takes the cells of a row one after the other, remembering what is wrong with them.
#[derive(Debug)]
pub(crate) struct Cells<'a> {
    texts: &'a [String],
    next: usize,
    pub(crate) faults: Vec<(usize, ValueFault)>,
}

impl<'a> Cells<'a> {
    /// The texts of all columns of a table, in order.
    pub(crate) fn new(texts: &'a [String]) -> Self {
        Self {
            texts,
            next: 0,
            faults: Vec::new(),
        }
    }

    fn take<T: Value>(&mut self) -> Option<T> {
        let column = self.next;
        self.next += 1;
        let text = self.texts.get(column).map_or("", |text| text.trim());
        let read = if text.is_empty() && T::REQUIRED {
            Err(ValueFault::Missing)
        } else {
            T::read(text)
        };
        match read {
            Ok(value) => Some(value),
            Err(fault) => {
                self.faults.push((column, fault));
                None
            }
        }
    }
}

/// A row of one of the tables.
pub(crate) trait Row: Clone + PartialEq + Sized {
    const TABLE: Table;
    const COLUMNS: &'static [Column];
    /// So many columns from the first on say what the row is about; its days say when.
    const KEY: usize;

    /// `None` when a cell cannot be read; the cells say which.
    fn read(cells: &mut Cells<'_>) -> Option<Self>;

    /// The texts of all columns, in order.
    fn write(&self) -> Vec<String>;

    fn span(&self) -> Span;

    /// What it is about.
    fn key(&self) -> Vec<String> {
        let mut cells = self.write();
        cells.truncate(Self::KEY);
        cells
    }

    fn rows(rows: &Rows) -> &Vec<Self>;

    fn rows_mut(rows: &mut Rows) -> &mut Vec<Self>;
}

macro_rules! tables {
    (
        $(
            $(#[$meta:meta])*
            $table:ident $field:ident: pub struct $name:ident, $title:literal, $title_en:literal, key $key:literal {
                $( $(#[$doc:meta])* $column:ident: $type:ty = $heading:literal; )+
            }
            span $span:expr;
        )+
    ) => {
        /// The tables, in the order in which they build on each other.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Table {
            $( $(#[$meta])* $table, )+
        }

        /// Everything that is known of the organisations, with its history.
        #[derive(Debug, Clone, PartialEq, Eq, Default)]
        pub struct Rows {
            $( $(#[$meta])* pub $field: Vec<$name>, )+
        }

        impl Table {
            /// Every table, in order.
            pub const ALL: &[Self] = &[$(Self::$table),+];

            /// Its name in stores and for programs.
            pub fn id(self) -> &'static str {
                match self {
                    $( Self::$table => stringify!($field), )+
                }
            }

            /// Name of its sheet and, with `.csv`, of its file.
            pub fn title(self) -> &'static str {
                match self {
                    $( Self::$table => $title, )+
                }
            }

            /// Its columns, in order.
            pub fn columns(self) -> &'static [Column] {
                match self {
                    $( Self::$table => <$name as Row>::COLUMNS, )+
                }
            }

            /// How many columns from the first on say what a row is about.
            pub fn key_columns(self) -> usize {
                match self {
                    $( Self::$table => $key, )+
                }
            }
        }

        impl Localized for Table {
            fn text(&self, language: Language) -> String {
                match (self, language) {
                    (_, Language::Zh) => self.title().to_owned(),
                    $( (Self::$table, Language::En) => $title_en.to_owned(), )+
                }
            }
        }

        /// Runs the same for the row type of a table.
        macro_rules! of_table {
            ($which:expr, $row:ident => $body:expr) => {
                match $which {
                    $( $crate::tables::Table::$table => {
                        type $row = $crate::tables::$name;
                        $body
                    } )+
                }
            };
        }

        $(
            $(#[$meta])*
            #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $name {
                $( $(#[$doc])* pub $column: $type, )+
            }

            impl Row for $name {
                const TABLE: Table = Table::$table;
                const COLUMNS: &'static [Column] = &[
                    $( Column {
                        id: stringify!($column),
                        heading: $heading,
                        kind: <$type as Value>::KIND,
                        required: <$type as Value>::REQUIRED,
                    }, )+
                ];
                const KEY: usize = $key;

                fn read(cells: &mut Cells<'_>) -> Option<Self> {
                    // All cells are looked at before any is missed, so that everything wrong is told.
                    $( let $column = cells.take(); )+
                    Some(Self { $( $column: $column?, )+ })
                }

                fn write(&self) -> Vec<String> {
                    vec![ $( Value::write(&self.$column), )+ ]
                }

                fn span(&self) -> Span {
                    let span: fn(&Self) -> Span = $span;
                    span(self)
                }

                fn rows(rows: &Rows) -> &Vec<Self> {
                    &rows.$field
                }

                fn rows_mut(rows: &mut Rows) -> &mut Vec<Self> {
                    &mut rows.$field
                }
            }
        )+
    };
}

tables! {
    /// 行政区划
    Divisions divisions: pub struct Division, "行政区划", "divisions", key 1 {
        /// Its code, such as 522200.
        code: Code = "区划代码";
        /// Its name.
        name: String = "区划名称";
        /// Its rank.
        level: DivisionLevel = "级别";
        /// The division that it belongs to.
        parent: Option<Code> = "上级区划代码";
        /// From this day on.
        valid_from: Option<Date> = "生效日期";
        /// To this day.
        valid_until: Option<Date> = "截止日期";
    }
    span |row| Span { from: row.valid_from, until: row.valid_until };

    /// 卫生健康行政部门
    Commissions commissions: pub struct Commission, "卫健部门", "health commissions", key 1 {
        /// Its organisation code.
        code: Code = "部门代码";
        /// Its name.
        name: String = "部门名称";
        /// The division that it is responsible for.
        division: Code = "区划代码";
        /// The commission above it.
        parent: Option<Code> = "上级部门代码";
        /// From this day on.
        valid_from: Option<Date> = "生效日期";
        /// To this day.
        valid_until: Option<Date> = "截止日期";
    }
    span |row| Span { from: row.valid_from, until: row.valid_until };

    /// 医疗卫生机构
    Institutions institutions: pub struct Institution, "医疗机构", "institutions", key 1 {
        /// Its organisation code as in its front pages.
        code: Code = "机构代码";
        /// Its name.
        name: String = "机构名称";
        /// Its unified social credit code.
        credit_code: Option<Code> = "统一社会信用代码";
        /// Other names that people and documents use.
        aliases: Vec<String> = "其他名称";
        /// Level (级).
        level: Level = "级别";
        /// Class within the level (等).
        class: Option<Class> = "等次";
        /// Type (类别).
        kind: InstitutionType = "机构类别";
        /// What a specialised hospital is specialised in.
        specialty: Option<String> = "专科方向";
        /// Who owns it.
        ownership: Ownership = "举办性质";
        /// The division in which it lies; its rank says whether it is of the city or of the county.
        division: Code = "区划代码";
        /// The commission in charge of it.
        commission: Option<Code> = "主管部门代码";
        /// Free words by which plans pick institutions, such as 中心卫生院.
        tags: Vec<String> = "标签";
        /// From this day on.
        valid_from: Option<Date> = "生效日期";
        /// To this day.
        valid_until: Option<Date> = "截止日期";
    }
    span |row| Span { from: row.valid_from, until: row.valid_until };

    /// 院区
    Campuses campuses: pub struct Campus, "院区", "campuses", key 2 {
        /// Its institution.
        institution: Code = "机构代码";
        /// Its code within the institution.
        code: Code = "院区代码";
        /// Its name.
        name: String = "院区名称";
        /// The division in which it lies.
        division: Option<Code> = "区划代码";
        /// From this day on.
        valid_from: Option<Date> = "生效日期";
        /// To this day.
        valid_until: Option<Date> = "截止日期";
    }
    span |row| Span { from: row.valid_from, until: row.valid_until };

    /// 科室
    Departments departments: pub struct Department, "科室", "departments", key 2 {
        /// Its institution.
        institution: Code = "机构代码";
        /// Its code within the institution, as in the front pages.
        code: Code = "科室代码";
        /// Its name.
        name: String = "科室名称";
        /// The department that it belongs to.
        parent: Option<Code> = "上级科室代码";
        /// The national department code (value set RC023), where its own code is another.
        standard_code: Option<Code> = "标准科别代码";
        /// What it does.
        kind: DepartmentKind = "科室类别";
        /// The campus in which it is.
        campus: Option<Code> = "院区代码";
        /// From this day on.
        valid_from: Option<Date> = "生效日期";
        /// To this day.
        valid_until: Option<Date> = "截止日期";
    }
    span |row| Span { from: row.valid_from, until: row.valid_until };

    /// 病区
    Wards wards: pub struct Ward, "病区", "wards", key 2 {
        /// Its institution.
        institution: Code = "机构代码";
        /// Its code within the institution, as in the front pages.
        code: Code = "病区代码";
        /// Its name.
        name: String = "病区名称";
        /// Its department; none where several share it.
        department: Option<Code> = "科室代码";
        /// The campus in which it is.
        campus: Option<Code> = "院区代码";
        /// From this day on.
        valid_from: Option<Date> = "生效日期";
        /// To this day.
        valid_until: Option<Date> = "截止日期";
    }
    span |row| Span { from: row.valid_from, until: row.valid_until };

    /// 人员
    Staff staff: pub struct StaffMember, "人员", "staff", key 2 {
        /// The institution.
        institution: Code = "机构代码";
        /// Staff number or licence, as in the front pages; no identity number.
        code: Code = "人员代码";
        /// The name.
        name: Option<String> = "姓名";
        /// The department.
        department: Option<Code> = "科室代码";
        /// What the person is employed for.
        post: Post = "岗位";
        /// Professional title.
        title: Option<Title> = "职称";
        /// Specialty, such as 麻醉 or 儿科.
        specialty: Option<String> = "专业";
        /// Highest education.
        education: Option<Education> = "学历";
        /// From this day on.
        valid_from: Option<Date> = "生效日期";
        /// To this day.
        valid_until: Option<Date> = "截止日期";
    }
    span |row| Span { from: row.valid_from, until: row.valid_until };

    /// 床位
    Beds beds: pub struct Beds, "床位", "beds", key 4 {
        /// The institution.
        institution: Code = "机构代码";
        /// The department; none for the whole institution.
        department: Option<Code> = "科室代码";
        /// The ward; none for the whole department.
        ward: Option<Code> = "病区代码";
        /// Which beds are counted.
        kind: BedKind = "床位类别";
        /// How many.
        number: u64 = "床位数";
        /// From this day on.
        valid_from: Option<Date> = "生效日期";
        /// To this day.
        valid_until: Option<Date> = "截止日期";
    }
    span |row| Span { from: row.valid_from, until: row.valid_until };

    /// 服务人口
    Populations populations: pub struct Population, "服务人口", "population", key 3 {
        /// The division.
        division: Code = "区划代码";
        /// The year, at whose end the people are counted.
        year: i16 = "年份";
        /// Which people.
        kind: PopulationKind = "人口类别";
        /// How many.
        number: u64 = "人数";
    }
    span |_| Span::ALWAYS;

    /// 医联体
    Alliances alliances: pub struct Alliance, "医联体", "alliances", key 1 {
        /// Its id.
        id: Code = "医联体代码";
        /// Its name.
        name: String = "医联体名称";
        /// What binds its members.
        kind: AllianceKind = "医联体类别";
        /// The institution that leads it; a member, too.
        lead: Code = "牵头机构代码";
        /// The division for whose people it is responsible.
        division: Option<Code> = "区划代码";
        /// What a specialty alliance is about.
        specialty: Option<String> = "专科方向";
        /// From this day on.
        valid_from: Option<Date> = "生效日期";
        /// To this day.
        valid_until: Option<Date> = "截止日期";
    }
    span |row| Span { from: row.valid_from, until: row.valid_until };

    /// 医联体成员
    Members members: pub struct Member, "医联体成员", "members of alliances", key 2 {
        /// The alliance.
        alliance: Code = "医联体代码";
        /// The institution.
        institution: Code = "机构代码";
        /// How closely it belongs.
        closeness: Option<Closeness> = "紧密程度";
        /// From this day on.
        valid_from: Option<Date> = "生效日期";
        /// To this day.
        valid_until: Option<Date> = "截止日期";
    }
    span |row| Span { from: row.valid_from, until: row.valid_until };
}

pub(crate) use of_table as with_table;

impl Table {
    /// The table whose sheet or file has this name.
    pub fn named(name: &str) -> Option<Self> {
        let name = name.trim();
        Self::ALL
            .iter()
            .copied()
            .find(|table| table.title() == name || table.id() == name)
    }

    /// Whether its rows belong to one institution, whose code stands in the column `code` or
    /// `institution`: who may see only some institutions sees only those rows.
    pub fn institution_column(self) -> Option<usize> {
        match self {
            Self::Institutions => Some(0),
            _ => self
                .columns()
                .iter()
                .position(|column| column.id == "institution"),
        }
    }
}

impl Rows {
    /// How many rows a table has.
    pub fn count(&self, table: Table) -> usize {
        with_table!(table, T => T::rows(self).len())
    }

    /// The rows of a table as texts, in the order of its columns.
    pub fn cells(&self, table: Table) -> Vec<Vec<String>> {
        with_table!(table, T => T::rows(self).iter().map(Row::write).collect())
    }

    /// Adds a row from the texts of all columns; what is wrong with it, by number of the column.
    pub fn push(&mut self, table: Table, texts: &[String]) -> Result<(), Vec<(usize, ValueFault)>> {
        with_table!(table, T => {
            let mut cells = Cells::new(texts);
            match T::read(&mut cells) {
                Some(row) => {
                    T::rows_mut(self).push(row);
                    Ok(())
                }
                None => Err(cells.faults),
            }
        })
    }

    /// Puts the rows of every table in the order of what they are about and when.
    pub fn sort(&mut self) {
        for table in Table::ALL {
            with_table!(*table, T => T::rows_mut(self).sort_by_cached_key(|row| (row.key(), row.span().from)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_found_by_title_and_id() {
        for table in Table::ALL {
            assert_eq!(Table::named(table.title()), Some(*table));
            assert_eq!(Table::named(table.id()), Some(*table));
            assert!(table.key_columns() < table.columns().len());
        }
        assert_eq!(Table::named("其他"), None);
        let own: Vec<_> = Table::ALL
            .iter()
            .filter(|table| table.institution_column().is_some())
            .map(|table| table.id())
            .collect();
        let expected = [
            "institutions",
            "campuses",
            "departments",
            "wards",
            "staff",
            "beds",
            "members",
        ];
        assert_eq!(own, expected);
    }

    #[test]
    fn rows_are_read_from_texts_and_written_back() {
        let mut rows = Rows::default();
        let texts = |texts: &[&str]| -> Vec<String> {
            texts.iter().map(|text| (*text).to_owned()).collect()
        };
        let row = texts(&["522200", "铜仁市", "市", "520000", "2011-10-22", ""]);
        assert_eq!(rows.push(Table::Divisions, &row), Ok(()));
        assert_eq!(rows.divisions[0].level, DivisionLevel::City);
        assert_eq!(rows.cells(Table::Divisions), [row]);
        let wrong = texts(&["", "铜仁市", "国", "", "22日"]);
        let words = DivisionLevel::WORDS;
        assert_eq!(
            rows.push(Table::Divisions, &wrong),
            Err(vec![
                (0, ValueFault::Missing),
                (2, ValueFault::Word { words }),
                (4, ValueFault::Day),
            ])
        );
        assert_eq!(rows.count(Table::Divisions), 1);
    }
}
