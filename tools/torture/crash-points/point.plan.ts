import type { Role } from './control.server.js';

/** A point of one kind of process: the same commit in an API and in a worker are two. */
export interface Point {
  role: Role;
  name: string;
}

/** Where a point was seen: which act of which scenario leads there, and how often it was passed before. */
export interface Site {
  point: Point;
  scenario: string;
  act: number;
  skip: number;
}

export interface PointCount {
  point: Point;
  sites: Site[];
  hits: number;
  /** Tries up to the last hit. */
  triesAtHit: number;
}

export function pointKey({ role, name }: Point): string {
  return `${role}: ${name}`;
}

/** The points that the traces showed, and how often each was hit. */
export class PointPlan {
  private readonly counts = new Map<string, PointCount>();
  private readonly tried = new Map<Site, number>();

  /** Adds what one process of `role` passed during one act. */
  learn(scenario: string, act: number, role: Role, trace: readonly string[]): void {
    const seen = new Map<string, number>();
    for (const name of trace) {
      const skip = seen.get(name) ?? 0;
      seen.set(name, skip + 1);
      this.add({ point: { role, name }, scenario, act, skip });
    }
  }

  private add(site: Site): void {
    const key = pointKey(site.point);
    const count = this.counts.get(key) ?? { point: site.point, sites: [], hits: 0, triesAtHit: 0 };
    this.counts.set(key, count);
    const known = count.sites.some(
      ({ scenario, act, skip }) =>
        scenario === site.scenario && act === site.act && skip === site.skip,
    );
    if (!known) count.sites.push(site);
  }

  get points(): PointCount[] {
    return [...this.counts.values()].sort((a, b) =>
      pointKey(a.point) < pointKey(b.point) ? -1 : 1,
    );
  }

  /** False for a point that no trace showed. */
  hit(point: Point): boolean {
    const count = this.counts.get(pointKey(point));
    if (!count) return false;
    count.hits += 1;
    count.triesAtHit = this.triesOf(count);
    return true;
  }

  /** The points that were hit fewer than `times`: those that were tried least first. */
  wanting(times: number): PointCount[] {
    return this.points
      .filter(({ hits }) => hits < times)
      .sort((a, b) => this.triesOf(a) - this.triesOf(b) || a.hits - b.hits);
  }

  /** Tries in vain since the last hit. */
  triesSinceHit(count: PointCount): number {
    return this.triesOf(count) - count.triesAtHit;
  }

  /** The site of a point that was tried least, so that in time each of them is. */
  nextSite(count: PointCount): Site {
    const tries = (site: Site): number => this.tried.get(site) ?? 0;
    const [first, ...others] = count.sites;
    if (!first) throw new Error(`${pointKey(count.point)} has no site`);
    const site = others.reduce((best, other) => (tries(other) < tries(best) ? other : best), first);
    this.tried.set(site, tries(site) + 1);
    return site;
  }

  triesOf(count: PointCount): number {
    return count.sites.reduce((sum, site) => sum + (this.tried.get(site) ?? 0), 0);
  }

  /** What fails the run: points that were hit less often than promised, never-hit ones first. */
  shortfalls(times: number, among: readonly PointCount[] = this.points): string[] {
    return among
      .filter(({ hits }) => hits < times)
      .sort((a, b) => a.hits - b.hits)
      .map((count) => {
        const { hits, point } = count;
        const how = hits === 0 ? 'was never hit' : `was hit ${hits} times instead of ${times}`;
        return `${pointKey(point)} ${how} in ${this.triesOf(count)} tries`;
      });
  }
}
