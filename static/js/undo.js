// Messages that leave by themselves, and the countdown of the undo window. Both wait under the pointer or the focus.

const running = new WeakSet();

const isHeld = (toast) => toast.matches(":hover") || toast.contains(document.activeElement) || document.hidden;

function start(toast) {
  if (running.has(toast)) return;
  running.add(toast);
  const isUndo = "countdown" in toast.dataset;
  const whole = Number(isUndo ? toast.dataset.countdown : toast.dataset.toast) || 8;
  const bar = toast.querySelector("progress");
  const seconds = toast.querySelector(".toast-seconds");
  let left = whole * 1000;
  let last = performance.now();
  const timer = setInterval(() => {
    if (!toast.isConnected) return clearInterval(timer);
    const now = performance.now();
    // The server's window runs on: holding an undo toast open must not promise more than is left.
    if (isUndo || !isHeld(toast)) left -= now - last;
    last = now;
    if (bar) bar.value = Math.max(left / 1000, 0);
    if (seconds) seconds.textContent = `${Math.max(Math.ceil(left / 1000), 0)} s`;
    if (left > 0) return;
    if (isUndo) toast.querySelectorAll("button").forEach((button) => (button.disabled = true));
    if (isHeld(toast)) return;
    clearInterval(timer);
    toast.remove();
  }, 100);
}

const startAll = () => document.querySelectorAll("[data-toast], [data-countdown]").forEach(start);

document.addEventListener("htmx:afterSettle", startAll);
document.addEventListener("htmx:oobAfterSwap", startAll);
document.addEventListener("toasts:added", startAll);
startAll();
