//! The words of the field: levels, classes, types, posts, titles.

use biaochi_domain::{Language, Localized};

use crate::value::{Kind, Value, ValueFault};

/// An enum whose variants have a stable code, a Chinese word and an English one. Files and stores hold
/// the Chinese word; codes and the further spellings are read as well.
macro_rules! words {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $(
                $(#[$doc:meta])*
                $variant:ident = $code:literal, $zh:literal, $en:literal $(, [$($other:literal),+])?;
            )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $( $(#[$doc])* $variant, )+
        }

        impl $name {
            /// Every value, in order.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The Chinese words, in order.
            pub const WORDS: &[&'static str] = &[$($zh),+];

            /// The stable code, for programs.
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)+
                }
            }

            /// The word of the field.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $zh,)+
                }
            }

            /// The value that a word, a code or another usual spelling names.
            pub fn from_word(text: &str) -> Option<Self> {
                match text {
                    $($zh | $code $( $(| $other)+ )? => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }

        impl Localized for $name {
            fn text(&self, language: Language) -> String {
                match language {
                    Language::Zh => self.word().to_owned(),
                    Language::En => match self {
                        $(Self::$variant => $en.to_owned(),)+
                    },
                }
            }
        }

        impl Value for $name {
            const KIND: Kind = Kind::Word(Self::WORDS);

            fn read(text: &str) -> Result<Self, ValueFault> {
                Self::from_word(text).ok_or(ValueFault::Word { words: Self::WORDS })
            }

            fn write(&self) -> String {
                self.word().to_owned()
            }
        }
    };
}

words! {
    /// Rank of an administrative division, the highest first.
    pub enum DivisionLevel {
        /// 省、自治区、直辖市
        Province = "province", "省", "province", ["省级", "自治区", "直辖市"];
        /// 地级市、州、盟
        City = "city", "市", "city", ["市级", "地级", "地级市", "州", "盟"];
        /// 县、县级市、区、旗
        County = "county", "县", "county", ["县级", "区", "县级市", "旗", "区县"];
        /// 乡、镇、街道
        Township = "township", "乡", "township", ["乡级", "镇", "街道", "乡镇"];
        /// 村、社区
        Village = "village", "村", "village", ["村级", "社区"];
    }
}

words! {
    /// Level (级) of an institution.
    pub enum Level {
        /// 三级
        Tertiary = "tertiary", "三级", "tertiary", ["三", "3"];
        /// 二级
        Secondary = "secondary", "二级", "secondary", ["二", "2"];
        /// 一级
        Primary = "primary", "一级", "primary", ["一", "1"];
        /// 未定级
        Ungraded = "ungraded", "未定级", "ungraded", ["未评级", "无"];
    }
}

words! {
    /// Class (等) within a level.
    pub enum Class {
        /// 甲等
        A = "a", "甲等", "class A", ["甲"];
        /// 乙等
        B = "b", "乙等", "class B", ["乙"];
        /// 丙等
        C = "c", "丙等", "class C", ["丙"];
        /// 未定等
        Ungraded = "ungraded", "未定等", "no class", ["未评等", "无"];
    }
}

words! {
    /// Type (类别) of an institution.
    pub enum InstitutionType {
        /// 综合医院
        General = "general", "综合医院", "general hospital", ["综合"];
        /// 中医医院
        Tcm = "tcm", "中医医院", "hospital of Chinese medicine", ["中医院"];
        /// 中西医结合医院
        Integrated = "integrated", "中西医结合医院", "hospital of integrated medicine", ["中西医结合"];
        /// 民族医医院
        Ethnic = "ethnic", "民族医医院", "hospital of ethnic medicine", ["民族医院", "民族医"];
        /// 专科医院
        Specialised = "specialised", "专科医院", "specialised hospital", ["专科"];
        /// 妇幼保健院
        Maternal = "maternal", "妇幼保健院", "maternal and child hospital", ["妇幼保健机构", "妇幼"];
        /// 康复医院、护理院
        Rehabilitation = "rehabilitation", "康复护理机构", "rehabilitation and nursing", ["康复医院", "护理院"];
        /// 乡镇卫生院
        Township = "township", "乡镇卫生院", "township health centre", ["卫生院", "中心卫生院"];
        /// 社区卫生服务中心
        Community = "community", "社区卫生服务中心", "community health centre";
        /// 社区卫生服务站
        Station = "station", "社区卫生服务站", "community health station";
        /// 村卫生室
        Village = "village", "村卫生室", "village clinic", ["卫生室"];
        /// 门诊部、诊所
        Clinic = "clinic", "门诊部诊所", "clinic", ["门诊部", "诊所"];
        /// 疾控、急救、采供血等专业公共卫生机构
        PublicHealth = "public_health", "专业公共卫生机构", "public health institution", ["疾病预防控制中心", "急救中心", "血站"];
        /// 其他
        Other = "other", "其他", "other";
    }
}

