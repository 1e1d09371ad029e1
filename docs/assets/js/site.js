// Small cures and comforts. Every page reads without this file.
(function () {
  "use strict";

  // Number cards: Escape dismisses; a first tap opens where nothing can hover; a shift in old browsers.
  const anchored = CSS.supports("anchor-scope", "--num");
  const numberOf = (node) => (node instanceof Element ? node.closest(".num") : null);

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const number of document.querySelectorAll(".num:is(:hover, :focus-within)")) {
      number.classList.add("is-dismissed");
      const back = (event) => {
        const still = event.type === "focusout" ? number.matches(":hover") : number.matches(":focus-within");
        if (still || number.contains(event.relatedTarget)) return;
        number.classList.remove("is-dismissed");
        number.removeEventListener("mouseleave", back);
        number.removeEventListener("focusout", back);
      };
      number.addEventListener("mouseleave", back);
      number.addEventListener("focusout", back);
    }
  });

  let open = null;
  document.addEventListener("click", (event) => {
    const number = numberOf(event.target);
    if (matchMedia("(hover: none)").matches && number && number !== open && !event.target.closest(".num-card")) {
      event.preventDefault();
      number.querySelector(".num-link").focus({ preventScroll: true });
    }
    open = number;
  });

  if (!anchored) {
    const place = (event) => {
      const number = numberOf(event.target);
      const card = number && number.querySelector(".num-card");
      if (!card) return;
      number.style.removeProperty("--num-shift");
      const over = card.getBoundingClientRect().right + 10 - document.documentElement.clientWidth;
      if (over > 0) number.style.setProperty("--num-shift", `${-over}px`);
    };
    document.addEventListener("mouseover", place);
    document.addEventListener("focusin", place);
  }

  // What Material's script adds later is put right for screen readers and for the keyboard.
  const BOXES = ".arithmatex--display, .block-output, .md-typeset__scrollwrap, .highlight pre > code, .jp-OutputArea-output, .md-sidebar__scrollwrap";
  function cure() {
    for (const nav of document.querySelectorAll("nav.md-code__nav")) nav.setAttribute("role", "none");
    for (const button of document.querySelectorAll(".md-code__button:not([aria-label])")) {
      button.setAttribute("aria-label", button.title || "Copy to clipboard");
    }
    for (const box of document.querySelectorAll(BOXES)) {
      if (box.scrollWidth > box.clientWidth + 1 || box.matches("pre > code, .block-output")) {
        if (!box.hasAttribute("tabindex")) box.tabIndex = 0;
      } else if (box.matches(".arithmatex--display, .md-typeset__scrollwrap")) {
        box.removeAttribute("tabindex");
      }
    }
  }
  let asked = 0;
  const soon = () => {
    cancelAnimationFrame(asked);
    asked = requestAnimationFrame(cure);
  };
  cure();
  new MutationObserver(soon).observe(document.body, { childList: true, subtree: true });
  addEventListener("resize", soon);
  if (document.fonts) document.fonts.ready.then(cure);

  // On paper, the light scheme.
  let scheme = null;
  addEventListener("beforeprint", () => {
    scheme = document.body.dataset.mdColorScheme;
    document.body.dataset.mdColorScheme = "default";
  });
  addEventListener("afterprint", () => {
    if (scheme) document.body.dataset.mdColorScheme = scheme;
  });
})();
