
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
  window.addEventListener("beforeprint", function () { all(true); });
})();
