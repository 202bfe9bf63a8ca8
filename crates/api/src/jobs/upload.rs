use axum::Json;
use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartError};
use axum::http::{HeaderMap, StatusCode};
use biaochi_access::{Action, Resource, Sensitivity};
use biaochi_app::ImportMode;
use biaochi_app::jobs::{JobRequest, Upload, UploadedFile, Uploads, WantedJob};
use utoipa::ToSchema;

use super::wire::Job;
use super::{idempotency_key, only, queue};
use crate::caller::Caller;
use crate::problem::{Code, Problem, ProblemBody};

/// Bytes of an upload where the service was not told another limit.
const MOST: u64 = 2 << 30;

/// Files of one upload.
const MOST_FILES: usize = 200;

/// Bytes of a field that is no file.
const LONGEST_TEXT: usize = 1024;

/// What is uploaded.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form, which is read piece by piece")]
pub(super) struct ImportForm {
    /// 文件，可多个：CSV、XLSX、Parquet，或其 gzip、zip 压缩。
    #[schema(value_type = Vec<String>, format = Binary)]
    file: Vec<Vec<u8>>,
    /// 文件中没有机构代码时使用的机构代码；也把导入限于这家机构。
    organisation: Option<String>,
    /// `replace-month` 整月替换（默认），`correction` 按病案补充或替换。
    mode: Option<String>,
    /// `true` 确认整月替换：文件里的病案不到这个月现有（至少 50 份）的一半时，不确认不会导入。
    allow_fewer: Option<bool>,
}

/// The form as far as it was read.
#[derive(Default)]
struct Form {
    files: Vec<UploadedFile>,
    organisation: Option<String>,
    mode: ImportMode,
    allow_fewer: bool,
}

/// Takes files of front pages in, as a job. `Idempotency-Key` makes sending it twice harmless.
#[utoipa::path(post, path = "/imports", tag = "jobs",
    request_body(content = ImportForm, content_type = "multipart/form-data"),
    params(("idempotency-key" = Option<String>, Header, description = "同一账号内唯一，最多 64 个字符")),
    responses((status = 202, body = Job), (status = 400, description = "请求内容不是表单"),
        (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 409, body = ProblemBody), (status = 413, body = ProblemBody), (status = 415, body = ProblemBody),
        (status = 422, body = ProblemBody), (status = 429, body = ProblemBody), (status = 503, body = ProblemBody)))]
pub(super) async fn import_files(
    caller: Caller,
    headers: HeaderMap,
    form: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Result<(StatusCode, Json<Job>), Problem> {
    // Whoever may not is told before the file is sent.
    let (action, resource) = (Action::Enter, Resource::FrontPage);
    let mut scope = caller.scope(action, resource, "").await?;
    let key = idempotency_key(&headers)?;
    let form = form
        .map_err(|_| Problem::new(Code::Unsupported, "请以表单（multipart/form-data）上传文件"))?;
    let form = read(&caller, form).await?;
    let organisation = form.organisation.filter(|code| !code.is_empty());
    if let Some(code) = &organisation {
        let view = caller.view(action, resource, Sensitivity::Aggregate, Some(code));
        scope = view.await?.whole();
    }
    if form.files.is_empty() {
        return Err(Problem::invalid("file", "没有选择文件"));
    }
    let organisation = organisation.or_else(|| only(&scope));
    let wanted = WantedJob {
        organisation: organisation.clone().unwrap_or_default(),
        request: JobRequest::import(&scope, form.files, organisation, form.mode)
            .allowing_fewer(form.allow_fewer),
        idempotency_key: key,
    };
    queue(&caller, &scope, &wanted).await
}

fn broken(error: &MultipartError) -> Problem {
    tracing::debug!(error = %error, "an upload broke off");
    Problem::invalid("file", "上传中断，文件不完整。请重新上传")
}

async fn read(caller: &Caller, mut multipart: Multipart) -> Result<Form, Problem> {
    let most = match caller.service().settings().upload_bytes {
        0 => MOST,
        most => most,
    };
    let uploads = Uploads::of(caller.service().workspace());
    let mut form = Form::default();
    let mut bytes = 0;
    loop {
        let field = multipart.next_field().await;
        let Some(field) = field.map_err(|error| broken(&error))? else {
            return Ok(form);
        };
        let name = field.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "file" => {
                if form.files.len() >= MOST_FILES {
                    let text =
                        format!("一次最多上传 {MOST_FILES} 个文件，请分几次上传或打成压缩包");
                    return Err(Problem::new(Code::TooLarge, text));
                }
                let named = field.file_name().unwrap_or_default().to_owned();
                let upload = receive(field, uploads.begin()?, (&mut bytes, most)).await?;
                if upload.bytes() == 0 {
                    return Err(Problem::invalid("file", format!("文件“{named}”是空的")));
                }
                let service = caller.service();
                let finished = service.run(move |_| Ok(upload.finish(&named)?));
                form.files.push(finished.await?);
            }
            "organisation" => form.organisation = Some(text(field, "organisation").await?),
            "mode" => {
                form.mode = match text(field, "mode").await?.as_str() {
                    "" | "replace-month" => ImportMode::ReplaceMonth,
                    "correction" => ImportMode::Correction,
                    other => {
                        let text =
                            format!("没有导入方式“{other}”，应为 replace-month 或 correction");
                        return Err(Problem::invalid("mode", text));
                    }
                };
            }
            "allow_fewer" => {
                form.allow_fewer = match text(field, "allow_fewer").await?.as_str() {
                    "" | "false" => false,
                    "true" => true,
                    other => {
                        let text = format!("“{other}”应为 true 或 false");
                        return Err(Problem::invalid("allow_fewer", text));
                    }
                };
            }
            // What a newer page sends besides is none of this version's business.
            _ => {}
        }
    }
}

/// Writes a file piece by piece, and stops when all files together are too large.
async fn receive(
    mut field: Field<'_>,
    mut upload: Upload,
    (bytes, most): (&mut u64, u64),
) -> Result<Upload, Problem> {
    loop {
        let chunk = field.chunk().await;
        let Some(chunk) = chunk.map_err(|error| broken(&error))? else {
            return Ok(upload);
        };
        *bytes += chunk.len() as u64;
        if *bytes > most {
            let mib = most >> 20;
            let text = format!("上传的文件超过 {mib} MiB。请分成几个文件，或压缩后上传");
            return Err(Problem::new(Code::TooLarge, text));
        }
        upload.write(&chunk)?;
    }
}

async fn text(mut field: Field<'_>, name: &str) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    loop {
        let chunk = field.chunk().await;
        let Some(chunk) = chunk.map_err(|error| broken(&error))? else {
            break;
        };
        bytes.extend_from_slice(&chunk);
        if bytes.len() > LONGEST_TEXT {
            return Err(Problem::invalid(name, "内容过长"));
        }
    }
    let text = String::from_utf8(bytes);
    let text = text.map_err(|_| Problem::invalid(name, "内容应为 UTF-8 文本"))?;
    Ok(text.trim().to_owned())
}
