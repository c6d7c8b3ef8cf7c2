import type { Principal, Role } from '../common/index.js';

/** A user as other rooms see one. */
export interface UserView {
  readonly id: number;
  readonly uuid: string;
  readonly accountId: number;
  readonly username: string;
  /** Null only for users of an external identity provider that tells no address. */
  readonly email: string | null;
  readonly name: string;
  /** Digits with country code, e.g. `255653294241`. */
  readonly phone: string | null;
  readonly role: Role;
}

/** National numbers of profiles are read as Tanzanian: a profile belongs to no currency. */
export const PHONE_CURRENCY = 'TZS';

/** What a query selects to make a `UserView`; `u` is the table. */
export const USER_COLUMNS =
  'u.id, u.uuid, u.account_id AS "accountId", u.username, u.email, u.name, u.phone, u.role';

/** A user as they see themselves. */
export interface Profile extends UserView {
  readonly account: { id: number; uuid: string; name: string };
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What a query selects to make a `Profile`; `u` is the user, `a` the account. */
export const PROFILE_COLUMNS = `${USER_COLUMNS}, u.created_at AS "createdAt",
  u.updated_at AS "updatedAt", json_build_object('id', a.id, 'uuid', a.uuid, 'name', a.name) AS account`;

export function principalOf(user: UserView): Principal {
  return {
    userId: user.id,
    uuid: user.uuid,
    accountId: user.accountId,
    role: user.role,
    username: user.username,
  };
}
