import { element } from './element.js'
import { createMenu } from './menu.js'

const KINDS = {
  calm: ['calm', 'Telegram answers at once'],
  slow: ['slow', 'every answer takes three seconds more'],
  busy: ['busy', '429 to every call: try again in five seconds'],
  html: ['broken proxy', '502 and a page of HTML'],
  silent: ['silent', 'no call is ever answered'],
  down: ['down', 'nobody listens on the port'],
  restart: ['restarting', 'the front cuts every connection, and is back in two seconds'],
  poller: ['second poller', 'another bot polls with the same token; after a minute of it the bot ends'],
}

/** What happens at Telegram, at a press. @returns shows what is the case now */
export function createWeather(act) {
  const button = document.querySelector('#weather')
  const panel = document.querySelector('#weathers')
  panel.append(
    ...Object.entries(KINDS).map(([kind, [name, words]]) =>
      element(
        'label',
        {},
        element('input', { type: 'radio', name: 'weather', value: kind }),
        element('span', { class: 'about' }, element('b', {}, name), element('small', {}, words)),
      ),
    ),
  )
  createMenu(button, panel)
  panel.addEventListener('change', (event) => act({ do: 'weather', kind: event.target.value }))

  return (kind) => {
    button.classList.toggle('foul', kind !== 'calm')
    button.querySelector('b').textContent = KINDS[kind][0]
    panel.querySelector(`[value=${kind}]`).checked = true
  }
}
