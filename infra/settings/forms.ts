import * as v from 'valibot'
import { isTimeZone, TOKEN } from '../../bot/config.ts'
import { amountOf, mebibytes } from './quantity.ts'

// The forms that settings have. A message completes the sentence that begins with the key.

export const MISSING = 'is missing'

const check = (fits: (text: string) => boolean, message: string) => v.pipe(v.string(), v.check(fits, message))
const matching = (form: string | RegExp, message: string) =>
  check((text) => new RegExp(form).test(text), message)

export const text = v.string()
export const flag = (fallback: boolean) => v.optional(v.boolean('must be true or false'), fallback)
export const count = v.pipe(
  v.number('must be a whole number'),
  v.integer('must be a whole number'),
  v.minValue(1, 'must be 1 or more'),
)
export const list = <Item extends v.GenericSchema>(item: Item) =>
  v.optional(v.array(item, 'must be a list'), [])
/** One of the choices, in any letter case; the first one by default. */
export const oneOf = <const Choice extends string>(
  choices: readonly Choice[],
  fallback = choices[0] as Choice,
) =>
  v.optional(
    v.pipe(v.string(), v.toLowerCase(), v.picklist(choices, `must be ${choices.join(' or ')}`)),
    fallback,
  )

const LABEL = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?'
const DOTTED = `(?=.{1,253}$)${LABEL}(\\.${LABEL})*`
const NAME = 'must be lower-case letters, digits, hyphens'
export const label = matching(`^${LABEL}$`, `${NAME}, at most 63`)
export const objectName = matching(`^${DOTTED}$`, `${NAME} and dots`)
export const gateway = matching(
  `^${LABEL}/${LABEL}(/${LABEL})?$`,
  'must be <namespace>/<name>, or <namespace>/<name>/<listener>',
)
export const hostName = matching(
  `^(?=.{1,253}$)(${LABEL}\\.)+[a-z][a-z0-9-]*[a-z0-9]$`,
  'must be a host name alone, without https:// and path',
)
export const annotations = v.optional(
  v.record(
    matching(
      `^(${LABEL}(\\.${LABEL})*/)?[A-Za-z0-9]([\\w.-]{0,61}[A-Za-z0-9])?$`,
      'must have names such as example.org/name',
    ),
    v.string('must be text: "true" and "1" in quotes'),
    'must be an object',
  ),
  {},
)
export const timeZone = check(isTimeZone, 'is not in the IANA database of time zones')
export const token = matching(TOKEN, 'is not of the form <digits>:<secret>; copy the whole token')
export const category = matching(/^[\w/.:-]+$/, 'must be letters, digits and _ - / . :')
/** Blanks come with what is pasted; none of our secrets has any. */
export const secretText = matching(/^\S+$/, 'must be without blanks and line breaks')

const isUrl = (text: string) => /^https?:\/\/\S+$/.test(text) && URL.canParse(text)
export const secretAddress = check(isUrl, 'must be an http or https address')
/** An address that is kept in clear text. */
export const address = check(
  (text) => isUrl(text) && !/[@?#]/.test(text),
  'must be an http or https address without user, password and query: it is kept in clear text',
)

export const pinned = (image = '') => image.includes('@')
const HOST = '[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:\\d+)?'
const PATH = '[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*'
/** @see https://github.com/distribution/reference/blob/main/regexp.go */
export const image = v.pipe(
  matching(
    `^(${HOST}/)?${PATH}(/${PATH})*(:\\w[\\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$`,
    'is no reference of an image: the repository is in lower case, a digest has 64 digits',
  ),
  v.check(
    (name) => pinned(name) || /:(?!latest$)[^/]+$/.test(name),
    'must end in a digest or in a tag other than latest, which is pulled at every start',
  ),
)

/** An amount of bytes such as 64Mi. */
/** How long VictoriaLogs keeps a line; it knows nothing shorter than a day. */
export const days = matching(/^[1-9]\d*[dwy]$/, 'must be days, weeks or years, such as 7d')
export const sizeOrFalse = check(
  (text) => text === 'false' || amountOf(text) > 0,
  'must be false or a size such as 1Gi',
)
export const size = (smallest: number) =>
  check((text) => amountOf(text) >= smallest, `must be a size such as 1Gi, at least ${mebibytes(smallest)}`)

/** Amounts for one container, each of which may be left out. */
export function resources(floor: { cpu: string; memory: string }) {
  // Pulumi keeps a 2 as a number.
  const amount = v.pipe(v.union([v.string(), v.number()], 'must be text'), v.transform(String))
  const cores = (smallest: string) =>
    v.check(
      (text: string) => /^[\d.]+m?$/.test(text) && amountOf(text) >= amountOf(smallest),
      `must be cores such as 500m, at least ${smallest}`,
    )
  const side = ({ cpu, memory }: typeof floor) =>
    exactly(
      {
        cpu: v.optional(v.pipe(amount, cores(cpu))),
        memory: v.optional(v.pipe(amount, size(amountOf(memory)))),
      },
      'is neither cpu nor memory',
    )
  return exactly(
    { requests: v.optional(side({ cpu: '1m', memory: '1Mi' })), limits: v.optional(side(floor)) },
    'is neither requests nor limits',
  )
}

/** An object of these keys alone. Unlike `v.strictObject` it reports every other key, not only the first. */
export function exactly<Entries extends v.ObjectEntries>(entries: Entries, otherwise: string) {
  const schema = v.objectWithRest(entries, v.never(otherwise), (issue) =>
    issue.received === 'undefined' ? MISSING : 'must be an object',
  )
  return schema as unknown as v.ObjectSchema<Entries, string>
}
