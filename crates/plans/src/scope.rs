use biaochi_domain::{Language, Localized};

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

/// What is known of an institution that a scope looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Member<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its level, such as `三级`; with the class behind it where known: `三级甲等`.
    pub level: &'a str,
    /// Its type, such as `综合` or `中医`.
    pub kind: &'a str,
    /// The rank of the administration that it belongs to, such as `县级`; empty when unknown, which then
    /// excludes nothing.
    pub rank: &'a str,
    /// Whether it is public; unknown counts as public.
    pub is_private: bool,
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
    /// Whether an institution is meant.
    pub fn includes(&self, member: Member<'_>) -> bool {
        let any = |words: &[String], fits: &dyn Fn(&str) -> bool| {
            words.is_empty() || words.iter().any(|word| fits(word))
        };
        let has_level = |word: &String| member.level.starts_with(word.as_str());
        any(&self.levels, &|word| member.level.starts_with(word))
            && !self.except_levels.iter().any(has_level)
            && (member.rank.is_empty() || any(&self.ranks, &|word| member.rank == word))
            && any(&self.kinds, &|word| member.kind.contains(word))
            && any(&self.names, &|word| member.name.contains(word))
            && !(self.is_public && member.is_private)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(words: &[&str]) -> Vec<String> {
        words.iter().map(|&word| word.to_owned()).collect()
    }

    #[test]
    fn a_scope_takes_levels_types_names_and_ownership() {
        let scope = Scope {
            levels: texts(&["三级", "二级甲等"]),
            kinds: texts(&["综合", "中医"]),
            is_public: true,
            ..Scope::default()
        };
        let member = Member {
            name: "县人民医院",
            level: "三级乙等",
            kind: "综合医院",
            rank: "",
            is_private: false,
        };
        let includes = |member| scope.includes(member);
        assert!(includes(member));
        assert!(!includes(Member {
            level: "二级乙等",
            ..member
        }));
        assert!(includes(Member {
            level: "二级甲等",
            kind: "中医医院",
            ..member
        }));
        assert!(!includes(Member {
            kind: "口腔医院",
            ..member
        }));
        assert!(!includes(Member {
            is_private: true,
            ..member
        }));
        let rest = Scope {
            except_levels: texts(&["三级甲等"]),
            ranks: texts(&["县级"]),
            ..scope.clone()
        };
        assert!(rest.includes(member));
        assert!(!rest.includes(Member {
            level: "三级甲等",
            ..member
        }));
        assert!(!rest.includes(Member {
            rank: "市级",
            ..member
        }));
        let named = Scope {
            names: texts(&["妇女儿童医院"]),
            ..Scope::default()
        };
        assert!(!named.includes(member));
        assert!(named.includes(Member {
            name: "某市妇女儿童医院",
            ..member
        }));
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