impl InstitutionType {
    /// Whether it is a hospital (医院; maternal and child hospitals count, as in the national assessment).
    pub fn is_hospital(self) -> bool {
        self <= Self::Rehabilitation
    }

    /// Whether it is a primary care institution (基层医疗卫生机构).
    pub fn is_primary_care(self) -> bool {
        (Self::Township..=Self::Clinic).contains(&self)
    }

    /// Whether it is a hospital of traditional medicine (中医类医院).
    pub fn is_traditional(self) -> bool {
        (Self::Tcm..=Self::Ethnic).contains(&self)
    }
}

words! {
    /// Who owns an institution (举办性质).
    pub enum Ownership {
        /// 政府办
        Government = "government", "政府办", "government", ["政府办医院", "公办"];
        /// 国有企业、部队、高校等办的公立医院
        Public = "public", "其他公立", "other public", ["国有企业办", "高校办"];
        /// 民营非营利
        NonProfit = "non_profit", "民营非营利", "private, non-profit", ["非营利"];
        /// 民营营利
        ForProfit = "for_profit", "民营营利", "private, for profit", ["营利"];
    }
}

impl Ownership {
    /// Whether it is public (公立).
    pub fn is_public(self) -> bool {
        matches!(self, Self::Government | Self::Public)
    }
}

words! {
    /// What a department does.
    pub enum DepartmentKind {
        /// 临床科室
        Clinical = "clinical", "临床", "clinical", ["临床科室"];
        /// 医技科室
        Technical = "technical", "医技", "medical technology", ["医技科室"];
        /// 行政职能部门
        Administrative = "administrative", "职能", "administration", ["行政", "职能科室", "行政后勤"];
        /// 公共卫生
        PublicHealth = "public_health", "公共卫生", "public health", ["公卫"];
        /// 其他
        Other = "other", "其他", "other";
    }
}

words! {
    /// What somebody is employed for (岗位类别).
    pub enum Post {
        /// 执业（助理）医师
        Physician = "physician", "医师", "physician", ["医生", "执业医师"];
        /// 注册护士
        Nurse = "nurse", "护士", "nurse", ["护理", "护师"];
        /// 药师
        Pharmacist = "pharmacist", "药师", "pharmacist", ["药剂"];
        /// 检验、影像等技师
        Technician = "technician", "技师", "technician", ["医技"];
        /// 其他卫生技术人员，如编码员
        OtherHealth = "other_health", "其他卫技", "other health professional", ["编码员", "其他卫生技术人员"];
        /// 管理人员
        Manager = "manager", "管理", "administration", ["行政", "管理人员"];
        /// 工勤及其他
        Support = "support", "工勤", "support", ["工勤技能", "后勤"];
    }
}

words! {
    /// Professional title (专业技术职称级别), the highest first.
    pub enum Title {
        /// 正高级：主任医师等
        Senior = "senior", "正高", "senior", ["正高级", "主任医师", "主任护师", "主任药师", "主任技师"];
        /// 副高级：副主任医师等
        Associate = "associate", "副高", "associate senior", ["副高级", "副主任医师", "副主任护师", "副主任药师", "副主任技师"];
        /// 中级：主治医师等
        Intermediate = "intermediate", "中级", "intermediate", ["主治医师", "主管护师", "主管药师", "主管技师"];
        /// 初级
        Junior = "junior", "初级", "junior", ["住院医师", "医师", "医士", "护师", "护士", "药师", "药士", "技师", "技士"];
        /// 无职称
        None = "none", "无", "none", ["无职称", "未评"];
    }
}

