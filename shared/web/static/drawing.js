// A signature drawn by hand, with a finger, a pen or a mouse. What is sent are lines of points;
// without this file the field stays hidden and the name is typed instead.
"use strict";

const NEAR = 3;

for (const pad of document.querySelectorAll("[data-drawing]")) {
  const canvas = pad.querySelector("canvas");
  const sent = document.getElementById(pad.dataset.drawing);
  const said = pad.querySelector("[role=status]");
  const ink = canvas.getContext("2d");
  let strokes = [];
  let current = null;

  function place(event) {
    const frame = canvas.getBoundingClientRect();
    const x = Math.round((event.clientX - frame.left) / frame.width * canvas.width);
    const y = Math.round((event.clientY - frame.top) / frame.height * canvas.height);
    return [Math.min(Math.max(x, 0), canvas.width), Math.min(Math.max(y, 0), canvas.height)];
  }

  function draw() {
    ink.clearRect(0, 0, canvas.width, canvas.height);
    ink.lineWidth = 5;
    ink.lineCap = ink.lineJoin = "round";
    ink.strokeStyle = "#0b2545";
    for (const stroke of strokes) {
      ink.beginPath();
      ink.moveTo(...stroke[0]);
      for (const point of stroke.slice(1)) ink.lineTo(...point);
      if (stroke.length === 1) ink.lineTo(stroke[0][0], stroke[0][1] + 1);
      ink.stroke();
    }
  }

  function tell() {
    sent.value = strokes.length ? JSON.stringify(strokes) : "";
    said.textContent = strokes.length ? pad.dataset.drawn : pad.dataset.empty;
    draw();
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    current = [place(event)];
    strokes.push(current);
    draw();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!current) return;
    const [x, y] = place(event);
    const [oldX, oldY] = current[current.length - 1];
    if (Math.hypot(x - oldX, y - oldY) >= NEAR) { current.push([x, y]); draw(); }
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, () => { if (current) { current = null; tell(); } });
  }
  pad.querySelector("button").addEventListener("click", () => { strokes = []; tell(); });

  try { strokes = JSON.parse(sent.value || "[]"); } catch { strokes = []; }
  pad.hidden = false;
  tell();
}
