/**
 * An element with attributes, listeners (`onclick` and the like) and children. Strings become text, never markup.
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value)
    else if (value === true) made.setAttribute(key, '')
    else if (value !== undefined && value !== false) made.setAttribute(key, value)
  }
  made.append(...children.flat().filter((child) => child !== undefined && child !== ''))
  return made
}

/**
 * Keeps a scrolling list at its end while it grows or its window shrinks, unless somebody has scrolled up to read.
 * @returns what to call when the list has grown
 */
export function stayAtEnd(list) {
  let atEnd = true
  const follow = () => {
    if (atEnd) list.scrollTop = list.scrollHeight
  }
  list.addEventListener('scroll', () => {
    atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40
  })
  new ResizeObserver(follow).observe(list)
  return follow
}

export const clock = (time, options) =>
  new Date(time).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', ...options })
