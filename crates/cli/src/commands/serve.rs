//! `biaochi serve`

use biaochi_app::{Config, Workspace, WorkspaceError, beijing};
use biaochi_domain::Language;
use biaochi_server::{Started, keep_small, serve};
use serde_json::json;

use super::{content, workspace_folder};
use crate::arguments::Global;
use crate::arguments::serve::Serve;
use crate::outcome::{Exit, Outcome};
use crate::screen::Screen;

pub(crate) fn run(command: &Serve, global: &Global, screen: &Screen) -> Outcome {
    keep_small();
    let folder = workspace_folder(global);
    let workspace = match Workspace::open(&folder) {
        // A first start needs no other command.
        Err(WorkspaceError::NotAWorkspace { .. }) => {
            let made = Workspace::init(&folder, Config::default())?;
            let root = made.root().display();
            screen.note(&match screen.language() {
                Language::Zh => format!("已新建工作区“{root}”"),
                Language::En => format!("made workspace {root}"),
            });
            made
        }
        opened => opened?,
    };
    let settings = command
        .settings()
        .over(workspace.config().server.clone())
        .settle()?;
    let content = content(global)?;
    let started = |started: &Started| {
        // Whoever closed standard output still has the service.
        let _ = tell(started, screen);
    };
    serve(&workspace, content, &settings, &started)?;
    screen.note(screen.say("服务已停止", "the service has ended"));
    Ok(Exit::Done)
}

fn tell(started: &Started, screen: &Screen) -> Result<(), crate::outcome::Failure> {
    let set_up = started.set_up.as_ref();
    if screen.json() {
        return screen.value(&json!({
            "url": started.url,
            "address": started.address.to_string(),
            "set_up": set_up.map(|made| json!({
                "link": made.link, "expires_at": made.expires_at.to_string(),
            })),
        }));
    }
    screen.line(&match screen.language() {
        Language::Zh => format!("标尺已启动：{}（按 Ctrl-C 停止）", started.url),
        Language::En => format!("Biaochi runs at {} (Ctrl-C ends it)", started.url),
    })?;
    if let Some(made) = set_up {
        let until = beijing::shown(made.expires_at);
        let link = &made.link;
        screen.line(&match screen.language() {
            Language::Zh => format!(
                "还没有账号。请在 {until} 前打开下面的一次性链接，设置第一个管理员：\n  {link}"
            ),
            Language::En => format!(
                "there is no account yet; open this link once before {until} to make the first administrator:\n  {link}"
            ),
        })?;
    }
    if started.open_to_network {
        screen.warn(screen.say(
            "服务对网络开放而没有 TLS，密码和病案可能被截获。请设置 --tls-certificate 和 --tls-key，或放在 HTTPS 反向代理之后并设置 --public-url",
            "the service is open to the network without TLS; set a certificate, or put it behind an HTTPS proxy and set --public-url",
        ));
    }
    Ok(())
}
