// Runs before every npm script, and therefore in plain JavaScript: it installs what the lockfile asks for and node_modules
// lacks, and makes sure of a Node.js that runs TypeScript as it is.
// `npm ci` brings that Node.js along on Linux and Windows; npm's PATH then names it first.
import { execFileSync, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

const ROOT = new URL('../../', import.meta.url)

/** Set for the second run of a command, lest a lockfile that npm cannot satisfy installs without end. */
const INSTALLED = 'BITACORA_INSTALLED'

if (!process.env[INSTALLED] && isStale()) {
  install()
  process.exit(await runAgain()) // with the Node.js that was just installed
}
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 24 || (major === 24 && minor < 5)) {
  fail(
    `bitácora runs on Node.js 24.5 or newer, this is ${process.versions.node}: use the npm scripts, which prefer the project's own; where npm ci brings none (macOS, --omit=optional), install Node.js 24.`,
  )
}

/** Whether a package of the lockfile is not there or has other contents; optional ones may belong to another platform. */
function isStale() {
  const locked = packagesOf('package-lock.json')
  const installed = packagesOf('node_modules/.package-lock.json')
  return Object.entries(locked).some(([path, { integrity, optional }]) => {
    if (path === '') return false
    const found = installed[path]
    return found ? found.integrity !== integrity : !optional
  })
}

function packagesOf(lockfile) {
  try {
    return JSON.parse(readFileSync(new URL(lockfile, ROOT), 'utf8')).packages
  } catch {
    return {} // none yet, or torn by an interrupted installation
  }
}

/** Errors only: on an older Node.js npm would warn of every package that wants the newer one, which is about to come. */
function install() {
  console.error('Installing what package-lock.json names (npm ci): once, and again when it changes.')
  const npm = process.env.npm_execpath ?? 'npm'
  const options = ['ci', '--loglevel=error', '--no-audit', '--no-fund']
  const [command, ...first] = npm.endsWith('.js') ? [process.execPath, npm] : [npm]
  try {
    execFileSync(command, [...first, ...options], { cwd: ROOT, stdio: 'inherit' })
  } catch {
    fail(
      'npm ci failed: see above. It needs the npm registry this once; afterwards everything works offline.',
    )
  }
}

/** @returns the exit code of this very command, run by the Node.js that the PATH names now */
function runAgain() {
  const child = spawn('node', [...process.execArgv, ...process.argv.slice(1)], {
    stdio: 'inherit',
    env: { ...process.env, [INSTALLED]: '1' },
  })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  return new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)))
}

function fail(message) {
  console.error(message)
  process.exit(2)
}
