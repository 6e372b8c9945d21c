import { monitorEventLoopDelay } from 'node:perf_hooks'

const resolutionMs = 10
const startedAtSeconds = Date.now() / 1000 - process.uptime()

/**
 * What Prometheus expects of a process (https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics),
 * and the delay of Node's event loop since the last time it was asked for. Makes the function that writes it.
 */
export function processMetrics(): () => string {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs })
  delay.enable()
  return () => {
    const { user, system } = process.cpuUsage()
    const { rss, heapUsed } = process.memoryUsage()
    // Samples are the time between two ticks of a timer.
    const delaySeconds = delay.count === 0 ? 0 : Math.max(0, delay.percentile(99) / 1e9 - resolutionMs / 1000)
    delay.reset()
    return [
      metric('process_cpu_seconds_total', 'counter', 'Time of the processor, user and system.', (user + system) / 1e6),
      metric('process_start_time_seconds', 'gauge', 'When the process began, since the epoch.', startedAtSeconds),
      metric('process_resident_memory_bytes', 'gauge', 'Memory that the process holds.', rss),
      metric('nodejs_heap_size_used_bytes', 'gauge', 'Memory of JavaScript objects.', heapUsed),
      metric(
        'nodejs_eventloop_lag_p99_seconds',
        'gauge',
        'Delay of the event loop since the last scrape.',
        delaySeconds,
      ),
    ].join('')
  }
}

function metric(name: string, type: 'counter' | 'gauge', help: string, value: number): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${name} ${value}\n`
}
