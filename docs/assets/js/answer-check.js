// <answer-check data-value="0.146" data-text="0.146">: a box that judges a reader's own answer.
// A classic script, because modules do not load from disk; in node it exports `judge`.
(function () {
  "use strict";

  const GROUPS = /^[+-]?\d{1,3}(?:,\d{3})+$/; // 1,201: of a count, not 1.201
  const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?$/i;
  const SLIPS = 5; // units of the last digit within which a wrong answer counts as close

  /** Bring what people type to one form: comma, true minus, thin spaces, a leading "=". */
  function clean(text, counted) {
    const bare = text.replace(/[\s\u00a0\u2009\u202f=]/g, "").replace(/[\u2212\u2013]/g, "-");
    return counted && GROUPS.test(bare) ? bare.replaceAll(",", "") : bare.replace(",", ".");
  }

  /** A decimal text as an exact fraction of two integers: 0.146 is 146 / 1000. */
  function exact(text) {
    const [mantissa, exponent = "0"] = text.toLowerCase().split("e");
    const [whole, part = ""] = mantissa.split(".");
    const power = part.length - Number(exponent);
    const digits = BigInt(whole.replace(/[+-]/, "") + part || "0") * (mantissa.startsWith("-") ? -1n : 1n);
    return power >= 0 ? { top: digits, power } : { top: digits * 10n ** BigInt(-power), power: 0 };
  }

  /** How many decimals a number has when it is written out: 9 for 1.0e-8. */
  function decimals(text) {
    const [mantissa, exponent = "0"] = text.toLowerCase().split("e");
    return Math.max(0, (mantissa.split(".")[1] || "").length - Number(exponent));
  }

  /** The distance of two decimals, and one unit of the last of `places` decimals, on one scale. */
  function distance(a, b, places) {
    const power = Math.max(a.power, b.power, places);
    const scale = (x) => x.top * 10n ** BigInt(power - x.power);
    const gap = scale(a) - scale(b);
    return { gap: gap < 0n ? -gap : gap, unit: 10n ** BigInt(power - places) };
  }

  /** Whether a lies nearer to zero than b: of two equally near neighbours, rounding takes the outer. */
  function below(a, b) {
    return Math.abs(Number(a.top) / 10 ** a.power) < Math.abs(Number(b.top) / 10 ** b.power);
  }

  const say = (verdict, message) => ({ verdict, message });
  const plural = (n, word) => `${n} ${word}${n === 1 ? "" : "s"}`;

  /**
   * Judge an answer.
   * @param {string} input what the reader typed
   * @param {string|number} value the true value, 12 significant digits
   * @param {string} text the value as the course prints it, such as "0.146" or "53.6%"
   * @returns {{verdict: "right"|"digits"|"sign"|"close"|"wrong"|"empty"|"not a number", message: string}}
   */
  function judge(input, value, text) {
    const percent = text.endsWith("%");
    const target = clean(text).replace("%", "");
    const places = decimals(target);
    const counted = places === 0 && !percent && Number.isInteger(Number(value));
    let typed = clean(String(input), counted);
    if (typed === "") return say("empty", "Type a number first.");
    const marked = typed.endsWith("%");
    if (marked) typed = typed.slice(0, -1);
    if (!NUMBER.test(typed)) return say("not a number", "That is not a decimal number, such as 0.5 or \u22120.5.");

    const wanted = exact(target);
    let answer = exact(typed);
    if (marked && !percent) answer = { top: answer.top, power: answer.power + 2 };
    if (percent && !marked && Math.abs(Number(typed) - Number(value)) * 2 <= 10 ** -(places + 2)) {
      answer = { top: answer.top * 100n, power: answer.power }; // the share instead of the percentage
    }
    const near = (candidate, units) => {
      const { gap, unit } = distance(candidate, wanted, places);
      return 2n * gap < BigInt(units) * unit || gap === 0n || (units === 1 && 2n * gap === unit && below(candidate, wanted));
    };
    if (near(answer, counted ? 0 : 1)) return say("right", right(value, text, percent, counted));

    const own = decimals(typed);
    const { gap, unit } = distance(wanted, answer, own);
    if (own < places && !counted && answer.top !== 0n && 2n * gap <= unit) {
      return say("digits", `Right so far. Give ${plural(places, "decimal")}.`);
    }
    if (near({ top: -answer.top, power: answer.power }, counted ? 0 : 1)) {
      return say("sign", "The digits are right; look at the sign.");
    }
    const relative = Math.abs(Number(typed) / Number(target) - 1);
    if (!counted && (relative <= 0.02 || (relative <= 0.2 && near(answer, 2 * SLIPS)))) {
      return say("close", "Close. Did you round on the way? Carry every digit and round once, at the end.");
    }
    return say("wrong", "Not yet. Go through it term by term, then try again.");
  }

  function right(value, text, percent, counted) {
    const shown = percent ? Number((100 * Number(value)).toPrecision(12)) + "%" : String(value);
    const full = shown.replace("-", "\u2212");
    const asPrinted = text.replace("-", "\u2212");
    return counted || full === asPrinted ? `Right: ${asPrinted}.` : `Right: ${asPrinted}. With more digits, ${full}.`;
  }

  /** A formula as a screen reader may say it. */
  function spoken(tex) {
    const named = tex.replace(/\\hat\s*\{?(\w)\}?/g, "$1 hat").replace(/\\mathrm\s*/g, "").replace(/\\partial\s*/g, "d");
    return named.replace(/[\\{}]/g, "");
  }

  if (typeof module !== "undefined" && module.exports) {
    module.exports = { judge, spoken };
    return;
  }

  /** The words before the box in its paragraph, as its name for a screen reader. */
  function question(box) {
    const words = [];
    for (let node = box.previousSibling; node && node.nodeName !== "ANSWER-CHECK"; node = node.previousSibling) {
      const maths = node.querySelector && node.querySelector(".katex-mathml annotation");
      words.unshift(maths ? spoken(maths.textContent) : node.textContent);
    }
    return words.join(" ").replace(/\s+/g, " ").replace(/[\s:]+$/, "").trim();
  }

  class AnswerCheck extends HTMLElement {
    connectedCallback() {
      if (this.ready) return;
      this.ready = true;
      const input = this.querySelector("input");
      const output = this.querySelector("output");
      output.setAttribute("aria-live", "polite");
      const asked = question(this);
      if (asked) input.setAttribute("aria-label", `${this.querySelector("label").textContent.trim()}: ${asked}`);
      const check = () => {
        const { verdict, message } = judge(input.value, this.dataset.value, this.dataset.text);
        this.dataset.verdict = verdict;
        output.textContent = message;
        input.setAttribute("aria-invalid", String(verdict !== "right"));
      };
      const forget = () => {
        delete this.dataset.verdict;
        input.removeAttribute("aria-invalid");
        output.textContent = "";
      };
      this.querySelector("button").addEventListener("click", check);
      input.addEventListener("input", forget);
      input.addEventListener("keydown", (event) => {
        if (event.key === "Enter") {
          event.preventDefault();
          check();
        }
      });
    }
  }
  customElements.define("answer-check", AnswerCheck);
})();
