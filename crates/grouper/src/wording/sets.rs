use biaochi_domain::Language;

/// What a person calls a set of the scheme.
pub(super) enum SetLabel<'n> {
    /// A single code.
    Code(&'n str),
    /// A table, such as `“AB1”手术表`.
    Table(String),
}

impl<'n> SetLabel<'n> {
    /// The label of a set that is looked at through diagnoses or procedures.
    pub(super) fn new(set: &'n str, diagnosis: bool, language: Language) -> Self {
        if let Some(code) = set.strip_prefix('=') {
            return Self::Code(code);
        }
        let zh = language == Language::Zh;
        if matches!(set, "@valid" | "OP_ALL") {
            let label = if zh {
                "有效手术操作表"
            } else {
                "the list of valid procedures"
            };
            return Self::Table(label.to_owned());
        }
        let (owner, kind) = match set.rsplit_once('/') {
            Some((owner, kind)) => (owner, kind),
            None => (set, ""),
        };
        let letters = kind.trim_end_matches(|digit: char| digit.is_ascii_digit());
        let number = &kind[letters.len()..];
        let table = match (letters, diagnosis, zh) {
            ("sites", _, true) => "损伤部位表",
            ("sites", _, false) => "list of body sites",
            ("pxc", _, true) => "手术分类表",
            ("pxc", _, false) => "list of procedure classes",
            (_, true, true) if owner.starts_with("MDC") => "主诊表",
            (_, true, true) => "诊断表",
            (_, true, false) => "list of diagnoses",
            (_, false, true) => "手术表",
            (_, false, false) => "list of procedures",
        };
        Self::Table(match (zh, number) {
            (true, number) => format!("“{owner}”{table}{number}"),
            (false, "") => format!("the {table} `{owner}`"),
            (false, number) => format!("the {table} `{owner}` no. {number}"),
        })
    }
}
