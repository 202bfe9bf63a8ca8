use biaochi_domain::{Language, Localized};

/// Why the identity provider cannot be asked, or its answer not be believed. Nothing in it is secret.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the fields say what they hold")]
#[non_exhaustive]
pub enum OidcError {
    #[error("`{url}` is no address of an identity provider: it must begin with https://")]
    Address { url: String },
    #[error("the certificates of the authority cannot be read: {reason}")]
    Authority { reason: String },
    #[error("the identity provider cannot be reached: {reason}")]
    Unreachable { reason: String },
    #[error("the identity provider did not take the code: {reason}")]
    CodeRefused { reason: String },
    #[error("the identity provider sent no ID token")]
    NoToken,
    #[error("the ID token is not to be believed: {reason}")]
    Token { reason: String },
}

impl OidcError {
    /// Whether another try could succeed without anybody changing anything.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Unreachable { .. })
    }
}

impl Localized for OidcError {
    fn text(&self, language: Language) -> String {
        match (self, language) {
            (_, Language::En) => self.to_string(),
            (Self::Address { url }, Language::Zh) => format!(
                "统一身份认证的地址“{url}”不能使用，应以 https:// 开头。请核对 oidc_issuer 和认证系统发布的地址"
            ),
            (Self::Authority { reason }, Language::Zh) => {
                format!("统一身份认证的 CA 证书不能使用：{reason}。请检查 oidc_ca 是否为 PEM 文件")
            }
            (Self::Unreachable { reason }, Language::Zh) => {
                format!("连不上统一身份认证：{reason}。请检查网络、地址和证书")
            }
            (Self::CodeRefused { reason }, Language::Zh) => format!(
                "统一身份认证没有接受登录：{reason}。请核对客户端标识、客户端密钥和回调地址"
            ),
            (Self::NoToken, Language::Zh) => {
                "统一身份认证没有返回 ID 令牌。请确认它支持 OpenID Connect，并允许 openid 范围"
                    .to_owned()
            }
            (Self::Token { reason }, Language::Zh) => {
                format!("统一身份认证返回的 ID 令牌不能采信：{reason}")
            }
        }
    }
}
