use biaochi_domain::{Language, Localized};
use biaochi_organisations::{Filter, Institution, View};

/// Whose value a target speaks about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Measured {
    /// The territory of the plan as a whole, counting the institutions in scope.
    #[default]
    Area,
    /// Each city in it (每个地市).
    EachCity,
    /// Each county in it (每个县).
    EachCounty,
    /// Each alliance (医联体, 医共体).
    EachAlliance,
    /// Each institution in scope.
    EachInstitution,
}

impl Measured {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Area,
        Self::EachCity,
        Self::EachCounty,
        Self::EachAlliance,
        Self::EachInstitution,
    ];

    /// The word in a pack.
    pub fn word(self) -> &'static str {
        match self {
            Self::Area => "area",
            Self::EachCity => "city",
            Self::EachCounty => "county",
            Self::EachAlliance => "alliance",
            Self::EachInstitution => "institution",
        }
    }
}

impl Localized for Measured {
    fn text(&self, language: Language) -> String {
        let (zh, en) = match self {
            Self::Area => ("全域", "the area"),
            Self::EachCity => ("每个地市", "each city"),
            Self::EachCounty => ("每个县", "each county"),
            Self::EachAlliance => ("每个医联体（医共体）", "each alliance"),
            Self::EachInstitution => ("每家机构", "each institution"),
        };
        match language {
            Language::Zh => zh.to_owned(),
            Language::En => en.to_owned(),
        }
    }
}

/// Which institutions a target is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scope {
    /// As the document writes it, names included.
    pub text: String,
    /// Whose value it is.
    pub measured: Measured,
    /// Levels that are meant, by how they begin: `三级` means `三级甲等`, too. Empty: all.
    pub levels: Vec<String>,
    /// Levels that are not, in the same way: `三级` without `三级甲等`.
    pub except_levels: Vec<String>,
    /// Ranks of the administration that are meant: `市级`, `县级`. Empty: all.
    pub ranks: Vec<String>,
    /// Types that are meant, by a word in them: `综合`, `中医`. Empty: all.
    pub kinds: Vec<String>,
    /// Institutions that are meant, by name as the document writes them. Empty: all.
    pub names: Vec<String>,
    /// Whether only public institutions are meant.
    pub is_public: bool,
}

impl Scope {
    /// The scope with its words looked up, to be asked of many institutions.
    pub fn filter(&self) -> ScopeFilter {
        let words = |words: &[String]| words.iter().map(|word| Word::of(word)).collect();
        ScopeFilter {
            levels: words(&self.levels),
            except_levels: words(&self.except_levels),
            ranks: words(&self.ranks),
            kinds: words(&self.kinds),
            names: self.names.clone(),
            is_public: self.is_public,
        }
    }

    /// The words that say nothing known of institutions. They are looked for in names and tags all the same.
    pub fn unknown_words(&self) -> Vec<&str> {
        [&self.levels, &self.except_levels, &self.ranks, &self.kinds]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .filter(|word| matches!(Word::of(word), Word::Unknown(_)))
            .collect()
    }

    /// Whether two scopes can mean the same institutions, as far as levels and types tell.
    pub(crate) fn meets(&self, other: &Self) -> bool {
        let meet = |one: &[String], two: &[String], fit: &dyn Fn(&str, &str) -> bool| {
            one.is_empty()
                || two.is_empty()
                || one
                    .iter()
                    .any(|a| two.iter().any(|b| fit(a, b) || fit(b, a)))
        };
        meet(&self.levels, &other.levels, &|a, b| a.starts_with(b))
            && meet(&self.kinds, &other.kinds, &|a, b| a.contains(b))
    }
}

/// A word about institutions.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Word {
    Known(Filter),
    Unknown(String),
}

impl Word {
    fn of(word: &str) -> Self {
        match Filter::parse([word]) {
            Ok(filter) => Self::Known(filter),
            Err(_) => Self::Unknown(word.to_owned()),
        }
    }

    fn fits(&self, view: &View<'_>, institution: &Institution) -> bool {
        match self {
            Self::Known(filter) => view.matches(filter, &institution.code),
            Self::Unknown(word) => {
                institution.name.contains(word.as_str()) || institution.tags.contains(word)
            }
        }
    }
}

/// A scope whose words were looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeFilter {
    levels: Vec<Word>,
    except_levels: Vec<Word>,
    ranks: Vec<Word>,
    kinds: Vec<Word>,
    names: Vec<String>,
    is_public: bool,
}

impl ScopeFilter {
    /// Whether it leaves anybody out at all.
    pub fn is_narrow(&self) -> bool {
        let words = [&self.levels, &self.except_levels, &self.ranks, &self.kinds];
        self.is_public || !self.names.is_empty() || words.into_iter().any(|words| !words.is_empty())
    }

