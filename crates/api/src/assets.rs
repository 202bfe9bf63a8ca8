//! The web application, as it was built into the program.

use std::borrow::Cow;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

use crate::problem::Problem;

/// The folder that the build of the web application fills; the program also builds without it.
#[derive(RustEmbed)]
#[folder = "../../web/dist/"]
#[allow_missing = true]
struct Built;

/// The page that all pages of the application begin with.
const INDEX: &str = "index.html";

/// Where the build puts what has its hash in its name.
const HASHED: &str = "assets/";

/// Shown in place of the application when it was not built.
const NOT_BUILT: &str = "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>标尺</title></head>\
    <body><h1>网页还没有构建</h1><p>服务在运行，接口可以使用，但程序里没有网页。</p>\
    <p>请在源代码目录运行 <code>make web</code>（需要 Node.js 20.19 或更新），再重新编译并启动服务。</p></body></html>";

/// Answers what no route does: a file of the application, its first page for the paths of its own, or nothing.
pub(crate) async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    if path == "api" || path.starts_with("api/") || !matches!(method, Method::GET | Method::HEAD) {
        return Problem::not_found("没有这个接口。请核对地址和版本").into_response();
    }
    if path != INDEX
        && let Some(file) = Built::get(path)
    {
        return answer(path, file.data, &file.metadata.sha256_hash(), &headers);
    }
    if is_file(path) {
        return Problem::not_found("没有这个文件。程序可能已经升级，请刷新页面").into_response();
    }
    match Built::get(INDEX) {
        Some(file) => answer(INDEX, file.data, &file.metadata.sha256_hash(), &headers),
        None => {
            let kind = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
            (StatusCode::SERVICE_UNAVAILABLE, kind, NOT_BUILT).into_response()
        }
    }
}

/// Whether a path asks for a file, not for a page: its last part has a short extension. Codes of organisations and
/// indicators may have points in them, too.
fn is_file(path: &str) -> bool {
    const EXTENSIONS: [&str; 14] = [
        "css", "gif", "html", "ico", "jpg", "js", "json", "map", "mjs", "png", "svg", "txt",
        "woff", "woff2",
    ];
    let last = path.rsplit('/').next().unwrap_or_default();
    let extension = last.rsplit_once('.').map(|(_, extension)| extension);
    path.starts_with(HASHED) || extension.is_some_and(|extension| EXTENSIONS.contains(&extension))
}

fn answer(path: &str, data: Cow<'static, [u8]>, hash: &[u8], headers: &HeaderMap) -> Response {
    let hash: String = hash
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let tag = format!("\"{hash}\"");
    let caching = match path.starts_with(HASHED) {
        true => "public, max-age=31536000, immutable",
        // Asked for each time, and mostly answered with "the same as you have".
        false => "no-cache",
    };
    let asked = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    let is_known = asked.is_some_and(|known| {
        // A proxy that compressed it marks its tag as a weak one.
        known
            .split(',')
            .any(|one| one.trim().trim_start_matches("W/") == tag)
    });
    let mut response = match is_known {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => Response::new(Body::from(data)),
    };
    let out = response.headers_mut();
    if !is_known {
        out.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind(path)));
    }
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        out.insert(header::ETAG, tag);
    }
    response
}

fn kind(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" => "image/jpeg",
        "ico" => "image/x-icon",
        "txt" => "text/plain; charset=utf-8",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, expected: bool) {
        assert_eq!(is_file(path), expected, "{path}");
    }

    #[test]
    fn a_page_is_told_from_a_file() {
        check("", false);
        check("cockpit", false);
        check("indicators/national.tertiary-2024.03", false);
        check("records/12990121SYN0010100", false);
        check("favicon.svg", true);
        check("assets/index-abc", true);
        check("old/index.html", true);
    }

    #[test]
    fn what_has_its_hash_in_its_name_is_kept_and_the_first_page_is_asked_for_again() {
        let file =
            |path, headers: &HeaderMap| answer(path, b"x".as_slice().into(), &[7; 32], headers);
        let fresh = file("assets/a-1.js", &HeaderMap::new());
        assert_eq!(
            fresh.headers()[header::CACHE_CONTROL],
            "public, max-age=31536000, immutable"
        );
        let first = file(INDEX, &HeaderMap::new());
        assert_eq!(first.headers()[header::CACHE_CONTROL], "no-cache");
        let tag = first.headers()[header::ETAG].clone();
        let mut asked = HeaderMap::new();
        asked.insert(header::IF_NONE_MATCH, tag);
        assert_eq!(file(INDEX, &asked).status(), StatusCode::NOT_MODIFIED);
    }
}
