// Show a page as it was last made, where it was scrolled to; above it, what is wrong with what was saved.
"use strict";
{
  const script = document.currentScript;
  const place = `scroll ${location.pathname}`;
  const element = (name, text, parent) => {
    const made = document.createElement(name);
    made.textContent = text;
    parent.append(made);
    return made;
  };
  const scrolled = sessionStorage.getItem(place);
  if (scrolled !== null) {
    sessionStorage.removeItem(place);
    scrollTo({ top: Number(scrolled), behavior: "instant" });
  }
  const list = element("a", script.dataset.list, document.body);
  list.href = script.dataset.start;
  list.style = "position:fixed;right:1rem;bottom:1rem;padding:.25rem .75rem;border:1px solid;background:Canvas";

  const panel = element("section", "", document.body);
  panel.setAttribute("role", "alert");
  const show = (fault) => {
    panel.replaceChildren();
    panel.style = fault
      ? "position:fixed;inset:0 0 auto;max-height:60vh;overflow:auto;padding:1rem 2rem;z-index:9;" +
        "background:Canvas;color:CanvasText;border-bottom:.5rem solid #b3261e;box-shadow:0 0 2rem #0008"
      : "display:none";
    if (!fault) return;
    element("strong", script.dataset.faulty, panel);
    element("pre", fault, panel).style.whiteSpace = "pre-wrap";
  };

  const connect = () => {
    const socket = new WebSocket(script.dataset.feed);
    socket.onopen = () => socket.send(script.dataset.page);
    socket.onmessage = ({ data }) => {
      const state = JSON.parse(data);
      if (state.version !== script.dataset.version) {
        sessionStorage.setItem(place, scrollY);
        location.reload();
      } else {
        show(state.fault);
      }
    };
    socket.onclose = () => setTimeout(connect, 500);
  };
  connect();
}
