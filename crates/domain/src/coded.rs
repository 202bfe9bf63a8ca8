/// An enum whose variants have a stable code, for databases and programs, and words in both languages.
///
/// ```
/// use biaochi_domain::{Language, Localized as _};
///
/// biaochi_domain::coded! {
///     /// Whether a second person agreed.
///     pub enum Review {
///         /// Nobody looked at it yet.
///         Proposed = "proposed", "待审核", "proposed";
///         /// It holds.
///         Confirmed = "confirmed", "已审核", "confirmed";
///     }
/// }
/// assert_eq!(Review::from_code("confirmed"), Some(Review::Confirmed));
/// assert_eq!(Review::Proposed.text(Language::Zh), "待审核");
/// ```
#[macro_export]
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

            /// The stable code, as databases and programs know it.
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

        impl $crate::Localized for $name {
            fn text(&self, language: $crate::Language) -> String {
                let (zh, en) = match self {
                    $(Self::$variant => ($zh, $en),)+
                };
                match language {
                    $crate::Language::Zh => zh.to_owned(),
                    $crate::Language::En => en.to_owned(),
                }
            }
        }
    };
}
