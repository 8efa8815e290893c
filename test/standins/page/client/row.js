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

/** A line that opens to the whole JSON. */
export function row(line) {
  const record = parse(line)
  const { level = 'info', message, error, update_id, duration_ms } = record
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
  return element(
    'li',
    { 'data-level': level, 'data-update': update_id },
    element(
      'details',
      {},
      element(
        'summary',
        { tabindex: -1 },
        when(record.timestamp),
        element('b', { class: 'level' }, level),
        element('span', { class: 'entry' }, ...entry),
      ),
      element('pre', {}, ...coloured(JSON.stringify(record, null, 2))),
      error?.stack ? element('pre', {}, error.stack) : '',
    ),
  )
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
