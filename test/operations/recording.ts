import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'vitest'
import { stringify } from 'yaml'
import type { BotProcess } from '../support/botProcess.ts'
import { promtool, RULES } from './prometheus.ts'

/** What a running bot's /metrics said, look by look; a minute apart for the rules, however fast the looks were. */
export interface Recording {
  /** Looks once more. @returns the minute of this look */
  look(): Promise<number>
  /** Time passes in which nothing happens. @returns the last minute */
  wait(minutes: number): number
  series(): { series: string; values: string }[]
}

export function record(bot: BotProcess, instance: string): Recording {
  const looks: Map<string, string>[] = []

  async function look(): Promise<number> {
    const text = await (await fetch(`${await bot.healthUrl()}/metrics`)).text()
    const samples = text.matchAll(/^(bitacora_\w+|process_start_time_seconds)(?:\{(.*)\})? (\S+)$/gm)
    looks.push(
      new Map(
        [...samples].map(([, name, labels = '', value = '']) => [
          `${name}{${[labels, `job="bitacora",instance="${instance}"`].filter(Boolean).join(',')}}`,
          value,
        ]),
      ),
    )
    return looks.length - 1
  }

  return {
    look,
    wait(minutes) {
      const last = looks.at(-1) ?? new Map()
      looks.push(...Array.from({ length: minutes }, () => last))
      return looks.length - 1
    },
    series() {
      const names = new Set(looks.flatMap((samples) => [...samples.keys()]))
      return [...names].map((series) => ({
        series,
        values: looks.map((samples) => samples.get(series) ?? '_').join(' '),
      }))
    },
  }
}

/** Lets promtool evaluate the rules over recorded series. @param firing the alerts that fire, at each of these minutes */
export async function testRules(t: TestContext, recordings: Recording[], firing: Record<number, string[]>) {
  const folder = mkdtempSync(join(tmpdir(), 'rules-'))
  t.onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'test.yml')
  const content = {
    rule_files: [RULES],
    evaluation_interval: '1m',
    tests: [
      {
        interval: '1m',
        input_series: recordings.flatMap((recording) => recording.series()),
        promql_expr_test: Object.entries(firing).map(([minute, names]) => ({
          expr: 'count by (alertname) (ALERTS{alertstate="firing"})',
          eval_time: `${minute}m`,
          exp_samples: names.map((name) => ({ labels: `{alertname="${name}"}`, value: 1 })),
        })),
      },
    ],
  }
  writeFileSync(file, stringify(content))
  return promtool('test', 'rules', file)
}
