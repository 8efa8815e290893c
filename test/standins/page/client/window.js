const ROW_PX = 33

/**
 * A list of any length of which only what is seen, and half a screenful on both sides, is in the document. It stays at its end
 * while it grows, unless somebody has scrolled up to read.
 * @param render makes the element of an item
 */
export function createWindow(scroller, list, render) {
  let items = []
  let start = 0
  let elements = []
  let atEnd = true
  let grown = false

  const end = () => start + elements.length
  const screenful = () => 2 * Math.ceil(scroller.clientHeight / ROW_PX / 2) + 4
  const pad = () => {
    list.style.paddingTop = `${start * ROW_PX}px`
    list.style.paddingBottom = `${(items.length - end()) * ROW_PX}px`
  }

  /** Elements that stay are not touched: they keep their focus and stay open. */
  function draw(from, to) {
    const first = Math.max(from, 0)
    const last = Math.max(Math.min(to, items.length), first)
    const kept = (index) => (index >= start && index < end() ? elements[index - start] : undefined)
    const next = items.slice(first, last).map((item, offset) => kept(first + offset) ?? render(item))
    const staying = new Set(next)
    for (const element of elements) if (!staying.has(element)) element.remove()
    let before = list.firstElementChild
    for (const element of next) {
      if (element === before) before = before.nextElementSibling
      else list.insertBefore(element, before)
    }
    start = first
    elements = next
    for (const [offset, element] of elements.entries()) {
      element.setAttribute('aria-posinset', start + offset + 1)
      element.setAttribute('aria-setsize', items.length)
    }
    pad()
  }

  function toEnd() {
    draw(items.length - 2 * screenful(), items.length)
    scroller.scrollTop = scroller.scrollHeight
  }

  /** Draws other rows when the window nears the edge of those that are there, and leaves what is seen where it is. */
  function slide() {
    const { scrollTop: top, clientHeight: height } = scroller
    const above = top - start * ROW_PX
    const below = list.offsetHeight - (items.length - end()) * ROW_PX - (top + height)
    if ((start === 0 || above > height / 4) && (end() === items.length || below > height / 4)) return
    const anchor = elements.find((element) => element.offsetTop + element.offsetHeight > top)
    const seen = anchor && anchor.offsetTop < top + height
    const index = seen ? start + elements.indexOf(anchor) : Math.floor(top / ROW_PX)
    const offset = seen ? anchor.offsetTop - top : 0
    draw(index - screenful() / 2, index + 1.5 * screenful())
    if (seen) scroller.scrollTop = anchor.offsetTop - offset
  }

  scroller.addEventListener('scroll', () => {
    atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 40
    slide()
  })
  new ResizeObserver(() => (atEnd ? toEnd() : slide())).observe(scroller)

  return {
    /** Other items altogether; the end of them is seen. */
    set(all) {
      draw(0, 0)
      items = all
      atEnd = true
      toEnd()
    },
    /** Items were added at the end. They are drawn with the next frame, however many times that happens before. */
    grow(drawn) {
      if (grown) return
      grown = true
      requestAnimationFrame(() => {
        grown = false
        if (atEnd) toEnd()
        else {
          pad()
          slide()
        }
        drawn()
      })
    },
    /** So many items were put in front, or, when negative, taken away there. */
    shift(count) {
      const gone = Math.max(-count - start, 0)
      for (const element of elements.splice(0, gone)) element.remove()
      start = Math.max(start + count, 0)
      const { scrollTop } = scroller
      pad()
      if (!atEnd) scroller.scrollTop = scrollTop + count * ROW_PX
    },
    indexOf: (element) => (elements.includes(element) ? start + elements.indexOf(element) : -1),
    last: () => elements.at(-1),
    /** Brings an item into the document. @returns its element */
    bring(index) {
      if (index < 0 || index >= items.length) return undefined
      if (index < start || index >= end()) {
        atEnd = false
        draw(index - screenful(), index + screenful())
        scroller.scrollTop = elements[index - start].offsetTop - scroller.clientHeight / 2
      }
      return elements[index - start]
    },
  }
}
