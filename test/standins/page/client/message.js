import { clock, element } from './element.js'

const TAGS = {
  bold: 'strong',
  italic: 'em',
  underline: 'u',
  strikethrough: 's',
  code: 'code',
  pre: 'code',
  blockquote: 'q',
}

/** One message as its reader sees it. */
export function bubble(message, { mine, group, trace, send, press }) {
  const { from, text = message.caption, entities, location, update_id } = message
  const rows = message.reply_markup?.inline_keyboard ?? []
  return element(
    'li',
    { class: mine ? 'mine' : from.is_bot ? 'bot' : 'other' },
    element(
      'div',
      { class: 'bubble' },
      group && !mine ? element('b', { class: 'from' }, from.first_name) : '',
      location ? chart(location) : '',
      ...attached(message),
      text ? element('p', {}, ...rich(text, entities ?? [], send)) : '',
      element(
        'footer',
        {},
        message.edit_date ? 'edited ' : '',
        element('time', {}, clock(message.date * 1000)),
        update_id
          ? element(
              'button',
              {
                type: 'button',
                title: `The log line of update ${update_id}`,
                onclick: () => trace(update_id),
              },
              'log',
            )
          : '',
      ),
    ),
    ...rows.map((row) => element('div', { class: 'row' }, ...row.map((button) => inline(button, press)))),
  )
}

/** What came along with a message, or instead of a text, in a word. */
function attached({ document, photo, sticker, voice, contact, pinned_message }) {
  const file = (text) => element('p', { class: 'file' }, text)
  return [
    document ? file(document.file_name ?? 'document') : '',
    photo ? element('p', { class: 'photo', role: 'img', 'aria-label': 'A photo' }) : '',
    sticker ? element('p', { class: 'sticker' }, sticker.emoji) : '',
    voice
      ? element(
          'p',
          { class: 'voice' },
          element('i', { 'aria-hidden': 'true' }),
          `Voice note, ${voice.duration} s`,
        )
      : '',
    contact ? file(`${contact.first_name} ${contact.phone_number}`) : '',
    pinned_message
      ? element('p', { class: 'pinned' }, 'pinned ', element('q', {}, pinned_message.text ?? 'a message'))
      : '',
  ].filter(Boolean)
}

function inline(button, press) {
  const { text, url, callback_data } = button
  if (url) return link(url, text)
  return element(
    'button',
    { type: 'button', disabled: callback_data === undefined, onclick: () => press(button) },
    text,
  )
}

/** A text with its entities, which may lie within each other: cut wherever one begins or ends. */
function rich(text, entities, send) {
  const ends = entities.flatMap(({ offset, length }) => [offset, offset + length])
  const cuts = [...new Set([0, ...ends, text.length])].sort((a, b) => a - b)
  return cuts.slice(1).map((end, index) => {
    const start = cuts[index]
    return entities
      .filter(({ offset, length }) => offset <= start && end <= offset + length)
      .reduce((inner, entity) => dressed(inner, entity, send), text.slice(start, end))
  })
}

function dressed(inner, { type, url }, send) {
  const text = typeof inner === 'string' ? inner : inner.textContent
  if (type === 'bot_command') {
    return element('button', { type: 'button', class: 'command', onclick: () => send(text) }, inner)
  }
  if (type === 'url') return link(/^https?:/i.test(text) ? text : `https://${text}`, inner)
  if (type === 'text_link') return link(url, inner)
  return TAGS[type] ? element(TAGS[type], {}, inner) : inner
}

/** Only addresses of the web become links. */
function link(url, inner) {
  const safe = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)
  return safe ? element('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, inner) : inner
}

function chart({ latitude, longitude }) {
  const degrees = (value, [positive, negative]) =>
    `${Math.abs(value).toFixed(4)}° ${value < 0 ? negative : positive}`
  return element(
    'figure',
    { class: 'chart' },
    element('i', { 'aria-hidden': 'true' }),
    element('figcaption', {}, `${degrees(latitude, 'NS')}  ${degrees(longitude, 'EW')}`),
  )
}
