import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'

/**
 * Runs a program and gives its stdout.
 *
 * @throws Error with the program's stderr, or with how to get a program that is not on PATH
 */
export async function output(program: string, args: string[]): Promise<string> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), exit(child, program)])
  if (code !== 0) throw new Error(err.trim() || `${program} ended with ${code}`)
  return out
}

/** Runs a program on this terminal and gives its exit code. */
export async function show(program: string, args: string[]): Promise<number> {
  return exit(spawn(program, args, { stdio: 'inherit' }), program)
}

function exit(child: ReturnType<typeof spawn>, program: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ENOENT' ? new Error(`${program} is not on PATH`) : error),
    )
    child.on('close', (code) => resolve(code ?? 1))
  })
}

/** Of what a program said: kubectl repeats itself, with times, before its last line. */
export function lastLine(error: Error): string {
  return error.message.split('\n').at(-1) ?? ''
}

/** Ends a command with one line about what went wrong, instead of a stack trace. */
export async function command(main: () => Promise<void>): Promise<void> {
  try {
    await main()
  } catch (error) {
    console.error((error as Error).message)
    process.exitCode = 1
  }
}
