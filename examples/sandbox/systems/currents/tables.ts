import { statement, type Work } from '../../database/work.ts'
import { type Page, Resources, resourceColumns, toPage } from '../../resources.ts'
import type { Project, Run } from './model.ts'

export const projects = new Resources<Project>('currents/project', 'prj')
export const runs = new Resources<Run>('currents/run', 'run')
/** What makes a run unique in its tenant: project and build. */
export const builds = new Resources<{ readonly owner: string }>('currents/build', 'bld')

/** Runs whose `field` has this value, in creation order, after the run `startingAfter`. */
export function* runsWith(
  tenant: string,
  field: 'projectId' | 'ciBuildId',
  value: string,
  limit: number,
  startingAfter: string | null = null,
): Work<Page<Run>> {
  return toPage(yield* statement(runsQuery, runs.kind, tenant, field, value, startingAfter, limit + 1), limit)
}

const runsQuery = `
  SELECT ${resourceColumns} FROM resource
  WHERE kind = ?1 AND tenant = ?2 AND deleted = 0 AND data ->> CAST(?3 AS TEXT) = ?4
    AND seq > coalesce((SELECT seq FROM resource WHERE kind = ?1 AND id = ?5), 0)
  ORDER BY seq LIMIT ?6`
