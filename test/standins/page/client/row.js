import { clock, element } from './element.js'

/** What tells updates apart at a glance comes first, without its name. */
const TELLING = ['feature', 'outcome', 'duration_ms']
/** The same in every line of a process, or shown in a place of its own. */
const PLACED = [
  ...TELLING,
  'timestamp',
  'level',
  'message',
  'service',
  'version',
  'instance',
  'boot',
  'seq',
  'error',
]
const JSON_PART = /("(?:[^"\\]|\\.)*")(:?)|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/** A line that opens to the whole JSON. @param only shows the lines of one update or chat alone */
export function row({ line, level }, { only }) {
  const record = parse(line)
  const { message, error, duration_ms } = record
  const telling = [
    record.feature,
    record.outcome,
    duration_ms === undefined ? undefined : `${duration_ms} ms`,
  ]
  const others = Object.entries(record).filter(([key]) => !PLACED.includes(key))
  const entry = [
    message,
    ...telling.filter(Boolean).map((value) => element('b', {}, String(value))),
    error?.message ? element('em', {}, error.message) : '',
    ...others.map(([key, value]) => element('small', {}, element('i', {}, key), short(value))),
  ]
  const summary = element(
    'summary',
    { tabindex: -1 },
    when(record.timestamp),
    element('b', { class: 'level' }, level),
    element('span', { class: 'entry' }, ...entry),
  )
  const details = element('details', {}, summary)
  const fill = () => details.append(...inside(line, record, only))
  details.addEventListener('toggle', fill, { once: true })
  details.addEventListener('toggle', () => details.open && details.scrollIntoView({ block: 'nearest' }))
  return element('li', { 'data-level': level }, details)
}

/** Made when a row is opened for the first time. */
function inside(line, record, only) {
  const json = element('pre', {}, ...coloured(JSON.stringify(record, null, 2)))
  const tool = (text, onclick) => element('button', { type: 'button', onclick }, text)
  const follow = (field, text) =>
    record[field] === undefined ? '' : tool(text, () => only({ field, value: record[field] }))
  const copy = tool('Copy', () => copied(line, json, copy))
  return [
    element(
      'p',
      { class: 'row-tools' },
      copy,
      follow('update_id', 'This update'),
      follow('chat_id', 'This chat'),
    ),
    json,
    record.error?.stack ? element('pre', {}, record.error.stack) : '',
  ].filter(Boolean)
}

/** Without the clipboard, which a browser gives to secure origins and this machine, the text is at least selected. */
async function copied(line, json, button) {
  try {
    await navigator.clipboard.writeText(line)
    button.textContent = 'Copied'
  } catch {
    getSelection().selectAllChildren(json)
    button.textContent = 'Selected'
  }
}

/** What became of the process. */
export function noteRow({ at, state, text, detail }) {
  return element(
    'li',
    { class: 'note', 'data-state': state },
    element('p', {}, when(at), element('strong', {}, text)),
    detail ? element('pre', {}, detail) : '',
  )
}

/** A line that is not JSON is shown all the same. */
function parse(line) {
  try {
    const record = JSON.parse(line)
    if (record && typeof record === 'object') return record
  } catch {}
  return { message: line }
}

function when(time) {
  if (time === undefined) return element('time')
  const milliseconds = String(new Date(time).getMilliseconds()).padStart(3, '0')
  return element('time', {}, clock(time, { second: '2-digit' }), element('small', {}, `.${milliseconds}`))
}

function short(value) {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function coloured(json) {
  const parts = []
  let end = 0
  for (const { 0: found, 1: string, 2: colon, index } of json.matchAll(JSON_PART)) {
    parts.push(json.slice(end, index))
    parts.push(
      element('span', { class: colon ? 'key' : string ? 'string' : 'value' }, string ?? found),
      colon ?? '',
    )
    end = index + found.length
  }
  return [...parts, json.slice(end)]
}
