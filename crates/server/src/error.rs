use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use biaochi_api::ServiceError;
use biaochi_app::accounts::AccountError;
use biaochi_app::jobs::DropFolderError;
use biaochi_domain::{Language, Localized, io_reason};
use biaochi_oidc::OidcError;

/// Why the service does not run.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the fields say what they hold")]
pub enum ServeError {
    #[error(transparent)]
    Service(#[from] ServiceError),
    #[error(transparent)]
    Account(#[from] AccountError),
    #[error("cannot listen on {address}")]
    Listen {
        address: SocketAddr,
        source: io::Error,
    },
    #[error("cannot use the certificate {certificate} with the key {key}")]
    Tls {
        certificate: PathBuf,
        key: PathBuf,
        source: io::Error,
    },
    #[error("`{level}` does not say what to log")]
    LogLevel { level: String },
    #[error(transparent)]
    DropFolder(#[from] DropFolderError),
    #[error(transparent)]
    SingleSignOn(#[from] OidcError),
    #[error("cannot read {path}")]
    OidcFile { path: PathBuf, source: io::Error },
    #[error("the service ended")]
    Ended(#[source] io::Error),
    #[error("the metrics cannot be counted: {reason}")]
    Metrics { reason: String },
    #[error("traces cannot be sent to the address in traces_to: {reason}")]
    Traces { reason: String },
}

impl Localized for ServeError {
    fn text(&self, language: Language) -> String {
        match (self, language) {
            (Self::Service(error), _) => error.text(language),
            (Self::Account(error), _) => error.text(language),
            (Self::Listen { address, source }, Language::Zh) => format!(
                "不能在 {address} 上提供服务：{}。端口可能被占用，请用 --listen 换一个，或停掉占用它的程序",
                io_reason(source, language)
            ),
            (
                Self::Tls {
                    certificate,
                    key,
                    source,
                },
                Language::Zh,
            ) => format!(
                "证书“{}”和私钥“{}”不能使用：{}。请检查文件是否为 PEM 格式、是否配对、服务能否读取",
                certificate.display(),
                key.display(),
                io_reason(source, language)
            ),
            (Self::LogLevel { level }, Language::Zh) => format!(
                "日志级别“{level}”有误，应为 error、warn、info、debug、trace，或 biaochi=debug,warn 这样的写法"
            ),
            (Self::DropFolder(error), Language::Zh) => format!(
                "收件夹“{}”不能使用：{}。请检查路径和权限",
                error.folder.display(),
                io_reason(&error.source, language)
            ),
            (Self::SingleSignOn(error), _) => error.text(language),
            (Self::OidcFile { path, source }, Language::Zh) => format!(
                "统一身份认证要用的文件“{}”不能读：{}。请检查 oidc_client_secret_file 和 oidc_ca 的路径和权限",
                path.display(),
                io_reason(source, language)
            ),
            (Self::Ended(source), Language::Zh) => {
                format!("服务意外停止：{}", io_reason(source, language))
            }
            (Self::Metrics { .. }, Language::Zh) => {
                "运行指标无法统计，服务没有启动。请向开发者报告".to_owned()
            }
            (Self::Traces { reason }, Language::Zh) => format!(
                "不能按 traces_to 的设置发送追踪：{reason}。请检查网址、OTEL_ 开头的环境变量，以及系统的 CA 证书（ca-certificates）"
            ),
            (_, Language::En) => self.to_string(),
        }
    }
}
