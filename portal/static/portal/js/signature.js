// The customer signs with a finger; the picture goes with the form. Without this script the typed name stands for it.
"use strict";

document.querySelectorAll("[data-signature-pad]").forEach((pad) => {
  const canvas = pad.querySelector("canvas");
  const field = pad.closest("form").querySelector("[data-signature]");
  const pen = canvas.getContext("2d");
  if (!pen || !field) return;
  pad.hidden = false;
  let drawing = false;
  let length = 0;

  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) * canvas.width) / box.width, ((event.clientY - box.top) * canvas.height) / box.height];
  };
  const clear = () => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    field.value = "";
    length = 0;
  };

  canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    drawing = true;
    pen.lineWidth = 4;
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = "#1b2a33";
    pen.beginPath();
    pen.moveTo(...place(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!drawing) return;
    pen.lineTo(...place(event));
    pen.stroke();
    length += 1;
  });
  const lift = () => {
    if (!drawing) return;
    drawing = false;
    if (length > 3) field.value = canvas.toDataURL("image/png"); // a slip of the finger is no signature
  };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  pad.querySelector("[data-signature-clear]").addEventListener("click", clear);
});
