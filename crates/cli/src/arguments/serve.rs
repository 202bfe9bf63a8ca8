//! What can be typed after `biaochi serve` and `biaochi config`.

use std::net::SocketAddr;
use std::path::PathBuf;

use biaochi_app::server_config::{LogFormat, Networks, SecretText, ServerConfig, TracesShare};
use clap::Args;

/// Options of `biaochi serve` and `biaochi config`.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// 监听的地址和端口（默认 127.0.0.1:8080，只有本机能访问）
    #[arg(long, env = "BIAOCHI_LISTEN", value_name = "地址:端口")]
    listen: Option<SocketAddr>,
    /// 证书链（PEM），与 --tls-key 一起设置后由服务自己提供 HTTPS
    #[arg(long, env = "BIAOCHI_TLS_CERTIFICATE", value_name = "文件")]
    tls_certificate: Option<PathBuf>,
    /// 证书的私钥（PEM）
    #[arg(long, env = "BIAOCHI_TLS_KEY", value_name = "文件")]
    tls_key: Option<PathBuf>,
    /// 可信的反向代理，逗号分隔；只相信它们给出的 X-Forwarded-For
    #[arg(long, env = "BIAOCHI_TRUSTED_PROXIES", value_name = "网络")]
    trusted_proxies: Option<Networks>,
    /// 人们访问服务的网址，如 https://biaochi.hospital.local
    #[arg(long, env = "BIAOCHI_PUBLIC_URL", value_name = "网址")]
    public_url: Option<String>,
    /// 同时处理的请求数
    #[arg(long, env = "BIAOCHI_WORKERS", value_name = "个数")]
    workers: Option<u32>,
    /// 同时进行的后台作业数
    #[arg(long, env = "BIAOCHI_RUNNERS", value_name = "个数")]
    runners: Option<u32>,
    /// 日志格式：text 或 json
    #[arg(long, env = "BIAOCHI_LOG_FORMAT", value_name = "格式")]
    log_format: Option<LogFormat>,
    /// 日志级别：error、warn、info、debug、trace
    #[arg(long, env = "BIAOCHI_LOG_LEVEL", value_name = "级别")]
    log_level: Option<String>,
    /// 每个地址每秒最多几个请求，0 为不限
    #[arg(long, env = "BIAOCHI_REQUESTS_PER_ADDRESS", value_name = "个数")]
    requests_per_address: Option<u32>,
    /// 每个账号每秒最多几个请求，0 为不限
    #[arg(long, env = "BIAOCHI_REQUESTS_PER_ACCOUNT", value_name = "个数")]
    requests_per_account: Option<u32>,
    /// 一次上传最多多少 MiB
    #[arg(long, env = "BIAOCHI_UPLOAD_MIB", value_name = "MiB")]
    upload_mib: Option<u64>,
    /// 收件夹：出现在其中的文件自动导入
    #[arg(long, env = "BIAOCHI_DROP_FOLDER", value_name = "文件夹")]
    drop_folder: Option<PathBuf>,
    /// 除本机外可读取运行指标（/metrics）的网络，逗号分隔
    #[arg(long, env = "BIAOCHI_METRICS_FROM", value_name = "网络")]
    metrics_from: Option<Networks>,
    /// 链路追踪的采集端（OTLP/HTTP），如 http://127.0.0.1:4318/v1/traces；不设则不追踪
    #[arg(long, env = "BIAOCHI_TRACES_TO", value_name = "网址")]
    traces_to: Option<String>,
    /// 追踪多少请求和作业，0 到 1（默认 1，即全部）
    #[arg(long, env = "BIAOCHI_TRACES_SHARE", value_name = "比例")]
    traces_share: Option<TracesShare>,
    /// 演示：登录页提供演示人员；只用于合成数据
    #[arg(long, env = "BIAOCHI_DEMO", value_name = "true|false", num_args = 0..=1, default_missing_value = "true")]
    demo: Option<bool>,
    /// 统一身份认证（OpenID Connect）的签发者地址，设置后登录页提供统一身份认证登录
    #[arg(long, env = "BIAOCHI_OIDC_ISSUER", value_name = "网址")]
    oidc_issuer: Option<String>,
    /// 本服务在统一身份认证登记的客户端标识
    #[arg(long, env = "BIAOCHI_OIDC_CLIENT_ID", value_name = "标识")]
    oidc_client_id: Option<String>,
    /// 客户端密钥；同一台机器上的人看得到命令行，请用环境变量或文件
    #[arg(
        long,
        env = "BIAOCHI_OIDC_CLIENT_SECRET",
        hide_env_values = true,
        value_name = "密钥"
    )]
    oidc_client_secret: Option<SecretText>,
    /// 存放客户端密钥的文件
    #[arg(long, env = "BIAOCHI_OIDC_CLIENT_SECRET_FILE", value_name = "文件")]
    oidc_client_secret_file: Option<PathBuf>,
    /// 除 openid 外请求的范围，空格分隔（默认 profile）
    #[arg(long, env = "BIAOCHI_OIDC_SCOPES", value_name = "范围")]
    oidc_scopes: Option<String>,
    /// 管理员用来指定人员的声明，如 preferred_username；不设则只能由本人绑定
    #[arg(long, env = "BIAOCHI_OIDC_NAME_CLAIM", value_name = "声明")]
    oidc_name_claim: Option<String>,
    /// 登录页按钮上的文字（默认 统一身份认证登录）
    #[arg(long, env = "BIAOCHI_OIDC_LABEL", value_name = "文字")]
    oidc_label: Option<String>,
    /// 统一身份认证的 CA 证书（PEM），内部 CA 签发时才要
    #[arg(long, env = "BIAOCHI_OIDC_CA", value_name = "文件")]
    oidc_ca: Option<PathBuf>,
}

impl Serve {
    /// What flags and environment say; what neither says is `None`.
    pub(crate) fn settings(&self) -> ServerConfig {
        ServerConfig {
            listen: self.listen,
            tls_certificate: self.tls_certificate.clone(),
            tls_key: self.tls_key.clone(),
            trusted_proxies: self.trusted_proxies.clone(),
            public_url: self.public_url.clone(),
            workers: self.workers,
            runners: self.runners,
            log_format: self.log_format,
            log_level: self.log_level.clone(),
            requests_per_address: self.requests_per_address,
            requests_per_account: self.requests_per_account,
            upload_mib: self.upload_mib,
            drop_folder: self.drop_folder.clone(),
            metrics_from: self.metrics_from.clone(),
            traces_to: self.traces_to.clone(),
            traces_share: self.traces_share.clone(),
            demo: self.demo,
            oidc_issuer: self.oidc_issuer.clone(),
            oidc_client_id: self.oidc_client_id.clone(),
            oidc_client_secret: self.oidc_client_secret.clone(),
            oidc_client_secret_file: self.oidc_client_secret_file.clone(),
            oidc_scopes: self.oidc_scopes.clone(),
            oidc_name_claim: self.oidc_name_claim.clone(),
            oidc_label: self.oidc_label.clone(),
            oidc_ca: self.oidc_ca.clone(),
        }
    }
}
