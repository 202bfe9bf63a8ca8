//! The configuration in effect, without secrets.

use axum::Json;
use biaochi_access::{Action, Object, Resource};
use biaochi_store::Backend;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::caller::Caller;
use crate::problem::{Problem, ProblemBody};
use crate::service::Service;

pub(crate) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new().routes(routes!(show_settings))
}

/// A part of the configuration.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SettingGroup {
    /// 标题。
    title: String,
    /// Its settings.
    items: Vec<SettingItem>,
}

/// A setting.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SettingItem {
    /// Its name in the configuration; empty for what is not set there.
    key: String,
    /// 名称。
    title: String,
    /// What it is; secrets are `***`.
    value: String,
    /// It was set; otherwise the value is what the program takes by itself.
    set: bool,
}

/// The configuration in effect.
#[utoipa::path(get, path = "/settings", tag = "settings",
    responses((status = 200, body = Vec<SettingGroup>), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody)))]
async fn show_settings(caller: Caller) -> Result<Json<Vec<SettingGroup>>, Problem> {
    let object = Object::common(Resource::System);
    caller.may(Action::Read, &object, "settings").await?;
    let (service, workspace) = (caller.service(), caller.workspace());
    let (config, settings) = (workspace.config(), service.settings());
    let of = |key: &str, title: &str, value: Option<String>, otherwise: &str| SettingItem {
        key: key.to_owned(),
        title: title.to_owned(),
        set: value.is_some(),
        value: value.unwrap_or_else(|| otherwise.to_owned()),
    };
    let yes = |yes: bool| Some(if yes { "是" } else { "否" }.to_owned());
    let data = vec![
        of("scheme", "分组方案", Some(config.scheme.clone()), ""),
        of(
            "weights",
            "权重表",
            config.weights.clone(),
            "未设置，权重为空",
        ),
        of(
            "checks",
            "入库质控规则包",
            config.checks.clone(),
            "国家规则",
        ),
        of(
            "organisation",
            "缺省机构代码",
            config.organisation.clone(),
            "未设置",
        ),
        of(
            "translate",
            "分组前转换为医保版编码",
            yes(config.translate),
            "",
        ),
        of(
            "payment_rate",
            "费率（元）",
            config.payment_rate.map(|rate| rate.yuan().to_string()),
            "未设置",
        ),
    ];
    let backend = match service.store().backend() {
        Backend::Sqlite => "SQLite 文件",
        Backend::Postgres => "PostgreSQL",
    };
    // The address of the database is shown without its password.
    let place = workspace.store_location().to_string();
    let storage = vec![
        of("", "业务数据库", Some(backend.to_owned()), ""),
        of("store", "数据库位置", Some(place), ""),
        of(
            "",
            "工作区密钥",
            Some(if workspace.key_file().is_file() {
                "***（workspace.key，须与数据分开备份）".to_owned()
            } else {
                "不见了，请从备份恢复 workspace.key".to_owned()
            }),
            "",
        ),
        of(
            "",
            "本单位内容包",
            Some(format!(
                "{} 个文件夹",
                service.content().content().folders().len()
            )),
            "",
        ),
    ];
    let running = vec![
        of("", "版本", Some(env!("CARGO_PKG_VERSION").to_owned()), ""),
        of("", "演示数据", yes(settings.demo), ""),
        of("", "Cookie 只经 TLS 发送", yes(settings.secure), ""),
        of("", "同时工作的用例", Some(settings.workers.to_string()), ""),
        of(
            "server.oidc_issuer",
            "统一身份认证",
            settings.single_sign_on.as_ref().map(|sso| {
                let by = match sso.finds_by_name() {
                    true => "管理员可以指定人员，本人也可以绑定",
                    false => "由本人绑定",
                };
                format!("{}（{by}）", sso.label())
            }),
            "未设置，只能用密码登录",
        ),
    ];
    let office = caller.office();
    let titles: Vec<&str> = office
        .roles()
        .all()
        .iter()
        .filter(|role| office.asks_second_factor_of(&role.id))
        .map(|role| role.title.as_str())
        .collect();
    let signing_in = vec![of(
        "second_factor_roles",
        "须用动态口令登录的角色",
        (!titles.is_empty()).then(|| titles.join("、")),
        "未设置，由各人自愿启用",
    )];
    let group = |title: &str, items| SettingGroup {
        title: title.to_owned(),
        items,
    };
    Ok(Json(vec![
        group("数据处理", data),
        group("存储", storage),
        group("登录", signing_in),
        group("运行", running),
    ]))
}
