//! Code systems, value sets and concept maps: look-up and translation.
//!
//! - [`CodeSystem`]: codes with their names, found by code, name, pinyin initials or likeness,
//!   ranked, each with the reason of the match.
//! - [`ValueSet`]: the few codes a coded field may hold (性别, 离院方式 …).
//! - [`CodeList`]: codes with something in common (不能作为主要诊断 …).
//! - [`ConceptMap`]: one code of one edition → the code of another edition, and back to candidates.
//! - [`unify`]: a code, a name or both → codes of the other edition, with how sure that is and why.
//!
//! Everything is in memory and without I/O; the content comes from packs.
//!
//! ```
//! use biaochi_terminology::{CodeSystem, Concept, Edition, Kind};
//!
//! let mut builder = CodeSystem::builder("icd-10", "疾病诊断编码", Kind::Diagnosis);
//! builder.add(Concept::new("I21.000", "前壁急性透壁性心肌梗死", Edition::Both));
//! let system = builder.build();
//! assert_eq!(system.search("jxtbx", 10)[0].concept.code(), "I21.000");
//! assert_eq!(system.find("ｉ２１０００").map(Concept::code), Some("I21.000"));
//! ```

mod code_list;
mod concept;
mod concept_map;
mod fold;
mod initials;
mod name_index;
mod reason;
mod score;
mod search;
mod system;
pub mod unify;
mod value_set;

pub use code_list::CodeList;
pub use concept::{Concept, Edition, Kind, OtherName, Status};
pub use concept_map::{ConceptMap, Translation};
pub use fold::{fold_code, fold_name};
pub use initials::initials;
pub use reason::Reason;
pub use score::Score;
pub use search::Hit;
pub use system::{CodeSystem, CodeSystemBuilder};
pub use value_set::{Certainty, Member, OtherValues, ValueSet};
