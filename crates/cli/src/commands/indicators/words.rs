//! Values, marks and provenance in words.

use biaochi_app::indicators::{Mark, NoValue, Provenance, Value, shown};
use biaochi_domain::{Language, Localized as _};
use rust_decimal::Decimal;
use serde_json::json;

/// A value as people read it, or why there is none.
pub(super) fn shown_value(
    value: Result<&Value, &NoValue>,
    decimals: u32,
    language: Language,
) -> String {
    match value {
        Ok(value) => shown(value.value, decimals),
        Err(why) => format!("—（{}）", why.text(language)),
    }
}

/// A sum without needless zeros; empty when there is none.
pub(super) fn sum(sum: Option<Decimal>) -> String {
    sum.map_or_else(String::new, |sum| sum.round_dp(4).normalize().to_string())
}

/// What is not confirmed, in a few words.
pub(super) fn marks_text(marks: &[Mark], language: Language) -> String {
    let zh = language == Language::Zh;
    let words = marks.iter().map(|mark| match mark {
        Mark::Definition(certainty) if zh => format!("定义{}", certainty.text(language)),
        Mark::Definition(certainty) => format!("definition: {}", certainty.text(language)),
        Mark::List { title, .. } if zh => format!("暂定名录“{title}”"),
        Mark::List { id, .. } => format!("provisional list {id}"),
    });
    words.collect::<Vec<_>>().join(if zh { "；" } else { "; " })
}

pub(super) fn marks_value(marks: &[Mark]) -> serde_json::Value {
    let marks = marks.iter().map(|mark| match mark {
        Mark::Definition(certainty) => json!({"definition": certainty.id()}),
        Mark::List {
            id,
            title,
            certainty,
        } => {
            json!({"list": id, "title": title, "certainty": certainty.id()})
        }
    });
    marks.collect()
}

pub(super) fn provenance_text(provenance: &Provenance, language: Language) -> String {
    let Provenance {
        version,
        cell_version,
        pack,
        pack_hash,
        ..
    } = provenance;
    let hash = pack_hash.get(..12).unwrap_or(pack_hash);
    match language {
        Language::Zh => {
            format!("数据版本 {version}，合计表版本 {cell_version}，指标包 {pack}（{hash}）")
        }
        Language::En => {
            format!("data version {version}, sums version {cell_version}, pack {pack} ({hash})")
        }
    }
}

pub(super) fn provenance_value(provenance: &Provenance) -> serde_json::Value {
    json!({
        "version": provenance.version,
        "table_versions": provenance.table_versions,
        "cell_version": provenance.cell_version,
        "pack": provenance.pack,
        "pack_hash": provenance.pack_hash,
    })
}
