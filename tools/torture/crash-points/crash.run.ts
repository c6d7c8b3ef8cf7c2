import { setTimeout as delay } from 'node:timers/promises';
import { statusOf, type Stack } from '../../stack/index.js';
import type { ControlServer, ControlledProcess, Hit, Role } from './control.server.js';
import type { CrashDesk } from './crash.desk.js';
import { Lane } from './lane.js';
import type { PointCount, PointPlan, Site } from './point.plan.js';
import type { Arm } from './preload/point.gate.js';
import { SCENARIOS, type Scenario } from './scenarios/index.js';

/** A crash and the lanes that were on their way in its round. */
export interface Crash {
  hit: Hit;
  lanes: Lane[];
}

/** Points wanted of one process at once: more would only wait for each other's locks. */
const ARMS: Record<Role, number> = { api: 6, worker: 7 };
const PATIENCE_MS = 1_200;
/** How long a round waits for its points: what comes by a poll takes its second. */
const ROUND_MS = 3_500;
/** How long a round waits for its lanes to come to their acts. */
const PREPARE_MS = 12_000;
const QUIET = `SELECT count(*)::int AS due FROM outbox
  WHERE done_at IS NULL AND parked_at IS NULL AND next_at <= app_now()`;

/** After so many tries in vain a point gets a round with few others, and is armed in processes as they start. */
const STUBBORN = 2;
const FEW = 2;
/** Such a round hits few points, so only one of so many is one while others are wanting. */
const HARD_EVERY = 4;

/** Traces, then round after round of crashes until each point had its share. */
export class CrashRun {
  readonly crashes: Crash[] = [];
  readonly lanes: Lane[] = [];
  readonly unknownHits: Hit[] = [];
  private readonly running: Promise<void>[] = [];
  private round = 0;
  private seenHits = 0;

  constructor(
    private readonly stack: Stack,
    private readonly control: ControlServer,
    private readonly desk: CrashDesk,
    private readonly plan: PointPlan,
  ) {}

  get rounds(): number {
    return this.round;
  }

  /** Everything once, so that what only the first does of its kind is done. */
  async warmUp(): Promise<void> {
    const lanes = SCENARIOS.map((scenario) => this.aLane(scenario, null));
    await Promise.all(lanes.map((lane) => lane.prepare().then(() => lane.finish())));
    const problem = lanes.find((lane) => lane.problem !== null)?.problem;
    if (problem) throw new Error(`without any crash: ${problem}`);
  }

  /** Plays every scenario alone and learns what its acts pass. @throws when one fails without any crash. */
  async trace(say: (line: string) => void): Promise<void> {
    for (const scenario of SCENARIOS) {
      const lane = this.aLane(scenario, null);
      await lane.prepare();
      for (let act = 0; act < scenario.acts.length; act += 1) {
        await this.quiet();
        const targets = this.targets();
        await Promise.all(targets.map((process) => process.startTrace()));
        await lane.play(act);
        await this.quiet();
        for (const process of targets) {
          this.plan.learn(scenario.name, act, process.role, await process.takeTrace());
        }
      }
      lane.end();
      say(`${scenario.name}: ${this.plan.points.length} points so far`);
      if (lane.problem) throw new Error(`without any crash: ${lane.problem}`);
    }
  }

  /** One barrier, several lanes, several points. */
  async crashOnce(wanting: PointCount[]): Promise<void> {
    this.round += 1;
    const { hard, order } = this.turnOf(wanting);
    const sites = this.choose(order, hard);
    const patienceMs = hard ? 3 * PATIENCE_MS : PATIENCE_MS;
    this.control.armAtStart(this.round, stubbornOf(wanting, this.plan), PATIENCE_MS);
    // What a process remembers of gateways stays unknown to the one that is wanted.
    this.desk.firstApi = 1;
    const lanes = sites.map((site) => this.aLane(scenarioOf(site), site));
    const ready = await this.prepared(lanes);
    await this.ready();
    const targets = this.targets();
    await Promise.all(
      targets.map((process) => process.arm(this.round, armsFor(process, sites), patienceMs)),
    );
    this.desk.firstApi = 0;
    this.running.push(...ready.map((lane) => lane.finish()));
    const over = Date.now() + ROUND_MS + patienceMs - PATIENCE_MS;
    const wanted = targets.filter((process) => armsFor(process, sites).length > 0);
    while (Date.now() < over && wanted.some(({ alive }) => alive)) await delay(25);
    await Promise.all(targets.map((process) => process.disarm()));
    await this.collect(lanes);
  }

