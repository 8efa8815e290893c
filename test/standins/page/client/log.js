import { createFilter, readEntry } from './filter.js'
import { noteRow, row } from './row.js'
import { createWindow } from './window.js'

const MOST_LINES = 100_000
const NAMES = { update_id: 'update', chat_id: 'chat' }

/** The lines of the volume, and among them what became of the process. */
export function createLog() {
  const scroller = document.querySelector('#scroll')
  const list = document.querySelector('#lines')
  const hint = document.querySelector('#hint')
  const levels = document.querySelector('#levels')
  const search = document.querySelector('#search')
  const chip = document.querySelector('#only')
  const found = document.querySelector('#found')
  const pause = document.querySelector('#pause')
  const rows = createWindow(scroller, list, (entry) =>
    entry.note ? noteRow(entry.note) : row(entry, { only: follow }),
  )

  let all = []
  let shown = []
  let waiting = []
  let counts = {}
  let only
  let filter = createFilter()
  /** Of the lines that were opened last: older ones that arrive late belong to others. */
  let opening = 0

  const paused = () => pause.getAttribute('aria-pressed') === 'true'

  /** One row at a time can be tabbed to; the arrows lead to the others. */
  function enter(summary) {
    for (const other of list.querySelectorAll('summary[tabindex="0"]')) other.tabIndex = -1
    if (summary) summary.tabIndex = 0
  }
  const enterLast = () =>
    list.contains(document.activeElement) || enter([...list.querySelectorAll('summary')].at(-1))

  function tell() {
    for (const label of levels.querySelectorAll('label')) {
      const { value } = label.querySelector('input')
      const sum = Object.values(counts).reduce((total, n) => total + n, 0)
      label.querySelector('b').textContent = value === 'silly' ? sum : (counts[value] ?? 0)
    }
    hint.hidden = all.length > 0
    scroller.hidden = all.length === 0
    found.textContent = filter.narrow ? `${shown.length} found` : ''
    pause.textContent = paused() ? `Go on${waiting.length > 0 ? ` · ${waiting.length} new` : ''}` : 'Pause'
  }

  function apply() {
    filter = createFilter({ level: levels.querySelector(':checked').value, search: search.value, only })
    chip.hidden = !only
    chip.textContent = only ? `${NAMES[only.field]} ${only.value} ×` : ''
    shown = all.filter(filter.passes)
    rows.set(shown)
    enterLast()
    tell()
  }
  levels.addEventListener('change', apply)
  search.addEventListener('input', apply)
  chip.addEventListener('click', () => {
    follow(undefined)
    search.focus()
  })
  pause.addEventListener('click', () => {
    pause.setAttribute('aria-pressed', String(!paused()))
    const late = paused() ? [] : waiting.splice(0)
    if (late.length > 0) put(late)
    tell()
  })

  function follow(field) {
    only = field
    apply()
  }

  list.addEventListener('focusin', (event) => event.target.matches('summary') && enter(event.target))
  list.addEventListener('keydown', (event) => {
    if (!event.target.matches('summary')) return
    const index = rows.indexOf(event.target.closest('li'))
    const step = { ArrowDown: 1, ArrowUp: -1, Home: 1, End: -1 }[event.key]
    if (!step) return
    event.preventDefault()
    let goal = { Home: 0, End: shown.length - 1 }[event.key] ?? index + step
    while (shown[goal]?.note) goal += step
    rows.bring(goal)?.querySelector('summary').focus()
  })

  function count(entries) {
    for (const { level } of entries) if (level) counts[level] = (counts[level] ?? 0) + 1
  }

  function put(entries) {
    count(entries)
    all.push(...entries)
    for (const entry of entries) if (filter.passes(entry)) shown.push(entry)
    if (all.length > MOST_LINES * 1.1) trim()
    rows.grow(enterLast)
    tell()
  }

  function trim() {
    const gone = new Set(all.splice(0, all.length - MOST_LINES))
    const first = shown.findIndex((entry) => !gone.has(entry))
    const count = first < 0 ? shown.length : first
    shown.splice(0, count)
    rows.shift(-count)
  }

  /** Fetches what is older, a piece at a time, so that a search sees everything. */
  async function fetchOlder(first, mine) {
    let before = first
    while (before > 0 && mine === opening) {
      const answer = await fetch(`/lines?before=${before}`).catch(() => undefined)
      if (!answer?.ok || mine !== opening) return
      const { first: from, entries } = await answer.json()
      if (entries.length === 0) return
      before = from
      const older = entries.map(readEntry)
      count(older)
      all.unshift(...older)
      const passing = older.filter(filter.passes)
      shown.unshift(...passing)
      rows.shift(passing.length)
      tell()
    }
  }

  return {
    add(entries) {
      const read = entries.map(readEntry)
      if (paused()) {
        waiting.push(...read)
        tell()
      } else put(read)
    },
    open({ name, hint: words, first, entries }) {
      document.querySelector('#folder').textContent = `${name}/*.log`
      hint.textContent = words
      all = []
      shown = []
      waiting = []
      counts = {}
      rows.set(shown)
      put(entries.map(readEntry))
      opening += 1
      void fetchOlder(first, opening)
    },
    /** Opens the last line about an update. */
    reveal(updateId) {
      const matches = ({ fields }) => fields?.update_id === updateId
      if (!shown.some(matches)) {
        levels.querySelector('[value=silly]').checked = true
        search.value = ''
        follow(undefined)
      }
      const details = rows.bring(shown.findLastIndex(matches))?.querySelector('details')
      if (!details) return
      details.open = true
      details.querySelector('summary').focus()
      details.scrollIntoView({ block: 'center' })
    },
  }
}
