// Ctrl/Cmd+K: go to a page or a queue by typing part of its name.

const dialog = document.getElementById("palette");
const template = document.getElementById("palette-places");

if (dialog && template) {
  const input = dialog.querySelector("input");
  const list = dialog.querySelector("[role=listbox]");
  const none = dialog.querySelector(".palette-none");
  const places = [...template.content.querySelectorAll("a")].map((link) => ({
    name: link.textContent,
    kind: link.dataset.kind,
    address: link.getAttribute("href"),
  }));
  let chosen = 0;

  const options = () => [...list.children];

  function choose(position) {
    const all = options();
    if (!all.length) return input.removeAttribute("aria-activedescendant");
    chosen = (position + all.length) % all.length;
    all.forEach((option, index) => option.setAttribute("aria-selected", String(index === chosen)));
    input.setAttribute("aria-activedescendant", all[chosen].id);
    all[chosen].scrollIntoView({ block: "nearest" });
  }

  function show() {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = places.filter((place) => words.every((word) => `${place.name} ${place.kind}`.toLowerCase().includes(word))).slice(0, 12);
    list.replaceChildren(
      ...found.map((place, index) => {
        const option = document.createElement("li");
        option.id = `palette-option-${index}`;
        option.setAttribute("role", "option");
        option.dataset.address = place.address;
        const kind = document.createElement("small");
        kind.textContent = place.kind;
        option.append(place.name, kind);
        return option;
      }),
    );
    none.hidden = found.length > 0;
    choose(0);
  }

  const go = (option) => option && window.location.assign(option.dataset.address);

  function open() {
    if (document.querySelector("dialog[open]")) return;
    input.value = "";
    show();
    dialog.showModal();
    input.focus();
  }

  document.addEventListener("dialogs:open", (event) => event.detail === "palette" && open());
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.repeat || event.altKey || event.shiftKey) return;
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return;
    event.preventDefault();
    if (dialog.open) return dialog.close();
    open();
  });
  input.addEventListener("input", show);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen - 1);
    else if (event.key === "Enter") go(options()[chosen]);
    else return;
    event.preventDefault();
  });
  list.addEventListener("click", (event) => go(event.target.closest("[role=option]")));
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
}
