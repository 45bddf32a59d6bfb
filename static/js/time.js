// Times that stay true while the page is open. The words are the ones the server writes.

const UNITS = [
  ["d", 86400],
  ["h", 3600],
  ["min", 60],
  ["s", 1],
];

function coarse(seconds) {
  const [unit, size] = UNITS.find(([, size]) => seconds >= size) ?? ["s", 1];
  return `${Math.round(seconds / size)} ${unit}`;
}

function relative(seconds) {
  if (Math.abs(seconds) < 45) return seconds <= 0 ? "just now" : "in a moment";
  const words = coarse(Math.abs(seconds));
  return seconds > 0 ? `in ${words}` : `${words} ago`;
}

function duration(seconds) {
  const position = UNITS.findIndex(([, size]) => seconds >= size);
  if (position < 0) return "0 s";
  const [unit, size] = UNITS[position];
  const words = [`${Math.floor(seconds / size)} ${unit}`];
  const next = UNITS[position + 1];
  const rest = seconds % size;
  if (next && !(seconds >= 3600 && next[0] === "s") && rest >= next[1]) words.push(`${Math.floor(rest / next[1])} ${next[0]}`);
  return words.join(" ");
}

// Without its seconds, unless it is about them: a page full of running seconds is noise.
const calm = (seconds) => (seconds >= 300 ? seconds - (seconds % 60) : seconds);

function due(seconds) {
  const words = duration(calm(Math.abs(seconds)));
  return seconds > 0 ? `${words} left` : `${words} over`;
}

// The person's clock may be wrong; ages are counted from the server's time at loading.
const loadedAt = Date.parse(document.querySelector("meta[name=server-time]")?.content ?? "") || Date.now();
const startedAt = performance.now();
const now = () => loadedAt + (performance.now() - startedAt);

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function tick() {
  if (document.hidden) return;
  for (const element of document.querySelectorAll("time[data-relative], time[data-due]")) {
    const seconds = Math.trunc((Date.parse(element.dateTime) - now()) / 1000);
    if (Number.isNaN(seconds)) continue;
    write(element, "due" in element.dataset ? due(seconds) : relative(seconds));
  }
}

setInterval(tick, 1000);
document.addEventListener("visibilitychange", tick);
document.addEventListener("htmx:afterSwap", tick);
tick();