  /** Those that come to their act in time; the others go on by themselves, without a barrier. */
  private async prepared(lanes: Lane[]): Promise<Lane[]> {
    const late = delay(PREPARE_MS, undefined, { ref: false }).then(() => false);
    const ready: Lane[] = [];
    await Promise.all(
      lanes.map(async (lane) => {
        const prepared = lane.prepare();
        if (await Promise.race([prepared.then(() => true), late])) ready.push(lane);
        else this.running.push(prepared.then(() => lane.finish()));
      }),
    );
    return ready;
  }

  /** Waits for every lane; what a crash left may take its time. */
  async end(): Promise<void> {
    this.control.armAtStart(0, { api: [], worker: [] }, 0);
    await Promise.all(this.running);
    await this.collect([]);
    await this.ready();
    await this.quiet();
  }

  /** Processes may die again while they start: that is no reason to end. */
  private async ready(): Promise<void> {
    await Promise.all(
      this.stack.supervised.map((process) =>
        this.desk.until('a process to be ready', async () => {
          const known = this.control.processes.some(({ pid }) => pid === process.pid);
          return known && (await statusOf(`${process.url}/health/ready`)) === 200;
        }),
      ),
    );
  }

  private aLane(scenario: Scenario, site: Site | null): Lane {
    const lane = new Lane(scenario, this.lanes.length + 1, this.desk, site);
    this.lanes.push(lane);
    return lane;
  }

  /** Some rounds are for what was tried in vain: alone, and with more patience. */
  private turnOf(wanting: PointCount[]): { hard: boolean; order: PointCount[] } {
    const vain = (count: PointCount): number => this.plan.triesSinceHit(count);
    const stubborn = wanting.filter((count) => vain(count) >= STUBBORN).length;
    const every = stubborn === wanting.length ? 2 : HARD_EVERY;
    const hard = stubborn > 0 && this.round % every === 0;
    return { hard, order: hard ? [...wanting].sort((a, b) => vain(b) - vain(a)) : wanting };
  }

  /** The API that gateways notify and clients ask first, and the worker; the other API lives on. */
  private targets(): ControlledProcess[] {
    const [first] = this.stack.apis;
    return this.control.processes.filter(
      ({ pid, role }) => role === 'worker' || pid === first?.pid,
    );
  }

  private choose(wanting: PointCount[], hard: boolean): Site[] {
    const room = hard ? { api: FEW, worker: FEW } : { ...ARMS };
    const chosen: Site[] = [];
    for (const count of wanting) {
      const { role } = count.point;
      if (room[role] === 0) continue;
      room[role] -= 1;
      chosen.push(this.plan.nextSite(count));
    }
    return chosen;
  }

  /** Counts what was hit since the last look. */
  private async collect(lanes: Lane[]): Promise<void> {
    const hits = await this.control.hits();
    for (const hit of hits.slice(this.seenHits)) {
      if (this.plan.hit({ role: hit.role, name: hit.point })) this.crashes.push({ hit, lanes });
      else this.unknownHits.push(hit);
    }
    this.seenHits = hits.length;
  }

  private async quiet(): Promise<void> {
    await this.desk.until('the outbox to be empty of due rows', async () => {
      const { due } = await this.desk.database.one(QUIET);
      return due === 0;
    });
  }
}

function scenarioOf({ scenario }: Site): Scenario {
  const found = SCENARIOS.find(({ name }) => name === scenario);
  if (!found) throw new Error(`there is no scenario ${scenario}`);
  return found;
}

function stubbornOf(wanting: PointCount[], plan: PointPlan): Record<Role, Arm[]> {
  const of = (role: Role): Arm[] =>
    wanting
      .filter((count) => count.point.role === role && count.hits === 0)
      .filter((count) => plan.triesOf(count) >= STUBBORN)
      .map(({ point }) => ({ point: point.name, skip: 0 }));
  return { api: of('api'), worker: of('worker') };
}

function armsFor({ role }: ControlledProcess, sites: Site[]): Arm[] {
  return sites
    .filter(({ point }) => point.role === role)
    .map(({ point, skip }) => ({ point: point.name, skip }));
}
