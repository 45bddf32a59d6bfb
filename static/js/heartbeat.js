// Keeps the item that is on the page reserved, and says so when somebody else has it.

const beating = new WeakSet();

function lose(element, sentence) {
  const notice = element.querySelector(".lease-lost") ?? document.querySelector(".lease-lost");
  if (notice) {
    const words = notice.querySelector("[data-detail]");
    if (words && sentence) words.textContent = sentence;
    notice.hidden = false;
  }
  const within = element.closest("main") ?? document;
  within.querySelectorAll(".decision-bar button").forEach((button) => (button.disabled = true));
  document.dispatchEvent(new CustomEvent("announce", { detail: sentence || "Somebody else has this item now." }));
}

async function sentenceOf(response) {
  try {
    return (await response.json()).detail ?? "";
  } catch {
    return "";
  }
}

async function beat(element) {
  const body = new URLSearchParams();
  if (element.dataset.epoch) body.set("epoch", element.dataset.epoch);
  const token = document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
  const response = await fetch(element.dataset.heartbeatUrl, {
    method: "POST",
    body,
    headers: { "X-CSRFToken": token, Accept: "application/json" },
    credentials: "same-origin",
  });
  // An answer about an item that has been decided meanwhile says nothing about the next one.
  if (![404, 409, 410].includes(response.status) || !element.isConnected) return true;
  lose(element, await sentenceOf(response));
  return false;
}

function start(element) {
  if (beating.has(element)) return;
  beating.add(element);
  const every = Math.max(Number(element.dataset.heartbeatEvery) || 20, 5) * 1000;
  const timer = setInterval(async () => {
    if (!element.isConnected) return clearInterval(timer);
    // A missed beat is no loss: the next one follows, and the lease is longer than several of them.
    const isOurs = await beat(element).catch(() => true);
    if (!isOurs) clearInterval(timer);
  }, every);
}

const startAll = () => document.querySelectorAll("[data-heartbeat-url]").forEach(start);
document.addEventListener("htmx:afterSettle", startAll);
startAll();
