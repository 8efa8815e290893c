import { randomUUID } from 'node:crypto'
import type { Contact, FileInfo, Sticker, Voice } from './types.ts'

// What people send without writing. The bot gets the description of a file; there is no file behind it to download.

const file = (file_size: number): FileInfo => {
  const id = randomUUID()
  return { file_id: id, file_unique_id: id, file_size }
}

export const samplePhoto = (): FileInfo[] => [
  { ...file(1_400), width: 90, height: 67 },
  { ...file(61_000), width: 800, height: 600 },
]

export const sampleSticker = (): Sticker => ({
  ...file(24_000),
  type: 'regular',
  width: 512,
  height: 512,
  is_animated: false,
  is_video: false,
  emoji: '⛵',
})

export const sampleVoice = (): Voice => ({ ...file(9_600), duration: 4, mime_type: 'audio/ogg' })

export const sampleContact = (): Contact => ({ phone_number: '+541155550100', first_name: 'Prefectura' })
