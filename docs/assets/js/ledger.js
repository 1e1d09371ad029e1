// The ledger's filter: hides the entries that are not asked for. The page reads in full without it.
// The choice stands in the address, as in ledger.html?source=2&verdict=wrong.
(function () {
  "use strict";

  const form = document.querySelector(".ledger-filter");
  const entries = [...document.querySelectorAll("[data-says]")];
  const said = form.querySelector("output");
  const names = ["source", "chapter", "verdict"];
  const words = (text, mark) => (text ? text.split(mark) : []);

  /** Whether an entry is asked for: one of its places has the document and the verdict, and a page the chapter. */
  function wanted({ says, chapters }, { source, chapter, verdict }) {
    const pairs = words(says, "|").map((pair) => [pair[0], pair.slice(2)]);
    const fits = ([doc, its]) => (!source || doc === source) && (!verdict || its === verdict);
    const there = source === "none" ? !pairs.length && !verdict : pairs.some(fits) || !(source || verdict);
    return there && (!chapter || words(chapters, " ").includes(chapter));
  }

  /** Hide what is not asked for; return what is, for the address. */
  function show() {
    const asked = Object.fromEntries(names.map((name) => [name, form.elements[name].value]));
    const shown = { "ledger-entry": 0, "ledger-claim": 0 };
    for (const entry of entries) {
      entry.hidden = !wanted(entry.dataset, asked);
      if (!entry.hidden) shown[entry.className] += 1;
    }
    for (const head of document.querySelectorAll(".show-block > h2")) {
      head.hidden = true; // of a group without a shown entry
      for (let node = head; (node = node.nextElementSibling) && node.matches("[data-says]"); ) {
        if (!node.hidden) head.hidden = false;
      }
    }
    said.textContent = `${shown["ledger-entry"]} numbers, ${shown["ledger-claim"]} claims`;
    return new URLSearchParams(names.filter((name) => asked[name]).map((name) => [name, asked[name]]));
  }

  function change() {
    const query = String(show());
    try {
      history.replaceState(null, "", query ? `?${query}` : location.pathname);
    } catch {} // from disk some browsers keep the address as it is
  }

  /** A link to an entry that is hidden shows everything again. */
  function reveal() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target || !target.closest("[hidden]")) return;
    for (const name of names) form.elements[name].value = "";
    show();
    target.scrollIntoView();
  }

  const given = new URLSearchParams(location.search);
  for (const name of names) form.elements[name].value = given.get(name) ?? "";
  form.hidden = false;
  form.addEventListener("change", change);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(change)); // when the fields are reset
  addEventListener("hashchange", reveal);
  show();
  reveal();
})();
