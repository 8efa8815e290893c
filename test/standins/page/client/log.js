import { stayAtEnd } from './element.js'
import { noteRow, row } from './row.js'

const LEVELS = ['error', 'warn', 'info', 'http', 'verbose', 'debug', 'silly']
const MOST_ROWS = 1000

/** The lines of the volume, and among them what became of the process. */
export function createLog() {
  const list = document.querySelector('#lines')
  const hint = document.querySelector('#hint')
  const filter = document.querySelector('#levels')
  const follow = stayAtEnd(list)
  let counts = {}

  const least = () => LEVELS.indexOf(filter.querySelector(':checked').value)
  const passes = (item) => item.dataset.level === undefined || LEVELS.indexOf(item.dataset.level) <= least()
  const summaries = () => [...list.querySelectorAll('li:not([hidden]) summary')]

  /** One row at a time can be tabbed to; the arrows lead to the others. */
  function enter(summary) {
    for (const other of list.querySelectorAll('summary[tabindex="0"]')) other.tabIndex = -1
    if (summary) summary.tabIndex = 0
  }

  function apply() {
    for (const item of list.children) item.hidden = !passes(item)
    list.scrollTop = list.scrollHeight
    enter(summaries().at(-1))
  }
  filter.addEventListener('change', apply)

  list.addEventListener('focusin', (event) => event.target.matches('summary') && enter(event.target))
  list.addEventListener('keydown', (event) => {
    const rows = summaries()
    const index = rows.indexOf(event.target)
    if (index < 0) return
    const goal = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: rows.length - 1 }[event.key]
    if (goal === undefined) return
    event.preventDefault()
    rows[goal]?.focus()
  })

  function count() {
    for (const label of filter.querySelectorAll('label')) {
      const { value } = label.querySelector('input')
      const all = Object.values(counts).reduce((sum, n) => sum + n, 0)
      label.querySelector('b').textContent = value === 'silly' ? all : (counts[value] ?? 0)
    }
  }

  function add(entries) {
    const items = entries.map((entry) => (typeof entry === 'string' ? row(entry) : noteRow(entry)))
    for (const item of items) {
      item.hidden = !passes(item)
      const { level } = item.dataset
      if (level) counts[level] = (counts[level] ?? 0) + 1
    }
    list.append(...items)
    while (list.children.length > MOST_ROWS) list.firstElementChild.remove()
    follow()
    if (!list.contains(document.activeElement)) enter(summaries().at(-1))
    hint.hidden = list.children.length > 0
    count()
  }

  return {
    add,
    open({ name, hint: words, entries }) {
      document.querySelector('#folder').textContent = `${name}/*.log`
      hint.textContent = words
      list.replaceChildren()
      counts = {}
      add(entries)
      list.scrollTop = list.scrollHeight
    },
    /** Opens the last line about an update. */
    reveal(updateId) {
      const item = [...list.children].findLast(({ dataset }) => dataset.update === String(updateId))
      if (!item) return
      if (item.hidden) {
        filter.querySelector('[value=silly]').checked = true
        apply()
      }
      const details = item.querySelector('details')
      details.open = true
      details.querySelector('summary').focus()
      item.scrollIntoView({ block: 'center' })
    },
  }
}
