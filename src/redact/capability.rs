//! URLs that are a credential themselves: whoever knows the path may post to it.

/// Hosts (by their end) and what their paths begin with; what stands behind it is the credential. Each as its maker documents it.
const URLS: &[(&str, &str)] = &[
    ("hooks.slack.com", "/services/"),
    ("hooks.slack.com", "/workflows/"),
    ("hooks.slack.com", "/triggers/"),
    ("discord.com", "/api/webhooks/"),
    ("discordapp.com", "/api/webhooks/"),
    ("api.telegram.org", "/bot"),
    (".webhook.office.com", "/webhookb2/"),
    ("hooks.zapier.com", "/hooks/catch/"),
    ("maker.ifttt.com", "/trigger/"),
    ("open.feishu.cn", "/open-apis/bot/v2/hook/"),
    ("open.larksuite.com", "/open-apis/bot/v2/hook/"),
];

/// Where the credential begins in the path of a URL; its host is asked for only where the path may hold one.
pub(crate) fn start<'a>(host: impl Fn() -> &'a [u8], path: &[u8]) -> Option<usize> {
    let ends = |end: &str| {
        let name = host().split(|byte| *byte == b':').next().unwrap_or_default();
        name.len() >= end.len() && name[name.len() - end.len()..].eq_ignore_ascii_case(end.as_bytes())
    };
    let (_, begin) = URLS.iter().find(|(end, begin)| path.starts_with(begin.as_bytes()) && ends(end))?;
    Some(begin.len()).filter(|start| *start < path.len())
}
