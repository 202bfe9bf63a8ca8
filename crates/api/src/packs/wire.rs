//! Packs as they go over the wire.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// An installed pack.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PackRow {
    /// 标识。
    pub(super) id: String,
    /// 名称。
    pub(super) title: String,
    /// Such as `checks`.
    pub(super) kind: String,
    /// 类别。
    pub(super) kind_text: String,
    /// 版本。
    pub(super) version: String,
    /// The pack that it is laid over.
    pub(super) base: Option<String>,
    /// It is the institution's own; else it is in the program.
    pub(super) own: bool,
    /// It can be edited here.
    pub(super) editable: bool,
    /// Another pack with its id takes its place.
    pub(super) replaced: bool,
    /// It is in force; an own pack may be a draft only.
    pub(super) active: bool,
    /// It has a draft.
    pub(super) draft: bool,
    /// Imports are checked with it.
    pub(super) in_use: bool,
    /// How many things are doubtful in it.
    pub(super) warnings: u64,
    /// A pack can be laid over it.
    pub(super) can_be_base: bool,
}

/// A remark on a pack.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PackRemark {
    /// 何处。
    pub(super) what: String,
    /// 为什么。
    pub(super) why: String,
    /// 有何影响。
    pub(super) effect: String,
}

/// Where the content of a pack comes from.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PackSource {
    /// 名称。
    pub(super) title: String,
    /// 文号、网址。
    pub(super) place: String,
    /// 版本或日期。
    pub(super) version: String,
    /// 许可。
    pub(super) licence: String,
    /// 用于什么。
    pub(super) used_for: String,
}

/// A definition of a pack.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PackDefinition {
    /// 标识。
    pub(super) id: String,
    /// 名称。
    pub(super) title: String,
    /// What else to know at a glance.
    pub(super) detail: String,
}

/// Everything about a pack.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PackDetail {
    /// The pack in the list.
    pub(super) pack: PackRow,
    /// Licence of its content.
    pub(super) licence: String,
    /// The document that it implements.
    pub(super) document: Vec<String>,
    /// SHA-256 over its files.
    pub(super) content_hash: String,
    /// Where its content comes from.
    pub(super) sources: Vec<PackSource>,
    /// What is doubtful in it.
    pub(super) damages: Vec<PackRemark>,
    /// What was mended in it.
    pub(super) mends: Vec<PackRemark>,
    /// Its definitions with those of what it is laid over.
    pub(super) definitions: Vec<PackDefinition>,
    /// Why there are none, if it has mistakes.
    pub(super) definitions_problem: Option<String>,
    /// Files of the version in force.
    pub(super) files: Vec<String>,
    /// Files of the draft.
    pub(super) draft_files: Vec<String>,
    /// Numbers of the versions that were in force before, the newest first.
    pub(super) versions: Vec<u32>,
    /// `README.md`.
    pub(super) readme: String,
}

/// An own pack to be begun.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct NewPackBody {
    /// 标识。
    pub(super) id: String,
    /// 名称。
    pub(super) title: String,
    /// 叠加在哪个内容包上。
    pub(super) base: String,
}

/// Which version of a file is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct FileQuery {
    /// `active`（缺省）、`draft` 或历史版本的序号。
    pub(super) of: Option<String>,
    /// 删除时：看到的那一版的哈希。
    pub(super) revision: Option<String>,
}

/// A file of a pack.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PackFile {
    /// Its path within the pack.
    pub(super) file: String,
    /// What stands in it.
    pub(super) text: String,
    /// Its hash, to be sent with a change.
    pub(super) revision: String,
    /// It can be changed.
    pub(super) editable: bool,
}

/// A file to be saved in the draft.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct FileBody {
    /// 内容。
    pub(super) text: String,
    /// The hash of what was seen; empty for a new file.
    #[serde(default)]
    pub(super) revision: String,
}

/// A saved file and what is wrong with the draft now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SavedFile {
    /// Its hash now.
    pub(super) revision: String,
    /// The check of the draft.
    pub(super) check: PackCheck,
}

/// What is wrong or doubtful with a draft.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PackCheck {
    /// It can come into force.
    pub(super) usable: bool,
    /// Mistakes and hints, by file and line.
    pub(super) problems: Vec<PackFault>,
}

/// A mistake or hint.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PackFault {
    /// The file within the pack.
    pub(super) file: String,
    /// Line, from one; zero for the file as a whole.
    pub(super) line: u32,
    /// Column, from one; zero for the line as a whole.
    pub(super) column: u32,
    /// It has to be mended first.
    pub(super) error: bool,
    /// What is wrong and what to do.
    pub(super) text: String,
}

/// A step with a pack.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(crate) struct PackStep {
    /// 理由。
    #[serde(default)]
    pub(super) reason: String,
    /// 回到哪个历史版本。
    pub(super) version: Option<u32>,
    /// 以后入库用它检查（只用于质控规则包）。
    #[serde(default)]
    pub(super) use_for_imports: bool,
}

/// Which versions are compared.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct DiffQuery {
    /// `base`（所叠加的包）、`active`、`draft`、历史版本的序号。
    pub(super) from: String,
    /// 同上。
    pub(super) to: String,
}

/// What differs between two versions of a pack.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PackDiff {
    /// Definitions that came, changed or are gone.
    pub(super) definitions: Vec<DefinitionDifference>,
    /// Files that differ.
    pub(super) files: Vec<FileDifference>,
}

/// A definition that differs.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DefinitionDifference {
    /// `came`, `changed` or `gone`.
    pub(super) kind: &'static str,
    /// 新增、变更、去掉。
    pub(super) kind_text: &'static str,
    /// 标识。
    pub(super) id: String,
    /// 名称。
    pub(super) title: String,
    /// What else to know.
    pub(super) detail: String,
}

/// A file that differs.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FileDifference {
    /// Its path within the pack.
    pub(super) file: String,
    /// `added`, `removed` or `changed`.
    pub(super) kind: &'static str,
    /// Its lines.
    pub(super) lines: Vec<LineDifference>,
}

/// A line of a comparison.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LineDifference {
    /// `same`, `added`, `removed`, or `skipped` for lines that are not shown, with their number as text.
    pub(super) kind: &'static str,
    /// Its number before.
    pub(super) old: Option<u64>,
    /// Its number after.
    pub(super) new: Option<u64>,
    /// What stands there.
    pub(super) text: String,
}
