// One message at a time, with a way back. It never takes the focus, and stays while it is hovered or focused.
const SHOWN_MS = 10000;
const toast = document.getElementById("toast");
const words = toast.querySelector("[data-toast-words]");
const button = toast.querySelector("[data-toast-undo]");
let undo = null;
let timer = 0;

function hide() {
  if (toast.matches(":hover") || toast.contains(document.activeElement)) {
    timer = setTimeout(hide, 1000);
    return;
  }
  toast.hidden = true;
}

export function showToast(text, act = null) {
  clearTimeout(timer);
  undo = act;
  button.hidden = act === null;
  toast.hidden = false;
  words.textContent = text;
  timer = setTimeout(hide, SHOWN_MS);
}

button.addEventListener("click", () => {
  toast.hidden = true;
  undo?.();
});
