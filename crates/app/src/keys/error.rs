use std::path::PathBuf;

use biaochi_domain::{Language, Localized};
use biaochi_store::StoreError;
use biaochi_warehouse::WarehouseError;

use super::KeyUse;

/// Why keys were not looked at, rotated or retired.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the fields say what they hold")]
pub enum KeyError {
    #[error("{values} sealed values do not open with {path}")]
    Unopened {
        path: PathBuf,
        values: u64,
        /// Keys that values name and that are not there.
        missing: Vec<u32>,
    },
    #[error("there is no key {id}")]
    Unknown { id: u32 },
    #[error("key {id} is the current one")]
    Current { id: u32 },
    #[error("key {id} still seals what is in use")]
    InUse { id: u32, seals: KeyUse },
    #[error("key {id} still seals older versions of the lake")]
    InOlder { id: u32, seals: KeyUse },
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Warehouse(#[from] WarehouseError),
}

impl KeyError {
    /// An import holds the workspace; the same command may succeed later.
    pub fn is_busy(&self) -> bool {
        matches!(self, Self::Warehouse(WarehouseError::Locked { .. }))
            || matches!(self, Self::Store(StoreError::Busy { .. }))
    }
}

impl Localized for KeyError {
    fn text(&self, language: Language) -> String {
        match (self, language) {
            (Self::Store(error), _) => error.text(language),
            (Self::Warehouse(error), _) => error.text(language),
            (
                Self::Unopened {
                    path,
                    values,
                    missing,
                },
                Language::Zh,
            ) => {
                let path = path.display();
                let why = match missing.is_empty() {
                    true => "与加密时用的密钥不同，或数据已损坏".to_owned(),
                    false => format!("缺少第 {} 号密钥", numbers(missing, "、")),
                };
                format!(
                    "有 {values} 个加密保存的值用“{path}”打不开：{why}。没有轮换，一切照旧；请先从备份恢复当时的密钥文件"
                )
            }
            (
                Self::Unopened {
                    path,
                    values,
                    missing,
                },
                Language::En,
            ) => {
                let path = path.display();
                let why = match missing.is_empty() {
                    true => "it is another key, or they are damaged".to_owned(),
                    false => format!("it has no key {}", numbers(missing, ", ")),
                };
                format!(
                    "{values} sealed values do not open with {path}: {why}. Nothing was changed; restore the key file of that time from a backup first"
                )
            }
            (Self::Unknown { id }, Language::Zh) => {
                format!("密钥文件里没有第 {id} 号密钥。用 biaochi key status 查看有哪些")
            }
            (Self::Current { id }, Language::Zh) => {
                format!("第 {id} 号密钥正在使用，不能停用。请先用 biaochi key rotate 换一把新的")
            }
            (Self::InUse { id, seals }, Language::Zh) => format!(
                "第 {id} 号密钥还加密着业务数据 {} 个值、病案 {} 份，不能停用。请先用 biaochi key rotate --resume 改用当前密钥",
                seals.store_values, seals.records
            ),
            (Self::InOlder { id, seals }, Language::Zh) => format!(
                "数据湖的历史版本里还有 {} 个文件、{} 份病案用第 {id} 号密钥加密。停用后这些历史版本仍可查询，但其中的姓名、证件号等\
                 再也无法读出；确认后加 --accept 重试",
                seals.older_files, seals.older_records
            ),
            (Self::Unknown { .. }, Language::En) => format!("{self}; see `biaochi key status`"),
            (Self::Current { .. }, Language::En) => {
                format!("{self}; make another with `biaochi key rotate` first")
            }
            (Self::InUse { seals, .. }, Language::En) => format!(
                "{self}: {} values of the store, {} records; bring them under the current key with `biaochi key rotate --resume` first",
                seals.store_values, seals.records
            ),
            (Self::InOlder { seals, .. }, Language::En) => format!(
                "{self}: {} files, {} records. They stay readable without it, but for names and numbers of persons; --accept that",
                seals.older_files, seals.older_records
            ),
        }
    }
}

fn numbers(ids: &[u32], between: &str) -> String {
    let ids: Vec<String> = ids.iter().map(u32::to_string).collect();
    ids.join(between)
}
