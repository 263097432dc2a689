
"use strict";
(function () {
  var runs = Array.prototype.slice.call(document.querySelectorAll("b[data-s]"));
  var places = runs.map(function (run) {
    var parts = run.dataset.s.split(":");
    run.tabIndex = 0;
    return { part: parts[0], start: Number(parts[1]), end: Number(parts[2]) };
  });
  function light(run) {
    var own = run ? places[runs.indexOf(run)] : null;
    runs.forEach(function (other, at) {
      var place = places[at];
      var lit = own && place.part === own.part && place.start < own.end && own.start < place.end;
      other.classList.toggle("lit", Boolean(lit));
    });
  }
  function run(event) {
    return event.target.closest ? event.target.closest("b[data-s]") : null;
  }
  document.addEventListener("mouseover", function (event) { light(run(event)); });
  document.addEventListener("focusin", function (event) { light(run(event)); });
  var steps = Array.prototype.slice.call(document.querySelectorAll("details"));
  function all(open) {
    steps.forEach(function (step) { step.open = open; });
  }
  document.querySelectorAll("[data-all]").forEach(function (button) {
    button.addEventListener("click", function () { all(button.dataset.all === "open"); });
  });
  document.querySelector(".tools").hidden = false;
  var clock = document.querySelector(".clock");
  function length(seconds) {
    var parts = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]].map(function (unit) {
      var count = Math.floor(seconds / unit[0]);
      seconds -= count * unit[0];
      return count ? count + " " + unit[1] : "";
    });
    return parts.filter(Boolean).join(" ");
  }
  function place(now) {
    var from = Number(clock.dataset.from || -Infinity), until = Number(clock.dataset.until);
    if (now < from) { return length(from - now) + " too early: refused."; }
    if (now > until) { return length(now - until) + " too late: refused."; }
    return clock.querySelector("[type=checkbox]").checked
      ? "within the window. The first copy is accepted, a second one is refused."
      : "within the window. Every copy is accepted.";
  }
  function tell() {
    var now = Number(clock.querySelector("[type=range]").value);
    var date = new Date(now * 1000).toISOString().slice(0, 19).replace("T", " ") + " UTC";
    var words = place(now);
    clock.querySelector("output").textContent = date + ": " + words;
    clock.classList.toggle("bad", words.slice(-8) === "refused." && words.indexOf("within") < 0);
  }
  if (clock) {
    clock.hidden = false;
    clock.addEventListener("input", tell);
    tell();
  }
  window.addEventListener("beforeprint", function () { all(true); });
})();
