//! What goes wrong with forms, in words for somebody at a web page.

use biaochi_app::datasets::DataSetError;
use biaochi_app::worklist::WorklistError;
use biaochi_datasets::{Refusal, State, Step};
use biaochi_domain::Localized as _;
use biaochi_store::StoreError;

use super::wire::ZH;
use crate::problem::{Code, Problem};

impl From<DataSetError> for Problem {
    fn from(error: DataSetError) -> Self {
        let words = |text: String| Self::invalid("file", text);
        match &error {
            DataSetError::Store(inner) | DataSetError::Worklist(WorklistError::Store(inner)) => {
                of_store(inner)
            }
            _ if error.is_busy() => Self::of(Code::Busy, &error).after(5),
            _ if error.is_not_found() => Self::of(Code::NotFound, &error),
            DataSetError::File(_) => Self::of(Code::Unsupported, &error),
            DataSetError::WhichDataSet { file } | DataSetError::NotAForm { file, .. } => {
                words(format!(
                    "“{file}”里找不到这份填报表：既没有模板的标记，也没有认得的列名。请下载模板，填好后再上传"
                ))
            }
            DataSetError::OtherTemplate { file, found, .. } => words(format!(
                "“{file}”是数据集“{found}”的模板，不是这一份的。请换一个文件，或到那个数据集上传"
            )),
            DataSetError::NoOrganisation { file, .. } => words(format!(
                "“{file}”没有写明是哪家机构的。请补上“机构代码”列后再上传"
            )),
            DataSetError::NoPeriod { file, .. } => {
                words(format!("“{file}”没有写明填报期间。请补上“期间”列后再上传"))
            }
            DataSetError::Another {
                file,
                found,
                wanted,
            } => words(format!(
                "“{file}”里是 {found} 的数据，不是 {wanted} 的。请换一个文件，或打开 {found} 的填报页上传"
            )),
            DataSetError::UnknownOrganisations { file, found } => {
                let codes: Vec<&str> = found.iter().take(5).map(|(code, _)| &**code).collect();
                words(format!(
                    "“{file}”里有机构台账中没有的机构代码：{}。请核对代码，新机构请先在组织机构中登记；整个文件没有导入",
                    codes.join("、")
                ))
            }
            DataSetError::Json { .. } => Self::of(Code::Invalid, &error),
            DataSetError::Period { .. }
            | DataSetError::NotBegun { .. }
            | DataSetError::NotInForce { .. } => Self::invalid("period", error.text(ZH)),
            _ => Self::internal(&error),
        }
    }
}

fn of_store(error: &StoreError) -> Problem {
    match error {
        StoreError::Refused { refusal, .. } => Problem::new(Code::Conflict, refused(*refusal)),
        StoreError::Conflict { .. } => Problem::new(
            Code::Conflict,
            "这份填报刚被别人改过，您的改动没有保存。请比对最新内容后再存",
        ),
        other => Problem::from_store(other),
    }
}

/// Why a step is not possible, without the words of the command line.
pub(super) fn refused(refusal: Refusal) -> String {
    match refusal {
        Refusal::Nothing => "还没有填写，请先填写并保存".to_owned(),
        Refusal::State { state, step } => {
            let what = match (state, step) {
                (State::Submitted, Step::Save) => "请等待审核；要改请先撤回，或请审核人退回",
                (State::Approved, _) => "要改请直接修改并写明理由，保存后是新的一版",
                (State::Draft | State::Returned, _) => "请先提交",
                _ => "请刷新查看最新状态",
            };
            let (state, step) = (state.text(ZH), step.text(ZH));
            format!("状态是“{state}”，不能{step}；{what}")
        }
        Refusal::Errors { count } => format!("还有 {count} 处错误，改正后才能提交"),
        Refusal::Unexplained { count } => {
            format!("有 {count} 处需要核实，请改正，或写明说明后提交")
        }
        Refusal::NoComment { step: Step::Save } => "已审核的数据要改正，请写明理由".to_owned(),
        Refusal::NoComment { step } => format!("{}要写明理由", step.text(ZH)),
        Refusal::SamePerson => "提交人不能审核自己提交的数据，请由另一人审核".to_owned(),
        Refusal::AnotherPerson => "只有提交人可以撤回；审核人请用退回".to_owned(),
    }
}
