import type { DatabaseSync } from 'node:sqlite'
import { type Page, Resources } from '../../resources.ts'
import type { Project, Run } from './model.ts'

const runKind = 'currents/run'

/** Where the currents API keeps what it made. */
export function currentsTables(database: DatabaseSync) {
  const runs = new Resources<Run>(database, runKind, 'run')
  return {
    projects: new Resources<Project>(database, 'currents/project', 'prj'),
    runs,
    /** What makes a run unique in its tenant: project and build. */
    builds: new Resources<{ readonly owner: string }>(database, 'currents/build', 'bld'),
    /** Runs whose `field` has this value, in creation order, after the run `startingAfter`. */
    runsWith(
      tenant: string,
      field: 'projectId' | 'ciBuildId',
      value: string,
      limit: number,
      startingAfter: string | null = null,
    ): Page<Run> {
      const ids = database.prepare(runsQuery).all(runKind, tenant, field, value, startingAfter, limit + 1)
      const items = ids.slice(0, limit).map(({ id }) => runs.find(String(id))!)
      return { items, hasMore: ids.length > limit }
    },
  }
}

export type CurrentsTables = ReturnType<typeof currentsTables>

const runsQuery = `
  SELECT id FROM resource WHERE kind = ?1 AND tenant = ?2 AND deleted = 0 AND data ->> ?3 = ?4
    AND seq > coalesce((SELECT seq FROM resource WHERE kind = ?1 AND id = ?5), 0)
  ORDER BY seq LIMIT ?6`
