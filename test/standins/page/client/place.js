/** Asks for a location: two numbers, or what the device knows. @returns opens the question */
export function createPlace(share) {
  const dialog = document.querySelector('#place')
  const { latitude, longitude } = dialog.querySelector('form').elements
  const status = document.querySelector('#place-status')

  dialog.addEventListener('close', () => {
    if (dialog.returnValue !== 'share') return
    share({ latitude: latitude.valueAsNumber, longitude: longitude.valueAsNumber })
  })
  document.querySelector('#cancel').addEventListener('click', () => dialog.close())
  document.querySelector('#here').addEventListener('click', () => {
    status.textContent = 'Looking…'
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        latitude.value = coords.latitude.toFixed(6)
        longitude.value = coords.longitude.toFixed(6)
        status.textContent = ''
      },
      () => {
        status.textContent = 'This device does not tell its position: write the numbers.'
      },
      { timeout: 10_000 },
    )
  })

  return () => {
    dialog.returnValue = ''
    status.textContent = ''
    dialog.showModal()
  }
}
