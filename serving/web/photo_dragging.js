/** Photos are dragged to another place: with a mouse anywhere on them, else by their grip. */

const EDGE = 90; // near the ends of the screen, in pixels, dragging scrolls

/** Let the items of a list be dragged; `moved(from, to)` is called where one was dropped. */
export function makeDraggable(list, moved) {
  list.addEventListener("pointerdown", (event) => {
    // A finger that begins anywhere else scrolls the page.
    const handle = event.pointerType === "mouse" ? "canvas, .grip" : ".grip";
    if (event.button !== 0 || !event.target.matches(handle)) return;
    event.preventDefault(); // no selection of text
    list.setPointerCapture(event.pointerId);
    drag(list, event.target.closest("li"), event, moved);
  });
}

function drag(list, item, start, moved) {
  const items = [...list.children];
  const places = items.map((each) => each.getBoundingClientRect());
  const scrolled = scrollY;
  const from = items.indexOf(item);
  let to = from;
  const ended = new AbortController();
  const on = (kind, listener) => list.addEventListener(kind, listener, { signal: ended.signal });

  on("pointermove", ({ clientX: x, clientY }) => {
    const y = clientY + scrollY - scrolled;
    const over = places.findIndex((each) =>
      x >= each.left && x < each.right && y >= each.top && y < each.bottom);
    if (over >= 0) to = over;
    arrange(items, from, to);
    const left = x - start.clientX + places[from].left - places[to].left;
    const top = y - start.clientY + places[from].top - places[to].top;
    item.style.translate = `${left}px ${top}px`;
    if (clientY < EDGE) scrollBy(0, -EDGE / 6);
    else if (clientY > innerHeight - EDGE) scrollBy(0, EDGE / 6);
  });
  const end = (isDropped) => {
    ended.abort();
    for (const each of items) each.removeAttribute("style");
    item.classList.remove("dragged");
    // The photos may have been drawn again meanwhile.
    if (isDropped && to !== from && item.isConnected) moved(from, to);
  };
  on("pointerup", () => end(true));
  on("pointercancel", () => end(false));
  item.classList.add("dragged");
}

/** Show the items as if one were moved. None leaves the document: that would end the dragging. */
function arrange(items, from, to) {
  const order = items.toSpliced(from, 1).toSpliced(to, 0, items[from]);
  order.forEach((item, index) => { item.style.order = index; });
}
