//! The text form of pack tables: lines, code lists, rules. `packs/README.md` describes it for
//! people who edit packs.

pub(crate) mod code_list;
pub(crate) mod lines;
pub(crate) mod rule;
pub(crate) mod toml_reader;
