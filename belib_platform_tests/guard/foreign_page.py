"""A page of another site that tries to drive the UI in every way a browser lets it."""

from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from urllib.parse import quote

from belib_platform_tests.sources.local_server import answering, serving

PAGE = """<!doctype html><title>foreign</title><body>
<form id="text" method="post" enctype="text/plain" target="hidden" action="{ui}/graphql">
  <input name='{{"query": "{escaped}", "x": "' value='"}}'></form>
<form id="url" method="post" target="hidden" action="{ui}/graphql?query={quoted}"></form>
<form id="report" method="post" target="hidden" action="{ui}/report_asset_materialization/thing"></form>
<iframe name="hidden"></iframe>
<script>
const ui = "{ui}", byUrl = "{ui}/graphql?query={quoted}";
const body = JSON.stringify({{query: decodeURIComponent("{quoted}")}});
const loaded = (tag, name, url) => new Promise(done => {{
  const element = document.createElement(tag);
  element.onload = () => done("loaded");
  element.onerror = () => done("refused");
  element.rel = "stylesheet";
  element[name] = url;
  document.body.append(element);
}});
const sent = (url, options) => fetch(url, options).then(answer => answer.type, () => "refused");
const posted = id => new Promise(done => {{
  document.querySelector("[name=hidden]").onload = () => done("posted");
  document.getElementById(id).submit();
}});
const opened = () => new Promise(done => {{
  const socket = new WebSocket(ui.replace("http", "ws") + "/graphql", "graphql-ws");
  socket.onopen = () => done("opened");
  socket.onerror = () => done("refused");
}});
const attempts = {{
  image: () => loaded("img", "src", byUrl),
  script: () => loaded("script", "src", byUrl),
  style: () => loaded("link", "href", byUrl),
  "fetch by GET": () => sent(byUrl, {{mode: "no-cors"}}),
  "fetch by GET, to read": () => sent(ui + "/graphql?query=%7Bversion%7D"),
  "fetch of text": () => sent(ui + "/graphql", {{method: "POST", mode: "no-cors", body}}),
  "fetch of a text that says JSON": () => sent(ui + "/graphql", {{
    method: "POST", mode: "no-cors", body, headers: {{"content-type": "text/plain; x=application/json"}}
  }}),
  "fetch of JSON": () => sent(ui + "/graphql", {{
    method: "POST", body, headers: {{"content-type": "application/json"}}
  }}),
  "fetch without a referrer": () => sent(byUrl, {{method: "POST", mode: "no-cors", referrerPolicy: "no-referrer"}}),
  "report of an asset": () => sent(ui + "/report_asset_materialization/thing", {{method: "POST", mode: "no-cors"}}),
  beacon: () => Promise.resolve(navigator.sendBeacon(byUrl, body) ? "sent" : "refused"),
  "form of text": () => posted("text"),
  "form by URL": () => posted("url"),
  "form that reports": () => posted("report"),
  "WebSocket": opened,
}};
const told = async () => {{
  const results = {{}};
  for (const [name, attempt] of Object.entries(attempts)) results[name] = await attempt();
  return results;
}};
</script>"""


@contextmanager
def foreign_page(ui: str, mutation: str) -> Iterator[int]:
    """The port of 127.0.0.1 where the page is; its `told()` tries everything and says what came of each attempt."""
    text = " ".join(mutation.split())
    page = PAGE.format(ui=ui, quoted=quote(text), escaped=escape(text.replace('"', '\\"'), quote=True))
    with serving(answering(page.encode(), headers={"Content-Type": "text/html"})) as server:
        yield server.server_port
