import { randomUUID } from 'node:crypto'
import type { Account } from '../account.ts'
import { badRequest } from '../errors.ts'
import { type Payload, string, type Upload } from '../payload.ts'
import type { FileInfo } from '../types.ts'
import { send } from './messages.ts'
import type { Method } from './method.ts'
import { findWritableChat } from './target.ts'

/** UTF-16 units. @see https://core.telegram.org/bots/api#senddocument */
const MAX_CAPTION = 1024

/** Files by upload, or by the file_id of an earlier one. @see https://core.telegram.org/bots/api#sending-files */
export const files: Record<string, Method> = {
  sendDocument(account, payload) {
    const chat = findWritableChat(account, payload)
    const document = store(account, payload, 'document')
    return send(account, chat, { document, ...captionOf(payload) }, payload)
  },

  sendPhoto(account, payload) {
    const chat = findWritableChat(account, payload)
    const { file_name: _, mime_type: __, ...photo } = store(account, payload, 'photo')
    // The stand-in does not read pictures: the size is made up.
    return send(
      account,
      chat,
      { photo: [{ ...photo, width: 640, height: 480 }], ...captionOf(payload) },
      payload,
    )
  },

  getFile(account, payload) {
    const file_id = string(payload, 'file_id') ?? ''
    return { ...infoOf(file_id, stored(account, file_id)), file_path: file_id }
  },
}

function store(account: Account, payload: Payload, field: string): FileInfo {
  const value = payload[field]
  const attached =
    typeof value === 'string' && value.startsWith('attach://') ? payload[value.slice(9)] : value
  if (typeof attached === 'string' && attached !== '') return infoOf(attached, stored(account, attached))
  if (!isUpload(attached)) throw badRequest(`there is no ${field} in the request`)
  const fileId = randomUUID()
  account.files.set(fileId, attached)
  return infoOf(fileId, attached)
}

function stored(account: Account, fileId: string): Upload {
  const file = account.files.get(fileId)
  if (!file) throw badRequest('wrong file identifier/HTTP URL specified')
  return file
}

function infoOf(fileId: string, { name, type, bytes }: Upload): FileInfo {
  return {
    file_id: fileId,
    file_unique_id: fileId,
    file_name: name,
    mime_type: type,
    file_size: bytes.length,
  }
}

function isUpload(value: unknown): value is Upload {
  return typeof value === 'object' && value !== null && 'bytes' in value
}

function captionOf(payload: Payload): { caption?: string } {
  const caption = string(payload, 'caption')
  if (caption && caption.length > MAX_CAPTION) throw badRequest('message caption is too long')
  return caption ? { caption } : {}
}
