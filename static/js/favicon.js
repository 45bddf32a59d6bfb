// The number of breaches on the tab, for whoever works in another one.

const link = document.querySelector("link[rel=icon]");
const plain = link?.href;
let shown = 0;

function draw(count) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 64;
  const pen = canvas.getContext("2d");
  const image = new Image();
  image.onload = () => {
    pen.drawImage(image, 0, 0, 64, 64);
    pen.fillStyle = "#b3123f";
    pen.beginPath();
    pen.roundRect(22, 26, 42, 38, 12);
    pen.fill();
    pen.fillStyle = "#fff";
    pen.font = "bold 30px system-ui, sans-serif";
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(count > 99 ? "99" : String(count), 43, 46);
    link.type = "image/png";
    link.href = canvas.toDataURL("image/png");
  };
  image.src = plain;
}

function update() {
  const count = [...document.querySelectorAll("[data-breaches]")].reduce((sum, element) => sum + (Number(element.dataset.breaches) || 0), 0);
  if (!link || count === shown) return;
  shown = count;
  if (count) return draw(count);
  link.type = "image/svg+xml";
  link.href = plain;
}

document.addEventListener("htmx:afterSettle", update);
update();
