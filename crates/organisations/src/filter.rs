use biaochi_domain::{Language, Localized};

use crate::tables::Institution;
use crate::words::{Class, DivisionLevel, InstitutionType, Level, Ownership};

/// Which institutions are meant, by what they are. Within a list one must fit; every list that is not empty
/// must.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Levels.
    pub levels: Vec<Level>,
    /// Classes within the level.
    pub classes: Vec<Class>,
    /// Types.
    pub types: Vec<InstitutionType>,
    /// Hospitals only, of whatever type.
    pub hospitals: bool,
    /// Who owns them.
    pub ownerships: Vec<Ownership>,
    /// Ranks of the divisions in which they lie: 县级医院 is one in a county.
    pub ranks: Vec<DivisionLevel>,
    /// What they specialise in (专科方向): texts of which one stands in what is said of the institution.
    pub specialties: Vec<String>,
    /// Tags of the institution.
    pub tags: Vec<String>,
    /// Names of institutions, as documents write them.
    pub names: Vec<String>,
}

/// Words about institutions that say nothing known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not known of institutions: {}", words.join(", "))]
pub struct UnknownWords {
    /// The words, whole.
    pub words: Vec<String>,
}

impl Localized for UnknownWords {
    fn text(&self, language: Language) -> String {
        match language {
            Language::Zh => format!(
                "不认识描述机构的词：{}。可用级别（三级、二级及以上）、等次（甲等）、类别（综合、中医、妇幼、基层）、\
                 专科方向（传染病、精神、肿瘤、儿童等，或写作 专科方向:烧伤）、公立或民营、省级市级县级、#标签",
                self.words.join("、")
            ),
            Language::En => format!(
                "{self}; use levels (三级), classes (甲等), types (综合, 基层), specialties (传染病, 专科方向:烧伤), \
                 公立 or 民营, 县级, or #tags"
            ),
        }
    }
}

