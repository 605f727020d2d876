// Says something to screen readers, once.
const region = document.getElementById("announcement");

export function announce(words) {
  region.textContent = "";
  // a region that is emptied and filled in one step is not read again when the words are the same
  requestAnimationFrame(() => { region.textContent = words; });
}
