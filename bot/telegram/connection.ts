import { Agent, type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici'

/** The forward proxy did not let a connection through: the message names its host and port, never its credentials. */
export class ProxyError extends Error {
  override name = 'ProxyError'
  /** PROXY_<status> for its answer to CONNECT, or PROXY_<what the network says>. */
  readonly code: string

  constructor(host: string, answer: number | string) {
    const verdict = typeof answer === 'number' ? `answered ${answer}` : `was not reached (${answer})`
    super(`the proxy ${host} ${verdict}`)
    this.code = `PROXY_${answer}`
  }
}

/** Below the deadline of a call, so that a try that never left is known as such. */
const CONNECT_TIMEOUT_MS = 5_000
/**
 * For each address of a name but the last. Node's 250 ms are less than a handshake across an ocean takes: where the last
 * address is dead, as IPv6 is in most pods, such a bot would never connect.
 */
const ADDRESSES = { autoSelectFamily: true, autoSelectFamilyAttemptTimeout: 2_000 }
/**
 * HTTP/1.1 on purpose. undici 8 (seen in 8.13.1) takes HTTP/2 where it is offered, and when a server ends a connection in
 * an orderly way, as nginx does after keepalive_requests, the requests that wait on it fail with UND_ERR_INFO: 229 of 3,000
 * at 50 requests a connection. test/network holds whoever wants HTTP/2 to that test.
 */
const VERSION = { allowH2: false }
const CONNECTION = {
  ...VERSION,
  ...ADDRESSES,
  /** As many as updates may run at a time, and one for the poll; opened only when all others are busy. */
  connections: 257,
  keepAliveTimeout: 60_000,
  connectTimeout: CONNECT_TIMEOUT_MS,
}

export interface ProxySettings {
  /** Address of the forward proxy to https hosts, perhaps with user and password. */
  proxy?: string | undefined
  /** Hosts that need no proxy, as NO_PROXY lists them: names with their subdomains, ports, `*`. */
  noProxy?: string | undefined
}

export interface Connection {
  /** To the origin alone. */
  telegram: Dispatcher
  /** Whether no proxy is asked, so that an end of a connection is Telegram's own. */
  isDirect: boolean
  /** To wherever a file is fetched from. */
  anywhere: Dispatcher
  close(): Promise<void>
}

/** The way to Telegram: connections that are kept, directly or through a forward proxy, which only https goes through. */
export function createConnection(origin: string, { proxy, noProxy = '' }: ProxySettings): Connection {
  const anywhere = proxy ? throughProxy(proxy, noProxy) : new Agent(CONNECTION)
  const telegram = proxy && origin.startsWith('https:') ? anywhere : new Pool(origin, CONNECTION)
  return {
    telegram,
    isDirect: telegram !== anywhere,
    anywhere,
    close: async () => void (await Promise.all([telegram.destroy(), anywhere.destroy()])),
  }
}

function throughProxy(proxy: string, noProxy: string): Dispatcher {
  return new EnvHttpProxyAgent({
    ...CONNECTION,
    httpsProxy: proxy,
    httpProxy: '', // else undici reads HTTP_PROXY
    noProxy,
    proxyTls: { ...VERSION, ...ADDRESSES },
    clientFactory: createProxyClient,
  })
}

/** undici tells a proxy's refusal as an abort, and not whose connection failed. */
function createProxyClient(origin: URL, options: object): Dispatcher {
  const { hostname, port, protocol } = origin
  const host = `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`
  const pool = new Pool(origin, { ...options, headersTimeout: CONNECT_TIMEOUT_MS })
  const connect = pool.connect.bind(pool) as (
    options: Dispatcher.ConnectOptions,
  ) => Promise<Dispatcher.ConnectData>
  const connectWatched: typeof connect = async (options) => {
    const answer = await connect(options).catch((error) => {
      throw new ProxyError(host, error.code ?? error.name)
    })
    if (answer.statusCode === 200) return answer
    answer.socket.on('error', () => {}).destroy()
    throw new ProxyError(host, answer.statusCode)
  }
  return Object.assign(pool, { connect: connectWatched })
}
