// Who is logged in, where a key is needed; and the way to the log-in page where a session has ended.
const form = document.querySelector("[data-session]");

async function showSession() {
  const answer = await fetch("/session");
  if (!answer.ok) return;
  const { access, name } = await answer.json();
  if (access !== "keyed") return;
  form.querySelector("[data-session-name]").textContent = name;
  form.hidden = false;
}

// Pages lead to the log-in page for who asks for HTML; that page has no main to take over, so the browser goes there.
document.body.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers.Accept = "text/html";
});
showSession().catch(() => {});
