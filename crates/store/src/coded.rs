/// An enum whose variants have a stable code in the database and a name in both languages.
macro_rules! coded {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $( $(#[$doc:meta])* $variant:ident = $code:literal, $zh:literal, $en:literal; )+
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

            /// The stable code, as it stands in the database.
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)+
                }
            }

            /// The value with this code.
            pub fn from_code(code: &str) -> Option<Self> {
                match code {
                    $($code => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }

        impl biaochi_domain::Localized for $name {
            fn text(&self, language: biaochi_domain::Language) -> String {
                let (zh, en) = match self {
                    $(Self::$variant => ($zh, $en),)+
                };
                match language {
                    biaochi_domain::Language::Zh => zh.to_owned(),
                    biaochi_domain::Language::En => en.to_owned(),
                }
            }
        }
    };
}

pub(crate) use coded;
