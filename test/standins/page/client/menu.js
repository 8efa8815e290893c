/**
 * A button that opens a panel: closed by Escape, by a press outside and by leaving it. Arrows lead through what is in it.
 * @returns closes it
 */
export function createMenu(button, panel) {
  const items = () => [...panel.querySelectorAll('button, input')]

  function show(open) {
    panel.hidden = !open
    button.setAttribute('aria-expanded', String(open))
    if (open) (panel.querySelector(':checked') ?? items()[0])?.focus()
  }
  function close() {
    if (panel.contains(document.activeElement)) button.focus()
    show(false)
  }

  button.addEventListener('click', () => show(panel.hidden))
  panel.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') close()
    // Radio buttons know the arrows by themselves.
    if (event.target.matches('input')) return
    const all = items()
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (!step) return
    event.preventDefault()
    all[(all.indexOf(event.target) + step + all.length) % all.length].focus()
  })
  document.addEventListener('pointerdown', (event) => {
    if (!panel.hidden && !panel.contains(event.target) && !button.contains(event.target)) show(false)
  })
  panel.addEventListener('focusout', (event) => {
    const { relatedTarget } = event
    if (relatedTarget && relatedTarget !== button && !panel.contains(relatedTarget)) show(false)
  })
  return close
}
