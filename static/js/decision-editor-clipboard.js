// Cells to and from the clipboard, as Excel, LibreOffice and Google Sheets put them there:
// tabs between cells, quotes around a cell that holds a line break, a tab or a quote.

const needsQuotes = (text) => /[\t\n]/.test(text) || text.startsWith('"');

export function written(lines) {
  const cell = (text) => (needsQuotes(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return lines.map((line) => line.map(cell).join("\t")).join("\n");
}

// FEEL's own texts are in quotes too: quotes go away only where a spreadsheet must have put them.
export function read(text) {
  const plain = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  const lines = [[]];
  const quoted = /"((?:[^"]|"")*)"(?=\t|\n|$)/y;
  const bare = /[^\t\n]*/y;
  let at = 0;
  for (;;) {
    quoted.lastIndex = bare.lastIndex = at;
    const found = quoted.exec(plain);
    if (found && /[\n\t]|""/.test(found[1])) {
      lines.at(-1).push(found[1].replaceAll('""', '"'));
      at = quoted.lastIndex;
    } else {
      lines.at(-1).push(bare.exec(plain)[0]);
      at = bare.lastIndex;
    }
    if (at >= plain.length) return lines;
    if (plain[at] === "\n") lines.push([]);
    at += 1;
  }
}
