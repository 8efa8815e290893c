import { element } from './element.js'
import { createMenu } from './menu.js'
import { createPlace } from './place.js'

/** Where a person writes: the text, the menu of commands, the keyboard that the bot offers. */
export function createComposer({ send, command, share, attach }) {
  const form = document.querySelector('#composer')
  const text = document.querySelector('#text')
  const menu = document.querySelector('#commands')
  const keys = document.querySelector('#keyboard')
  const attachments = document.querySelector('#attachments')
  const askPlace = createPlace(share)
  let commands = []
  let active = -1
  /** The message whose keyboard was used up or put away. */
  let spent

  function suggest() {
    const typed = /^\/(\w*)$/.exec(text.value)?.[1]
    const found = typed === undefined ? [] : commands.filter((known) => known.command.startsWith(typed))
    active = -1
    menu.replaceChildren(
      ...found.map((known, index) =>
        element(
          'div',
          { role: 'option', id: `command-${index}`, 'data-command': known.command },
          element('b', {}, `/${known.command}`),
          element('small', {}, known.description),
        ),
      ),
    )
    menu.hidden = found.length === 0
    text.setAttribute('aria-expanded', String(!menu.hidden))
    text.removeAttribute('aria-activedescendant')
  }

  function move(step) {
    const options = [...menu.children]
    active = (active + step + options.length) % options.length
    for (const [index, option] of options.entries()) option.setAttribute('aria-selected', index === active)
    options[active].scrollIntoView({ block: 'nearest' })
    text.setAttribute('aria-activedescendant', `command-${active}`)
  }

  function submit(action) {
    text.value = ''
    suggest()
    action()
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const written = text.value.trim()
    if (written) submit(() => send(written))
  })
  text.addEventListener('input', suggest)
  text.addEventListener('blur', () => {
    menu.hidden = true
    text.setAttribute('aria-expanded', 'false')
  })
  text.addEventListener('keydown', (event) => {
    if (event.isComposing) return
    const open = !menu.hidden
    const chosen = menu.children[active]?.dataset.command
    if (event.key === 'Enter' && !event.shiftKey) {
      if (open && chosen) submit(() => command(chosen))
      else form.requestSubmit()
    } else if (open && event.key === 'ArrowDown') move(1)
    else if (open && event.key === 'ArrowUp') move(active < 0 ? 0 : -1)
    else if (open && event.key === 'Tab' && !event.shiftKey) {
      text.value = `/${chosen ?? menu.firstElementChild.dataset.command} `
      suggest()
    } else if (open && event.key === 'Escape') menu.hidden = true
    else return
    event.preventDefault()
  })
  // Before the text loses the focus, which closes the menu.
  menu.addEventListener('pointerdown', (event) => {
    event.preventDefault()
    const chosen = event.target.closest('[role=option]')?.dataset.command
    if (chosen) submit(() => command(chosen))
  })
  document.querySelector('#menu').addEventListener('click', () => {
    text.value = '/'
    text.focus()
    suggest()
  })
  const close = createMenu(document.querySelector('#attach'), attachments)
  attachments.addEventListener('click', (event) => {
    const { value } = event.target
    if (!value) return
    close()
    if (value === 'location') askPlace()
    else attach(value)
  })

  const key = (button, { message_id, reply_markup }) => {
    const { text: label, request_location } = typeof button === 'string' ? { text: button } : button
    return element(
      'button',
      {
        type: 'button',
        onclick: () => {
          if (reply_markup.one_time_keyboard) {
            spent = message_id
            keys.hidden = true
          }
          if (request_location) askPlace()
          else send(label)
        },
      },
      label,
    )
  }

  return {
    command,
    menu(offered) {
      commands = offered
      document.querySelector('#menu').hidden = offered.length === 0
    },
    /** Shows the keyboard of the last message that said something about it. */
    keyboard(messages) {
      const last = messages.findLast(({ reply_markup: m }) => m?.keyboard || m?.remove_keyboard)
      const rows = last && last.message_id !== spent ? (last.reply_markup.keyboard ?? []) : []
      keys.replaceChildren(
        ...rows.map((row) => element('div', { class: 'row' }, ...row.map((button) => key(button, last)))),
      )
      keys.hidden = rows.length === 0
    },
  }
}
