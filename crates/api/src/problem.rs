//! What went wrong: a status, a stable code, and words for the person.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use biaochi_app::accounts::AccountError;
use biaochi_domain::{Language, Localized};
use biaochi_store::StoreError;
use serde::Serialize;
use utoipa::ToSchema;

/// The codes of problems. They stay what they are; texts may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// 未登录，或会话、令牌已失效。
    Unauthenticated,
    /// 用户名、密码或动态口令不正确。
    SignInRefused,
    /// 还要输入动态口令。
    CodeNeeded,
    /// 须先修改密码。
    PasswordChangeNeeded,
    /// 须先启用动态口令。
    SecondFactorNeeded,
    /// 没有权限。
    Forbidden,
    /// 查看明文病案须说明理由。
    ReasonNeeded,
    /// 请求不是从本网页发出的。
    CrossSite,
    /// 没有这样的内容。
    NotFound,
    /// 请求的内容有误。
    Invalid,
    /// 请求的写法有误，读不懂。
    Malformed,
    /// 这个地址没有这种操作。
    MethodNotAllowed,
    /// 已被他人改动。
    Conflict,
    /// 正被占用，稍后再试。
    Busy,
    /// 请求太频繁。
    TooMany,
    /// 文件或请求太大。
    TooLarge,
    /// 不支持这种文件或格式。
    Unsupported,
    /// 程序内部错误。
    Internal,
}

impl Code {
    /// The status that goes with it.
    pub fn status(self) -> StatusCode {
        match self {
            Self::Unauthenticated | Self::SignInRefused | Self::CodeNeeded => {
                StatusCode::UNAUTHORIZED
            }
            Self::PasswordChangeNeeded
            | Self::SecondFactorNeeded
            | Self::Forbidden
            | Self::CrossSite => StatusCode::FORBIDDEN,
            Self::ReasonNeeded => StatusCode::PRECONDITION_REQUIRED,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict => StatusCode::CONFLICT,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unsupported => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// A problem as it is answered.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProblemBody {
    /// What kind of problem.
    pub code: Code,
    /// 什么问题、在哪里、怎么办。
    pub message: String,
    /// The field of the request that it is about.
    pub field: Option<String>,
}

/// Why a request has no answer.
#[derive(Debug)]
pub struct Problem {
    code: Code,
    message: String,
    field: Option<String>,
    retry_after: Option<u64>,
}

impl Problem {
    /// A problem in words.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            field: None,
            retry_after: None,
        }
    }

    /// A problem in the words of an error of a use case.
    pub fn of(code: Code, error: &impl Localized) -> Self {
        Self::new(code, error.text(Language::Zh))
    }

    /// Nothing with such a name.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(Code::NotFound, message)
    }

    /// A mistake in a field of the request.
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self {
            field: Some(field.to_owned()),
            ..Self::new(Code::Invalid, message)
        }
    }

    /// A mistake of the program or of what it depends on. The chain goes to the log, not to the person.
    pub fn internal(error: &(dyn std::error::Error + 'static)) -> Self {
        let mut chain = error.to_string();
        let mut source = error.source();
        while let Some(inner) = source {
            chain.push_str(": ");
            chain.push_str(&inner.to_string());
            source = inner.source();
        }
        tracing::error!(error = %chain, "request failed");
        Self::new(
            Code::Internal,
            "程序出错，没有完成这次操作。请稍后再试；仍不行时请把请求编号告诉信息科",
        )
    }

    /// The same, with the seconds after which to try again.
    #[must_use]
    pub fn after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// The same, about a field of the request.
    #[must_use]
    pub fn about(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// What kind of problem it is.
    pub fn code(&self) -> Code {
        self.code
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = ProblemBody {
            code: self.code,
            message: self.message,
            field: self.field,
        };
        let mut response = (self.code.status(), Json(body)).into_response();
        if let Some(seconds) = self.retry_after {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<AccountError> for Problem {
    fn from(error: AccountError) -> Self {
        use biaochi_access::Refusal;
        let code = match &error {
            AccountError::NoSession | AccountError::NoToken | AccountError::TokenWaits => {
                Code::Unauthenticated
            }
            AccountError::SignInRefused => Code::SignInRefused,
            AccountError::CodeNeeded => Code::CodeNeeded,
            AccountError::Denied(Refusal::ChangePasswordFirst) => Code::PasswordChangeNeeded,
            AccountError::Denied(Refusal::SetUpSecondFactorFirst) => Code::SecondFactorNeeded,
            AccountError::Denied(_) => Code::Forbidden,
            AccountError::ReasonNeeded => Code::ReasonNeeded,
            AccountError::Wait { .. } => Code::TooMany,
            AccountError::Store(inner) => return Self::from_store(inner),
            AccountError::Pack(_) | AccountError::Key(_) | AccountError::Sealed { .. } => {
                return Self::internal(&error);
            }
            AccountError::BeyondScope { .. } | AccountError::HoldsMore { .. } => Code::Forbidden,
            _ => Code::Invalid,
        };
        let problem = Self::of(code, &error);
        match error {
            AccountError::Wait { until } => {
                let wait = until.duration_since(jiff::Timestamp::now()).as_secs();
                problem.after(u64::try_from(wait).unwrap_or(1).max(1))
            }
            _ => problem,
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self::from_store(&error)
    }
}

impl Problem {
    /// A problem in the words of the store; whatever the database itself says goes to the log.
    pub fn from_store(error: &StoreError) -> Self {
        let code = match error {
            StoreError::OutOfScope { .. } | StoreError::NeedsAll { .. } => Code::Forbidden,
            StoreError::NotFound { .. } => Code::NotFound,
            StoreError::Conflict { .. }
            | StoreError::StepNotPossible { .. }
            | StoreError::TaskStepNotPossible { .. }
            | StoreError::PartsOpen { .. }
            | StoreError::JobOver { .. }
            | StoreError::Outdated { .. }
            | StoreError::Refused { .. }
            | StoreError::Assessment(_) => Code::Conflict,
            StoreError::Invalid { .. }
            | StoreError::NothingChanged
            | StoreError::Cursor
            | StoreError::RepeatedSubmission { .. }
            | StoreError::RepeatedFinding { .. } => Code::Invalid,
            StoreError::Busy { .. } => Code::Busy,
            other => return Self::internal(other),
        };
        let problem = Self::of(code, error);
        match code {
            Code::Busy => problem.after(1),
            _ => problem,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_has_the_status_of_its_code_and_says_when_to_try_again() {
        let response = Problem::new(Code::TooMany, "请求太频繁")
            .after(7)
            .into_response();
        assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
        let after = response.headers().get(header::RETRY_AFTER);
        assert_eq!(after.and_then(|after| after.to_str().ok()), Some("7"));
    }

    #[test]
    fn what_the_database_says_is_not_shown() {
        let error = std::io::Error::other("password=secret");
        let problem = Problem::internal(&error);
        assert_eq!(problem.code(), Code::Internal);
        assert!(!problem.message.contains("secret"));
    }
}