/// What a part of a word says.
#[derive(Debug, Clone, Copy)]
enum Says {
    Levels(&'static [Level]),
    Class(Class),
    Types(&'static [InstitutionType]),
    Hospital,
    Specialty(&'static [&'static str]),
    Ownerships(&'static [Ownership]),
    Rank(DivisionLevel),
    Nothing,
}

/// Parts of words, each before those that it begins with.
const PARTS: &[(&str, Says)] = {
    use InstitutionType as T;
    use Says::{Class as C, Hospital, Levels, Nothing, Ownerships, Rank, Specialty as S, Types};
    &[
        ("三级及以上", Levels(&[Level::Tertiary])),
        ("三级以上", Levels(&[Level::Tertiary])),
        ("三级", Levels(&[Level::Tertiary])),
        ("二级及以上", Levels(&[Level::Tertiary, Level::Secondary])),
        ("二级以上", Levels(&[Level::Tertiary, Level::Secondary])),
        ("二级", Levels(&[Level::Secondary])),
        ("一级", Levels(&[Level::Primary])),
        ("未定级", Levels(&[Level::Ungraded])),
        ("甲等", C(Class::A)),
        ("乙等", C(Class::B)),
        ("丙等", C(Class::C)),
        ("综合医院", Types(&[T::General])),
        ("综合", Types(&[T::General])),
        ("中医类", Types(&[T::Tcm, T::Integrated, T::Ethnic])),
        ("中医医院", Types(&[T::Tcm])),
        ("中医院", Types(&[T::Tcm])),
        ("中医", Types(&[T::Tcm, T::Integrated, T::Ethnic])),
        ("中西医结合医院", Types(&[T::Integrated])),
        ("中西医结合", Types(&[T::Integrated])),
        ("民族医医院", Types(&[T::Ethnic])),
        ("民族医院", Types(&[T::Ethnic])),
        ("民族医", Types(&[T::Ethnic])),
        ("传染病", S(&["传染病"])),
        ("精神卫生", S(&["精神"])),
        ("精神", S(&["精神"])),
        ("肿瘤", S(&["肿瘤"])),
        ("儿童", S(&["儿童", "儿科"])),
        ("儿科", S(&["儿童", "儿科"])),
        ("妇产", S(&["妇产"])),
        ("口腔", S(&["口腔"])),
        ("眼科", S(&["眼科"])),
        ("胸科", S(&["胸科"])),
        ("心血管", S(&["心血管"])),
        ("骨科", S(&["骨科"])),
        ("皮肤", S(&["皮肤"])),
        ("结核", S(&["结核"])),
        ("职业病", S(&["职业病"])),
        ("专科医院", Types(&[T::Specialised])),
        ("专科", Types(&[T::Specialised])),
        ("妇幼保健机构", Types(&[T::Maternal])),
        ("妇幼保健院", Types(&[T::Maternal])),
        ("妇幼", Types(&[T::Maternal])),
        ("乡镇卫生院", Types(&[T::Township])),
        ("卫生院", Types(&[T::Township])),
        ("社区卫生服务中心", Types(&[T::Community])),
        ("社区卫生服务站", Types(&[T::Station])),
        ("社区卫生服务机构", Types(&[T::Community, T::Station])),
        ("村卫生室", Types(&[T::Village])),
        (
            "基层医疗卫生机构",
            Types(&[T::Township, T::Community, T::Station, T::Village, T::Clinic]),
        ),
        (
            "基层医疗机构",
            Types(&[T::Township, T::Community, T::Station, T::Village, T::Clinic]),
        ),
        (
            "基层",
            Types(&[T::Township, T::Community, T::Station, T::Village, T::Clinic]),
        ),
        ("专业公共卫生机构", Types(&[T::PublicHealth])),
        ("公共卫生机构", Types(&[T::PublicHealth])),
        (
            "公立",
            Ownerships(&[Ownership::Government, Ownership::Public]),
        ),
        ("政府办", Ownerships(&[Ownership::Government])),
        (
            "民营",
            Ownerships(&[Ownership::NonProfit, Ownership::ForProfit]),
        ),
        (
            "社会办",
            Ownerships(&[Ownership::NonProfit, Ownership::ForProfit]),
        ),
        ("省级", Rank(DivisionLevel::Province)),
        ("市级", Rank(DivisionLevel::City)),
        ("县级", Rank(DivisionLevel::County)),
        ("区级", Rank(DivisionLevel::County)),
        ("乡级", Rank(DivisionLevel::Township)),
        ("医院", Hospital),
        ("医疗卫生机构", Nothing),
        ("医疗机构", Nothing),
        ("机构", Nothing),
        ("全部", Nothing),
        ("所有", Nothing),
        ("各", Nothing),
    ]
};

impl Filter {
    /// The filter that words describe: each is a level, class, type, owner or rank, several of them joined
    /// such as 县级公立综合医院, or a tag after `#`.
    ///
    /// # Errors
    /// The words of which nothing, or only a part, is known.
    pub fn parse<W: AsRef<str>>(words: impl IntoIterator<Item = W>) -> Result<Self, UnknownWords> {
        let mut filter = Self::default();
        let mut unknown = Vec::new();
        for word in words {
            let word = word.as_ref().trim();
            let specialty = word.strip_prefix("专科方向");
            let specialty = specialty.and_then(|rest| rest.strip_prefix([':', '：']));
            if let Some(tag) = word.strip_prefix(['#', '＃']) {
                filter.tags.push(tag.to_owned());
            } else if let Some(specialty) = specialty.map(str::trim).filter(|one| !one.is_empty()) {
                filter.specialties.push(specialty.to_owned());
            } else if !filter.take(word) {
                unknown.push(word.to_owned());
            }
        }
        if unknown.is_empty() {
            Ok(filter)
        } else {
            Err(UnknownWords { words: unknown })
        }
    }

    /// Takes a word apart; `false` when something of it is not known.
    fn take(&mut self, word: &str) -> bool {
        let whole = match word {
            "三甲" => "三级甲等",
            "三乙" => "三级乙等",
            "二甲" => "二级甲等",
            "二乙" => "二级乙等",
            other => other,
        };
        let mut rest = whole;
        while !rest.is_empty() {
            let known = PARTS.iter().find(|(part, _)| rest.starts_with(part));
            let Some((part, says)) = known else {
                return false;
            };
            self.add(*says);
            rest = &rest[part.len()..];
        }
        !whole.is_empty()
    }

    fn add(&mut self, says: Says) {
        match says {
            Says::Levels(levels) => extend(&mut self.levels, levels),
            Says::Class(class) => extend(&mut self.classes, &[class]),
            Says::Types(types) => extend(&mut self.types, types),
            Says::Hospital => self.hospitals = true,
            Says::Specialty(words) => {
                let words = words.iter().map(|word| (*word).to_owned());
                self.specialties.extend(words);
            }
            Says::Ownerships(ownerships) => extend(&mut self.ownerships, ownerships),
            Says::Rank(rank) => extend(&mut self.ranks, &[rank]),
            Says::Nothing => {}
        }
    }

    /// Whether it restricts nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether an institution is meant; `rank` is that of the division in which it lies.
    pub fn matches(&self, institution: &Institution, rank: Option<DivisionLevel>) -> bool {
        let is_named =
            |name: &String| *name == institution.name || institution.aliases.contains(name);
        fits(&self.levels, |level| *level == institution.level)
            && fits(&self.classes, |class| Some(*class) == institution.class)
            && fits(&self.types, |kind| *kind == institution.kind)
            && (!self.hospitals || institution.kind.is_hospital())
            && fits(&self.ownerships, |owner| *owner == institution.ownership)
            && fits(&self.ranks, |wanted| Some(*wanted) == rank)
            && fits(&self.specialties, |wanted| {
                let own = institution.specialty.as_ref();
                own.is_some_and(|own| own.contains(wanted.as_str()))
            })
            && fits(&self.tags, |tag| institution.tags.contains(tag))
            && fits(&self.names, is_named)
    }
}

fn fits<T>(wanted: &[T], fits: impl FnMut(&T) -> bool) -> bool {
    wanted.is_empty() || wanted.iter().any(fits)
}

fn extend<T: Copy + PartialEq>(list: &mut Vec<T>, more: &[T]) {
    for value in more {
        if !list.contains(value) {
            list.push(*value);
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::directory::Directory;
    use crate::tables::Table;
    use crate::testing::{put, region};

    /// Codes of the region's institutions that the words mean.
    #[track_caller]
    fn check(words: &[&str], expected: &str) {
        let directory = Directory::new(region());
        let view = directory.as_of(date(2023, 6, 30));
        let filter = Filter::parse(words).expect("known words");
        let found: Vec<&str> = view
            .matching(&filter)
            .map(|institution| institution.code.as_str())
            .collect();
        assert_eq!(found.concat(), expected, "{words:?}");
    }

    #[test]
    fn words_pick_institutions() {
        check(&[], "ABCDE");
        check(&["三级"], "B");
        check(&["二级及以上"], "ABE");
        check(&["二级", "三级"], "ABE");
        check(&["二级甲等"], "A");
        check(&["三甲"], "B");
        check(&["综合", "公立"], "AB");
        check(&["县级公立综合医院"], "A");
        check(&["基层医疗卫生机构"], "CD");
        check(&["社会办医院"], "E");
        check(&["医院"], "ABE");
        check(&["各医疗机构"], "ABCDE");
        check(&["中医类医院"], "");
        check(&["#中心卫生院"], "C");
        check(&["三级", "#中心卫生院"], "");
    }

    #[test]
    fn what_a_hospital_specialises_in_picks_it() {
        let mut rows = region();
        for line in [
            "F,望舒市第三人民医院,,,三级,甲等,专科医院,传染病、肝病,政府办,9901,,,,",
            "G,望舒市儿童医院,,,三级,甲等,专科医院,儿科,政府办,9901,,,,",
            "H,望舒市安康医院,,,二级,,专科医院,精神卫生,政府办,9901,,,,",
        ] {
            put(&mut rows, Table::Institutions, line);
        }
        let directory = Directory::new(rows);
        let view = directory.as_of(date(2023, 6, 30));
        let picked = |words: &[&str]| -> String {
            let filter = Filter::parse(words).expect("known words");
            let found = view.matching(&filter);
            found.map(|institution| institution.code.as_str()).collect()
        };
        assert_eq!(picked(&["专科"]), "FGH");
        assert_eq!(picked(&["传染病医院"]), "F");
        assert_eq!(picked(&["三级儿童医院"]), "G");
        assert_eq!(picked(&["精神专科医院"]), "H");
        assert_eq!(picked(&["三级", "精神"]), "");
        assert_eq!(picked(&["传染病", "儿童"]), "FG");
        assert_eq!(picked(&["专科方向：肝病"]), "F");
        assert_eq!(picked(&["专科方向:烧伤"]), "");
        assert!(Filter::parse(["专科方向:"]).is_err());
    }

    #[test]
    fn names_and_other_names_pick_too() {
        let directory = Directory::new(region());
        let view = directory.as_of(date(2023, 6, 30));
        let filter = Filter {
            names: vec!["云泽县总医院".to_owned(), "望舒市中心医院".to_owned()],
            ..Filter::default()
        };
        assert!(!filter.is_empty());
        assert_eq!(view.matching(&filter).count(), 2);
    }

    #[test]
    fn what_is_not_known_is_told() {
        let error = Filter::parse(["三级", "四级", "三级神奇医院", ""]).expect_err("unknown words");
        assert_eq!(error.words, ["四级", "三级神奇医院", ""]);
        assert!(error.text(Language::Zh).contains("四级、三级神奇医院"));
    }

    #[test]
    fn longer_parts_stand_before_shorter_ones() {
        for (at, (part, _)) in PARTS.iter().enumerate() {
            for (earlier, _) in &PARTS[..at] {
                assert!(!part.starts_with(earlier), "{earlier} hides {part}");
            }
        }
    }
}
