(function () {
  "use strict";
  for (const form of document.querySelectorAll("form.search")) {
    const list = document.getElementById(form.dataset.list), none = form.querySelector("[role=status]");
    const rows = Array.from(list.children, (row) => [row, row.textContent.toLocaleLowerCase()]);
    form.hidden = false;
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", () => {
      const words = form.elements[0].value.toLocaleLowerCase().split(/\s+/);
      let left = 0;
      for (const [row, text] of rows) {
        row.hidden = !words.every((word) => text.includes(word));
        left += row.hidden ? 0 : 1;
      }
      none.textContent = left ? "" : form.dataset.none;
    });
  }
})();
