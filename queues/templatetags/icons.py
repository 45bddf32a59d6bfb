"""The product's own icons: strokes on a 16 × 16 grid."""

SHAPES = {
    "alert": '<path d="M8 2 1.5 13.5h13z"/><path d="M8 6.5v3.2M8 11.7v.1"/>',
    "arrow-down": '<path d="M8 2.5v11M3.5 9 8 13.5 12.5 9"/>',
    "arrow-left": '<path d="M13.5 8h-11M7 3.5 2.5 8 7 12.5"/>',
    "arrow-right": '<path d="M2.5 8h11M9 3.5 13.5 8 9 12.5"/>',
    "arrow-up": '<path d="M8 13.5v-11M3.5 7 8 2.5 12.5 7"/>',
    "ban": '<circle cx="8" cy="8" r="6"/><path d="m3.8 3.8 8.4 8.4"/>',
    "board": '<path d="M2 3h12v10H2zM2 6.5h12M6.5 6.5V13"/>',
    "book": '<path d="M3 2.5h9.5v11H4.2A1.2 1.2 0 0 1 3 12.3zM3 12a1.2 1.2 0 0 1 1.2-1.2h8.3"/>',
    "calendar": '<path d="M2.5 3.5h11v10h-11zM2.5 6.5h11M5.5 2v3M10.5 2v3"/>',
    "chart": '<path d="M2.5 2.5v11h11M5.5 11V8M8.5 11V5M11.5 11V6.5"/>',
    "check": '<path d="m3 8.5 3.5 3.5L13 4.5"/>',
    "chevron-down": '<path d="m4 6 4 4 4-4"/>',
    "clock": '<circle cx="8" cy="8" r="6"/><path d="M8 4.5V8l2.5 1.5"/>',
    "countersign": '<path d="m1.5 9 3 3L10 4.5M8 11l1.5 1.5 5-7"/>',
    "cross": '<path d="m4 4 8 8M12 4l-8 8"/>',
    "document": '<path d="M4 1.5h5.5L13 5v9.5H4zM9.5 1.5V5H13M6.5 8.5h4M6.5 11.2h4"/>',
    "download": '<path d="M8 2v8M4.5 7 8 10.5 11.5 7M2.5 13.5h11"/>',
    "edit": '<path d="m2.5 13.5.6-3L10.8 2.8l2.4 2.4-7.7 7.7z"/>',
    "escalate": '<path d="M3 14V2.5h8.5L9.5 6l2 3.5H3"/>',
    "external": '<path d="M9.5 2.5h4v4M13.5 2.5 8 8M11.5 9v4.5h-9v-9H7"/>',
    "filter": '<path d="M2 3.5h12M4.5 8h7M6.5 12.5h3"/>',
    "inbox": '<path d="M2 9.5 4 3h8l2 6.5v4H2zM2 9.5h3.5L6.5 11h3l1-1.5H14"/>',
    "info": '<circle cx="8" cy="8" r="6"/><path d="M8 7.3V11M8 5v.1"/>',
    "key": '<circle cx="5" cy="11" r="2.5"/><path d="m6.8 9.2 6-6M10.5 5.5l2 2"/>',
    "keyboard": '<path d="M1.5 4h13v8h-13zM4 6.6h.1M6.7 6.6h.1M9.3 6.6h.1M12 6.6h.1M5 9.4h6"/>',
    "list": '<path d="M5.5 4h8.5M5.5 8h8.5M5.5 12h8.5M2.3 4h.1M2.3 8h.1M2.3 12h.1"/>',
    "lock": '<path d="M3.5 7h9v6.5h-9zM5.5 7V5a2.5 2.5 0 0 1 5 0v2"/>',
    "minus": '<path d="M3 8h10"/>',
    "pause": '<path d="M5.5 3.5v9M10.5 3.5v9"/>',
    "people": '<circle cx="6" cy="5" r="2.5"/><path d="M1.5 13.5c0-3 2-4.5 4.5-4.5s4.5 1.5 4.5 4.5'
    'M10.5 2.7a2.5 2.5 0 0 1 0 4.6M12 9.5c1.6.6 2.5 2 2.5 4"/>',
    "person": '<circle cx="8" cy="5" r="2.8"/><path d="M2.5 14c0-3.3 2.4-5 5.5-5s5.5 1.7 5.5 5"/>',
    "play": '<path d="M4.5 2.5v11l8.5-5.5z"/>',
    "plus": '<path d="M8 3v10M3 8h10"/>',
    "process": '<circle cx="3" cy="8" r="1.5"/><path d="M4.5 8H6M6 5.5h4v5H6zM10 8h1.5"/>'
    '<circle cx="13" cy="8" r="1.5"/>',
    "retry": '<path d="M13 8a5 5 0 1 1-1.5-3.6L13 6M13 2.5V6H9.5"/>',
    "search": '<circle cx="7" cy="7" r="4.5"/><path d="m10.5 10.5 3.5 3.5"/>',
    "settings": '<path d="M2 4.5h7M12 4.5h2M2 11.5h2M7 11.5h7"/>'
    '<circle cx="10.5" cy="4.5" r="1.5"/><circle cx="5.5" cy="11.5" r="1.5"/>',
    "skip": '<path d="M3 3v10l6-5zM12 3v10"/>',
    "sign-out": '<path d="M6.5 2.5h-4v11h4M6 8h8M11 5l3 3-3 3"/>',
    "undo": '<path d="M5.5 2.5 2.5 5.5l3 3M2.5 5.5H10a3.7 3.7 0 0 1 0 7.5H6"/>',
    "upload": '<path d="M8 10.5v-8M4.5 6 8 2.5 11.5 6M2.5 13.5h11"/>',
}

# A state is told by its shape as well as by its word and colour.
STATUS_SHAPES = {
    "ok": '<circle cx="5" cy="5" r="4.5"/>',
    "watch": '<circle cx="5" cy="5" r="4" fill="none" stroke="currentColor"/>'
    '<path d="M5 1a4 4 0 0 1 4 4H5z"/>',
    "warn": '<path d="M5 .5 10 9.5H0z"/>',
    "breach": '<path d="M.5.5h9v9h-9z"/>',
    "paused": '<path d="M1.5.5h2.5v9H1.5zM6 .5h2.5v9H6z"/>',
    "outside": '<path d="M8.9 6.3A4.3 4.3 0 1 1 4 .6a3.4 3.4 0 0 0 4.9 5.7z"/>',
    "met": '<path d="m1 5.5 3 3 5-7" fill="none" stroke="currentColor" stroke-width="1.8"/>',
}