words! {
    /// Highest education.
    pub enum Education {
        /// 博士
        Doctor = "doctor", "博士", "doctor", ["博士研究生"];
        /// 硕士
        Master = "master", "硕士", "master", ["硕士研究生", "研究生"];
        /// 本科
        Bachelor = "bachelor", "本科", "bachelor", ["大学本科", "学士"];
        /// 大专及以下
        College = "college", "专科及以下", "college or below", ["大专", "专科", "中专", "高中及以下"];
    }
}

words! {
    /// Which beds are counted.
    pub enum BedKind {
        /// 编制床位（核定床位）
        Approved = "approved", "编制床位", "approved beds", ["核定床位", "编制"];
        /// 实有（开放）床位
        Open = "open", "实有床位", "open beds", ["开放床位", "实际开放床位", "实有"];
    }
}

words! {
    /// Which people are counted.
    pub enum PopulationKind {
        /// 常住人口
        Resident = "resident", "常住人口", "residents", ["常住"];
        /// 户籍人口
        Registered = "registered", "户籍人口", "registered residents", ["户籍"];
        /// 65 岁及以上常住人口
        Elderly = "elderly", "65岁及以上人口", "residents of 65 and over", ["老年人口"];
        /// 0—6 岁儿童
        Children = "children", "0-6岁儿童", "children up to 6", ["0—6岁儿童", "儿童"];
        /// 活产数
        LiveBirths = "live_births", "活产数", "live births", ["活产"];
    }
}

words! {
    /// What binds the members of an alliance (医联体).
    pub enum AllianceKind {
        /// 县域医共体
        County = "county", "县域医共体", "county medical community", ["医共体", "县域医疗卫生共同体"];
        /// 城市医疗集团
        City = "city", "城市医疗集团", "city hospital group", ["医疗集团"];
        /// 专科联盟
        Specialty = "specialty", "专科联盟", "specialty alliance";
        /// 远程医疗协作网
        Remote = "remote", "远程医疗协作网", "telemedicine network", ["远程医疗"];
        /// 其他医联体
        Other = "other", "其他医联体", "other alliance", ["医联体", "其他"];
    }
}

words! {
    /// How closely a member belongs to an alliance.
    pub enum Closeness {
        /// 紧密型：人财物统一管理
        Tight = "tight", "紧密型", "tight", ["紧密"];
        /// 半紧密型
        Medium = "medium", "半紧密型", "semi-tight", ["半紧密"];
        /// 松散型：技术协作
        Loose = "loose", "松散型", "loose", ["松散"];
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn words_codes_and_other_spellings_are_read() {
        assert_eq!(Level::from_word("三级"), Some(Level::Tertiary));
        assert_eq!(Level::from_word("tertiary"), Some(Level::Tertiary));
        assert_eq!(Class::from_word("甲"), Some(Class::A));
        assert_eq!(Title::from_word("主治医师"), Some(Title::Intermediate));
        assert_eq!(Level::from_word("四级"), None);
        assert_eq!(Level::Tertiary.text(Language::En), "tertiary");
        for kind in InstitutionType::ALL {
            assert_eq!(InstitutionType::from_word(kind.word()), Some(*kind));
            assert_eq!(InstitutionType::from_word(kind.code()), Some(*kind));
        }
        let words: BTreeSet<_> = InstitutionType::WORDS.iter().collect();
        assert_eq!(words.len(), InstitutionType::ALL.len());
    }

    #[test]
    fn types_fall_into_groups() {
        assert!(InstitutionType::Maternal.is_hospital());
        assert!(!InstitutionType::Township.is_hospital());
        let primary = InstitutionType::ALL.iter().filter(|t| t.is_primary_care());
        assert_eq!(primary.count(), 5);
        assert!(InstitutionType::Ethnic.is_traditional());
        assert!(!InstitutionType::Specialised.is_traditional());
    }
}
