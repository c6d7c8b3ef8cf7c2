export const ROLES = ['customer', 'owner', 'cashier', 'staff', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Who did something: kept in the audit trail with every change. */
export interface Actor {
  /** Null for the system, a gateway or a guest. */
  readonly userId: number | null;
  /** User name, or `system`, `guest`, `gateway:azampay`. */
  readonly label: string;
  readonly role: Role | 'system' | 'gateway' | 'guest';
}

/** The logged-in caller, as the access token tells. */
export interface Principal {
  readonly userId: number;
  readonly uuid: string;
  readonly accountId: number;
  readonly role: Role;
  readonly username: string;
}

export const SYSTEM: Actor = { userId: null, label: 'system', role: 'system' };

export function gatewayActor(provider: string): Actor {
  return { userId: null, label: `gateway:${provider}`, role: 'gateway' };
}

export function actorOf(principal: Principal): Actor {
  return { userId: principal.userId, label: principal.username, role: principal.role };
}
