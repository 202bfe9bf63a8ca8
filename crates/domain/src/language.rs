/// The language a message is written in.
///
/// People who use Biaochi read Chinese; `--lang en` exists for developers and foreign partners.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Language {
    /// Simplified Chinese, the default of everything a person sees.
    #[default]
    Zh,
    /// English.
    En,
}

/// Something that can be told to a person in either language.
///
/// Engines return typed values; only at the rim are they put into words, through this trait.
pub trait Localized {
    /// The complete sentence: what is wrong, where, and what to do.
    fn text(&self, language: Language) -> String;
}