    /// Whether an institution is meant, as it was on the day of a view. One that nobody has described is:
    /// nothing is left out silently.
    pub fn includes(&self, view: &View<'_>, code: &str) -> bool {
        let Some(institution) = view.institution(code) else {
            return true;
        };
        let fits = |words: &[Word]| words.iter().any(|word| word.fits(view, institution));
        let any = |words: &[Word]| words.is_empty() || fits(words);
        // Documents call a hospital by a part of its name.
        let is_named = |name: &String| {
            institution.name.contains(name.as_str())
                || institution.aliases.iter().any(|alias| alias == name)
        };
        any(&self.levels)
            && !fits(&self.except_levels)
            && any(&self.ranks)
            && any(&self.kinds)
            && (self.names.is_empty() || self.names.iter().any(is_named))
            && (!self.is_public || institution.ownership.is_public())
    }
}

#[cfg(test)]
mod tests {
    use biaochi_domain::{Sheet, SheetLine};
    use biaochi_organisations::{Delivery, Directory};
    use jiff::civil::date;

    use super::*;

    fn texts(words: &[&str]) -> Vec<String> {
        words.iter().map(|&word| word.to_owned()).collect()
    }

    fn directory() -> Directory {
        let sheet = |name: &str, lines: &[&str]| Sheet {
            place: format!("{name}.csv"),
            name: name.to_owned(),
            lines: lines
                .iter()
                .zip(1..)
                .map(|(line, number)| SheetLine {
                    number,
                    cells: line.split(',').map(str::to_owned).collect(),
                })
                .collect(),
        };
        let delivery = Delivery::read(&[
            sheet(
                "行政区划",
                &[
                    "区划代码,区划名称,级别,上级区划代码",
                    "990100,望舒市,市,",
                    "990121,云泽县,县,990100",
                ],
            ),
            sheet(
                "医疗机构",
                &[
                    "机构代码,机构名称,级别,等次,机构类别,举办性质,区划代码,生效日期",
                    "A,云泽县人民医院,二级,甲等,综合医院,政府办,990121,",
                    "B,望舒市中心医院,三级,甲等,综合医院,政府办,990100,",
                    "C,望舒市妇幼保健院,三级,乙等,妇幼保健院,政府办,990100,",
                    "D,云泽中医医院,二级,乙等,中医医院,民营营利,990121,",
                    "E,河口镇卫生院,一级,,乡镇卫生院,政府办,990121,",
                ],
            ),
        ]);
        assert!(delivery.problems.is_empty(), "{:?}", delivery.problems);
        Directory::new(delivery.rows)
    }

    #[track_caller]
    fn check(scope: &Scope, expected: &str) {
        let directory = directory();
        let view = directory.as_of(date(2024, 6, 30));
        let filter = scope.filter();
        let found: Vec<&str> = ["A", "B", "C", "D", "E"]
            .into_iter()
            .filter(|code| filter.includes(&view, code))
            .collect();
        assert_eq!(found.concat(), expected, "{scope:?}");
        assert_eq!(filter.is_narrow(), expected != "ABCDE");
        assert!(filter.includes(&view, "nobody described it"));
    }

    #[test]
    fn a_scope_takes_levels_types_ranks_names_and_ownership() {
        let scope = Scope::default;
        check(&scope(), "ABCDE");
        let levels = texts(&["三级乙等", "二级"]);
        check(&Scope { levels, ..scope() }, "ACD");
        let except_levels = texts(&["三级甲等"]);
        let levels = texts(&["三级"]);
        let rest = Scope {
            levels,
            except_levels,
            ..scope()
        };
        check(&rest, "C");
        let ranks = texts(&["县级"]);
        let kinds = texts(&["医院"]);
        check(
            &Scope {
                ranks: ranks.clone(),
                ..scope()
            },
            "ADE",
        );
        check(
            &Scope {
                ranks,
                kinds,
                is_public: true,
                ..scope()
            },
            "A",
        );
        let kinds = texts(&["综合", "妇幼保健院"]);
        check(&Scope { kinds, ..scope() }, "ABC");
        let names = texts(&["妇幼保健院", "云泽县人民医院"]);
        check(&Scope { names, ..scope() }, "AC");
    }

    #[test]
    fn a_word_that_is_not_known_is_looked_for_in_names() {
        let scope = Scope {
            kinds: texts(&["综合", "卫生院", "河口镇"]),
            levels: texts(&["一级"]),
            ..Scope::default()
        };
        assert_eq!(scope.unknown_words(), ["河口镇"]);
        check(&scope, "E");
        let scope = Scope {
            kinds: texts(&["中心医院"]),
            ..Scope::default()
        };
        check(&scope, "B");
    }

    #[test]
    fn scopes_of_other_levels_do_not_meet() {
        let of = |levels: &[&str]| Scope {
            levels: texts(levels),
            ..Scope::default()
        };
        assert!(of(&["三级"]).meets(&of(&["三级甲等"])));
        assert!(of(&[]).meets(&of(&["二级"])));
        assert!(!of(&["二级"]).meets(&of(&["三级"])));
    }
}
